import Formats
import Graphs
import Operators
import Semantics
package import Syntax
import Tensors

/// Why a name cannot be changed.
package struct RenamingProblem: Error {
  package var message: String
}

/// What gives something another name.
package struct Renaming: Sendable {
  package var edits: [Fix.Edit]
  /// The edits of the texts that import this one, in their order.
  package var others: [[Fix.Edit]] = []
  /// What else changes, in words: the ONNX file that the text was imported from, or the paths of weights; `nil` for nothing.
  package var change: String?
  /// The same in a few words behind a comma.
  package var remark = ""
}

/// A text that imports the one in which something gets another name.
package struct ImportingText: Sendable {
  package var view: EditorView
  package var proof: RefactoringProof
  /// The path by which its program knows the file that it imports.
  package var importedPath: String

  package init(_ view: EditorView, importing path: String, proof: RefactoringProof) {
    (self.view, importedPath, self.proof) = (view, path, proof)
  }
}

extension String {
  /// Whether it has the form of a name, reserved or not.
  fileprivate var isWord: Bool { wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*/) != nil }
}

extension EditorView {
  /// The edits that give a thing of the file another name, everywhere in the file and in those that import it.
  ///
  /// The texts are elaborated before and after: nothing new may be wrong with them, and what is exported may change only
  /// where the name itself is exported. Where the text was imported from a file, that is told with the edits.
  ///
  /// - Parameter importers: the texts that import the file.
  package func renaming(
    _ thing: NamedThing, to newName: String, proof: RefactoringProof, importers: [ImportingText] = []
  ) throws(RenamingProblem) -> Renaming {
    let newName = try Self.name(spelled: newName)
    guard newName != thing.name else { return Renaming(edits: []) }
    try refuseTaken(newName, for: thing)
    let spelling = Dimension.spelling(ofName: newName)
    let edits = thing.occurrences.map { Fix.Edit($0.place, spelling) }
    let others = self.edits(in: importers, of: thing, spelling)
    do throws(RenamingProblem) {
      for (importer, edits) in zip(importers, others) where thing.kind == .declaration && !edits.isEmpty {
        try importer.view.refuseTaken(newName, of: thing.name, at: edits[0].place)
      }
      let texts = changedTexts(edits, others, of: importers)
      let change = try check(edits, proof, among: texts, mayChange: isExported(thing))
      for (importer, edits) in zip(importers, others) where !edits.isEmpty {
        let mayChange = thing.owner.kind == .operator
        do throws(RenamingProblem) {
          _ = try importer.view.check(edits, importer.proof, among: texts, mayChange: mayChange)
        } catch {
          throw RenamingProblem(message: "\(importer.view.file.path): \(error.message)")
        }
      }
      return Renaming(edits: edits, others: others, change: change, remark: "in the exported file too")
    } catch {
      guard thing.kind == .path, !weightsRenames(thing.name, newName).isEmpty else { throw error }
    }
    // The weights files have the parameters by their former paths.
    let all = edits + weightsRenames(thing.name, newName)
    _ = try check(all, proof, mayChange: isExported(thing))
    return Renaming(
      edits: all,
      change: "the paths of parameters change, and `rename=` finds them in the weights file by the former ones",
      remark: "with `rename=` for the weights")
  }

  /// What gives a thing of the file another name in the texts that import it.
  private func edits(in importers: [ImportingText], of thing: NamedThing, _ spelling: String) -> [[Fix.Edit]] {
    let parameter: String?
    switch thing.kind {
    case .declaration: parameter = nil
    case .parameter: parameter = thing.name
    case .local, .result, .path: return importers.map { _ in [] }
    }
    let shared = SharedName(path: file.path, declaration: thing.owner.name, parameter: parameter)
    return importers.map { importer in
      importer.view.occurrences(of: shared, declaredAt: importer.importedPath).map { Fix.Edit($0.place, spelling) }
    }
  }

  /// The changed texts by the paths by which they are imported.
  private func changedTexts(
    _ edits: [Fix.Edit], _ others: [[Fix.Edit]], of importers: [ImportingText]
  ) -> [String: [UInt8]] {
    guard let path = importers.first?.importedPath else { return [:] }
    var texts = [path: tree.source.replacing(edits.map { ($0.place.range, $0.replacement) })]
    for (importer, edits) in zip(importers, others) where !edits.isEmpty {
      let view = importer.view
      texts[view.file.path] = view.tree.source.replacing(edits.map { ($0.place.range, $0.replacement) })
    }
    return texts
  }

  /// Checks that an imported declaration can have another name here.
  ///
  /// - Parameter place: one of the places of its name.
  private func refuseTaken(_ name: String, of old: String, at place: Place) throws(RenamingProblem) {
    let path = tree.nodes(at: place.range.lowerBound)
    let whole = path.dropLast().last { $0.kind == .member }?.dottedName ?? old
    let spelled = String(whole.dropLast(old.count)) + name
    guard declaration(named: spelled) == nil else {
      throw RenamingProblem(message: "\(file.path) has a `\(spelled)` already")
    }
  }

  /// Entries of `rename` by which the text's weights files keep a name in the paths of parameters.
  private func weightsRenames(_ name: String, _ newName: String) -> [Fix.Edit] {
    guard !(name + newName).contains(where: { $0 == "\"" || $0 == "\\" || $0 == "{" }) else { return [] }
    var edits: [Fix.Edit] = []
    for slot in analysis.elaborations.flatMap(\.weights).compactMap({ $0.slots[.rename] })
    where slot.place.file == file.number && !edits.contains(where: { $0.place == slot.place }) {
      edits.append(Fix.Edit(slot.place, "\(slot.before)\"\(name)\": \"\(newName)\"\(slot.after)"))
    }
    return edits
  }

  /// The name that somebody wrote: a word, or any text in backquotes.
  private static func name(spelled text: String) throws(RenamingProblem) -> String {
    guard !text.isEmpty, !text.contains(where: \.isNewline) else {
      throw RenamingProblem(message: "a name is one line of text")
    }
    let quoted = Dimension.spelling(ofName: text)
    if quoted == text { return text }
    guard text.hasPrefix("`") else {
      if text.isWord {
        throw RenamingProblem(message: "`\(text)` is a reserved word; in backquotes it is a name: \(quoted)")
      }
      throw RenamingProblem(
        message: "`\(text)` is no name of letters, digits and `_`; in backquotes it is one: \(quoted)")
    }
    let tree = SyntaxTree.parseExpression(Array(text.utf8))
    guard tree.diagnostics.isEmpty, let name = tree.root.firstChild, name.kind == .quotedName, name.text == text,
      let plain = name.plainName, !plain.isEmpty
    else {
      throw RenamingProblem(
        message: "\(text) is no name in backquotes; `{`, `\\` and a backquote in it stand behind a `\\`")
    }
    return plain
  }

  private func refuseTaken(_ name: String, for thing: NamedThing) throws(RenamingProblem) {
    switch thing.kind {
    case .declaration:
      guard declaration(named: name) == nil, Catalogue.schema(name: name, opset: Program.defaultOpset) == nil else {
        throw RenamingProblem(message: "there is a `\(name)` already")
      }
      for other in analysis.program.main.declarationsInOrder where LocalNames.all(in: other.syntax).contains(name) {
        throw RenamingProblem(message: "`\(other.name)` has a `\(name)` already")
      }
    case .parameter, .local:
      guard !LocalNames.all(in: thing.owner.syntax).contains(name) else {
        throw RenamingProblem(message: "`\(thing.owner.name)` has a `\(name)` already")
      }
    case .result, .path: break
    }
  }

  /// - Parameters:
  ///   - texts: the other texts with the new name, by their paths.
  ///   - mayChange: whether the exported file has the name.
  /// - Returns: what changes in an imported file.
  private func check(
    _ edits: [Fix.Edit], _ proof: RefactoringProof, among texts: [String: [UInt8]] = [:], mayChange: Bool
  ) throws(RenamingProblem) -> String? {
    let text = tree.source.replacing(edits.map { ($0.place.range, $0.replacement) })
    let before = proof.analyse(file)
    let after = proof.analyse(SourceFile(path: file.path, source: text, number: file.number), among: texts)
    var known = before.diagnostics.filter { $0.severity == .error }.map(\.identifier)
    for diagnostic in after.diagnostics where diagnostic.severity == .error {
      guard let index = known.firstIndex(of: diagnostic.identifier) else {
        throw RenamingProblem(message: "with that name it would not be sound: \(diagnostic.message)")
      }
      known.remove(at: index)
    }
    for (old, new) in zip(before.elaborations, after.elaborations) {
      guard !mayChange || old.declaration.isVerbatim || old.declaration.isImported else { continue }
      guard let difference = ModelDifference.first(old.model, new.model) else { continue }
      guard mayChange else {
        throw RenamingProblem(
          message: "another name would change what is exported, so it is yours to write in each place: \(difference)")
      }
      return "the exported file will differ from the one that the text was imported from: \(difference)"
    }
    return nil
  }

  /// Whether the exported file has the name.
  private func isExported(_ thing: NamedThing) -> Bool {
    switch thing.kind {
    case .result, .path: true
    case .declaration: thing.owner.kind != .block
    case .parameter: thing.owner.kind != .block
    // All names of a text that says what its file says, and of a function.
    case .local where thing.owner.isVerbatim || thing.owner.kind == .operator: true
    case .local:
      thing.occurrences.contains { occurrence in
        // A size of a signature, or the input of a subgraph.
        tree.nodes(at: occurrence.range.lowerBound).last(.parameterList, .resultList, .body)?.kind != .body
      }
    }
  }
}
