import Semantics
import Syntax

// "Fold into a block": statements that stand several times in a body, with other names, numbers or tensors, become one
// block, and each time a call.

extension EditorView {
  /// The selected statements and all that are like them.
  func folding(of range: Range<Int>) -> [RefactoringProposal] {
    guard !range.isEmpty, let selection = SelectedStatements(selected: range, in: self),
      let fold = StatementFold(selection), let text = fold.text
    else { return [] }
    let title = "Fold \(fold.runs.count) equal parts into a block"
    return [RefactoringProposal(title: title, kind: .extract, texts: [text], isOneOfMany: true)]
  }
}

/// Runs of statements that are the same but for what their variables are called, numbers, and stored tensors.
private struct StatementFold {
  /// A piece of a run that is compared as a whole.
  struct Unit {
    enum Kind {
      case token, variable, number, tensor
    }

    var kind: Kind
    var text: String
    var range: Range<Int>
  }

  struct Run {
    var statements: SelectedStatements
    var units: [Unit]
    /// What the variables of the first run are called here.
    var names: [String: String]
  }

  private(set) var runs: [Run] = []
  /// The units that are not the same in all runs, variables aside, by their places, and their names in the block.
  private var parameters: [(place: Int, name: String)] = []

  /// `nil` where there is no other run like the selected statements.
  init?(_ selection: SelectedStatements) {
    let siblings = selection.siblings
    let count = selection.statements.count
    guard let first = siblings.firstIndex(of: selection.statements[0]), siblings.count >= 2 * count else { return nil }
    let own = Run(statements: selection, units: Self.units(of: selection), names: [:])
    var found = [own]
    var differing: Set<Int> = []
    var place = 0
    while place + count <= siblings.count {
      defer { place += 1 }
      guard place >= first + count || place + count <= first,
        let run = Self.run(Array(siblings[place..<(place + count)]), like: own, selection, &differing)
      else { continue }
      found.append(run)
      place += count - 1
    }
    guard found.count > 1 else { return nil }
    runs = found.sorted { $0.statements.range.lowerBound < $1.statements.range.lowerBound }
    var taken = selection.takenNames
    for place in differing.sorted() {
      let stem = own.units[place].kind == .tensor ? "weight" : "number"
      let name = LocalNames.fresh(stem, taken)
      taken.insert(name)
      parameters.append((place, name))
    }
  }

  /// Statements as a run, where they are like another; what differs is added to `differing`.
  private static func run(
    _ statements: [Syntax], like first: Run, _ selection: SelectedStatements, _ differing: inout Set<Int>
  ) -> Run? {
    guard zip(statements, first.statements.statements).allSatisfy({ $0.kind == $1.kind }),
      let other = SelectedStatements(statements, beside: selection)
    else { return nil }
    let units = units(of: other)
    guard units.count == first.units.count else { return nil }
    var names: [String: String] = [:]
    var used: Set<String> = []
    var found: Set<Int> = []
    for (place, (unit, twin)) in zip(units, first.units).enumerated() {
      guard unit.kind == twin.kind else { return nil }
      switch unit.kind {
      case .token: guard unit.text == twin.text else { return nil }
      case .variable:
        if let known = names[twin.text] {
          guard known == unit.text else { return nil }
        } else {
          guard used.insert(unit.text).inserted else { return nil }
          names[twin.text] = unit.text
        }
      case .number:
        if unit.text != twin.text { found.insert(place) }
      case .tensor: if unit.text != twin.text { found.insert(place) }
      }
    }
    differing.formUnion(found)
    return Run(statements: other, units: units, names: names)
  }

  private static func units(of run: SelectedStatements) -> [Unit] {
    let variables = run.variables
    let identity = Dictionary(uniqueKeysWithValues: variables.map { ($0, $0) })
    var special: [(range: Range<Int>, kind: Unit.Kind)] = []
    var open = run.statements
    for statement in run.statements {
      special += LocalNames.renaming(identity, in: statement).map { ($0.range, .variable) }
    }
    while let node = open.popLast() {
      switch node.kind {
      case .integer, .float: special.append((node.range, .number))
      case .weightReference:
        special.append((node.range, .tensor))
        continue
      case .target: if let name = node.firstName { special.append((name.range, .variable)) }
      // A number in a label is a part of it.
      case .label:
        open += node.children.dropFirst()
        continue
      default: break
      }
      open += node.children
    }
    let starts = Dictionary(special.map { ($0.range.lowerBound, $0) }) { first, _ in first }
    guard let tree = run.statements.first?.tree, let last = run.statements.last else { return [] }
    var units: [Unit] = []
    var token = run.statements[0].tokens.lowerBound
    while token < last.tokens.upperBound {
      let range = tree.tokens.range(token)
      if let found = starts[range.lowerBound] {
        units.append(Unit(kind: found.kind, text: last.text(of: found.range), range: found.range))
        while token < last.tokens.upperBound, tree.tokens.range(token).lowerBound < found.range.upperBound {
          token += 1
        }
      } else {
        units.append(Unit(kind: .token, text: tree.text(token), range: range))
        token += 1
      }
    }
    return units
  }

  /// The whole text with the block and its calls.
  var text: [UInt8]? {
    guard let own = runs.first(where: { $0.names.isEmpty }),
      let (signature, arguments) = try? own.statements.signature()
    else { return nil }
    var parameters = signature
    var outputs = own.statements.outputs
    for run in runs {
      let inverse = Dictionary(run.names.map { ($1, $0) }) { first, _ in first }
      for output in run.statements.outputs {
        let name = inverse[output] ?? output
        if !outputs.contains(name) { outputs.append(name) }
      }
    }
    var configuration: [String] = []
    for (place, name) in self.parameters {
      switch own.units[place].kind {
      case .tensor:
        parameters.insert("\(name): ?", at: parameters.firstIndex { $0.isConfiguration } ?? parameters.count)
      default:
        configuration.append("\(name): \(own.units[place].text.contains { $0 == "." || $0 == "e" } ? "float" : "int")")
      }
    }
    let name = own.statements.freshBlockName("Part")
    let body = own.statements.declaration.text(
      of: own.statements.range, self.parameters.map { (own.units[$0.place].range, $0.name) })
    let block =
      "block \(name)(\((parameters + configuration).joined(separator: ", "))) {\n\(body)\n"
      + "return \(outputs.joined(separator: ", "))\n}\n\n"
    var changes = [(range: own.statements.start..<own.statements.start, text: block)]
    for run in runs {
      func renamed(_ name: String) -> String { run.names[name] ?? name }
      var given = arguments.tensors.map(renamed)
      var named = arguments.configuration.map { "\($0)=\(renamed($0))" }
      for (place, name) in self.parameters {
        if run.units[place].kind == .tensor {
          given.append(run.units[place].text)
        } else {
          named.append("\(name)=\(run.units[place].text)")
        }
      }
      let call = "\(outputs.map(renamed).joined(separator: ", ")) = \(name)(\((given + named).joined(separator: ", ")))"
      changes.append((run.statements.range, call))
    }
    return own.statements.source.replacing(changes)
  }
}

extension String {
  /// Whether a parameter's declaration is one of configuration, not of an input.
  fileprivate var isConfiguration: Bool {
    hasSuffix(": int") || hasSuffix(": float") || hasSuffix(": bool")
      || hasSuffix(": string") || hasSuffix(": dtype") || hasSuffix(": callee") || contains(": [")
  }
}
