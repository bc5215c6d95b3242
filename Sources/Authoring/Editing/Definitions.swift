import Graphs
import Operators
import Semantics
package import Syntax

extension EditorView {
  /// Where what stands at an offset is declared; in the text, an imported file or the standard library.
  package func definition(at offset: Int) -> Place? {
    let path = tree.nodes(at: offset)
    for (index, node) in path.enumerated().reversed() {
      let parent = index > 0 ? path[index - 1] : nil
      switch node.kind {
      case .name, .quotedName, .member, .index, .overload:
        if let parent, parent.kind == .namedArgument, parent.firstChild == node {
          return definition(ofArgument: node)
        }
        if parent?.kind == .importDeclaration {
          return Library.files(ofPart: node.text).first.map { Place(file: $0.number, range: 0..<0) }
        }
        if parent?.kind == .weightReference { return definition(ofReference: node) }
        // What stands behind a dot is none of the text's own names.
        if let parent, parent.kind == .member, parent.firstChild != node { continue }
        if let callee = callee(node), case .declaration(let declaration) = callee { return declaration.namePlace }
        guard let found = observation(at: node.place) else { continue }
        switch found.observation.meaning {
        case .use(_, let definition): return definition
        case .binding: return node.place
        case .results, .callee: return nil
        }
      default: continue
      }
    }
    return nil
  }

  private func definition(ofArgument name: Syntax) -> Place? {
    guard let call = tree.nodes(at: name.range.lowerBound).last(.call), let syntax = call.firstChild,
      case .declaration(let declaration)? = callee(syntax)
    else { return nil }
    return declaration.parameters.first { $0.name == name.plainName }?.namePlace
  }

  /// All places of the file that mean what stands at an offset, the declaration among them.
  ///
  /// Those of a `$name` are what takes the same tensors.
  package func references(at offset: Int, includesDeclaration: Bool) -> [Place] {
    let path = tree.nodes(at: offset)
    if let index = path.lastIndex(where: { $0.kind == .weightReference }), path.indices.contains(index + 1),
      path[index + 1] == path[index].firstChild
    {
      return references(ofReference: path[index + 1])
    }
    guard let definition = definition(at: offset) else {
      guard let thing = namedThing(at: offset) else { return [] }
      return thing.occurrences.filter { includesDeclaration || !thing.isBinding($0) }.map(\.place)
    }
    // A size or a type of the signature is the same one wherever it stands.
    if let thing = namedThing(at: offset), thing.kind == .local, !thing.occurrences.contains(where: thing.isBinding) {
      return thing.occurrences.map(\.place)
    }
    var places: Set<Place> = []
    for elaboration in analysis.elaborations {
      for observation in elaboration.observations {
        switch observation.meaning {
        case .use(_, let found?) where found == definition || found.isHead(of: definition, in: tree):
          places.insert(observation.place)
        case .callee(.declaration(let declaration)) where declaration.namePlace == definition:
          places.insert(observation.place)
        default: break
        }
      }
    }
    if includesDeclaration { places.insert(definition) } else { places.remove(definition) }
    return places.sorted { ($0.file, $0.range.lowerBound) < ($1.file, $1.range.lowerBound) }
  }

  /// What is called by a name alone or behind an import's.
  func declaration(named name: String) -> Declaration? {
    if let own = ownDeclarationsByName[name] { return own }
    return analysis.program.declarations(named: name, in: file.number).first
  }
}

extension Place {
  /// Whether the place is the name that a longer one, a parameter, begins with.
  fileprivate func isHead(of other: Place, in tree: SyntaxTree) -> Bool {
    file == other.file && range.lowerBound == other.range.lowerBound
  }
}
