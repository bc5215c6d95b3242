import Graphs
import Operators
import Semantics
package import Syntax
import Tensors

/// What an editor shows of the place under the cursor.
package struct Hover: Sendable {
  package var place: Place
  /// The first line, as code of the language.
  package var title: String
  /// Paragraphs of plain text, `code` in backquotes.
  package var lines: [String]
  /// Where more is to be read.
  package var link: (title: String, address: String)?

  package var markdown: String {
    let link = link.map { ["[\($0.title)](\($0.address))"] } ?? []
    return (["```mica\n\(title)\n```"] + lines + link).joined(separator: "\n\n")
  }

  package var plainText: String {
    // What stands out stands for itself.
    let lines = lines.map { line in line.replacing(/\*\*([^*`]+)\*\*/) { $0.output.1 } }
    return ([title] + lines + (link.map { ["\($0.title): \($0.address)"] } ?? [])).joined(separator: "\n\n")
  }
}

extension EditorView {
  /// What stands at an offset; `nil` where there is nothing to say.
  ///
  /// - Parameter location: how another place in the text is told; `nil` where it is not there any more.
  package func hover(at offset: Int, location: ((Place) -> String?)? = nil) -> Hover? {
    let path = tree.nodes(at: offset)
    let program = analysis.program
    let location = location ?? { program.location(of: $0) }
    for (index, node) in path.enumerated().reversed() {
      let parent = index > 0 ? path[index - 1] : nil
      if let hover = hover(of: node, parent: parent, location) { return hover }
    }
    guard let leaf = path.last else { return nil }
    if leaf.kind == .elementType { return hoverOfElementType(leaf) }
    return hoverOfResult(leaf, in: path) ?? hoverOfSign(at: offset, in: path) ?? hoverOfKeyword(at: offset, path)
  }

  private func hover(of node: Syntax, parent: Syntax?, _ location: @escaping (Place) -> String?) -> Hover? {
    switch node.kind {
    case .name, .quotedName, .member, .index, .overload, .elementType:
      if let parent, parent.kind == .namedArgument, parent.firstChild == node {
        return hoverOfArgument(node, in: parent)
      }
      if parent?.kind == .importDeclaration { return hoverOfPart(node) }
      if let parent, parent.kind == .label, let call = parent.pair?.1, parent.firstChild == node {
        return hover(ofCall: call, named: node)
      }
      if let parent, parent.kind == .parameterStatement || parent.kind == .bufferStatement, parent.firstChild == node {
        return hoverOfParameter(parent, name: node)
      }
      if let parent, parent.kind == .weightReference, let hover = hover(ofReference: node) { return hover }
      if let parent, parent.kind.isDeclaration { return hoverOfDeclaration(parent, name: node) }
      if let found = observation(at: node.place, where: { if case .callee = $0 { true } else { false } }) {
        var hover = hover(ofCallee: node, found.observation, in: found.elaboration, call: parent)
        let call = parent?.kind == .call && parent?.firstChild == node ? parent ?? node : node
        let values = shownResults(of: call, in: found.elaboration)
        if let sizes = sizes(of: values, in: found.elaboration, location: location) { hover?.lines.append(sizes) }
        return hover
      }
      let place = parent?.kind == .parameter && parent?.child(node.kind) == node ? parent?.place : node.place
      guard let found = observation(at: place ?? node.place) else { return hoverOfCallee(node, parent: parent) }
      return hover(ofName: node, found.observation, in: found.elaboration, location)
    case .string: return parent?.kind == .weightsStatement ? hover(ofWeights: node) : nil
    default: return nil
    }
  }

  private func hover(
    ofName node: Syntax, _ observation: Observation, in elaboration: Elaboration,
    _ location: @escaping (Place) -> String?
  ) -> Hover? {
    let term: Term
    switch observation.meaning {
    case .binding(let bound): term = bound
    case .use(let used, _): term = used
    case .results, .callee: return nil
    }
    guard let text = description(of: term, in: elaboration) else { return hoverOfInput(node) }
    guard case .tensor(let value) = term else {
      var lines = [derivation(ofNameAt: observation.place, in: elaboration, location: location)].compactMap(\.self)
      if case .integer(let size) = term {
        lines += self.lines(ofOpenSizesIn: size, in: elaboration, location: location)
      }
      lines += [self.lines(ofNameAt: observation.place, in: elaboration)].compactMap(\.self)
      return Hover(
        place: node.place, title: text == node.text ? text : "\(node.text) = \(text)", lines: lines)
    }
    var lines: [String] = []
    let type = sizes(of: elaboration).applied(to: elaboration.model.graph.values[value].type)
    if let memory = memory(of: [type], in: elaboration) { lines.append(memory) }
    if let weight = weightLine(of: value, in: elaboration) { lines.append(weight) }
    if let sizes = self.sizes(of: [value], in: elaboration, location: location) { lines.append(sizes) }
    if let instances = self.lines(ofNameAt: observation.place, in: elaboration) { lines.append(instances) }
    // The names of an imported model are its file's, which an export finds.
    let name = elaboration.declaration.isImported ? "" : elaboration.model.graph.values[value].name
    if !name.isEmpty { lines.append("In the exported graph: `\(name)`.") }
    return Hover(place: node.place, title: "\(node.text): \(text)", lines: lines)
  }

  private func hover(
    ofCallee node: Syntax, _ observation: Observation, in elaboration: Elaboration, call: Syntax?
  ) -> Hover? {
    guard case .callee(let callee) = observation.meaning else { return nil }
    let call = call?.kind == .call && call?.firstChild == node ? call ?? node : node
    switch callee {
    case .declaration(let declaration):
      var hover = Hover(place: node.place, title: declaration.signatureText, lines: [])
      hover.lines += amounts(of: call, in: elaboration)
      let made = instances(calledBy: call, besides: elaboration)
      if let instances = lines(of: made) { hover.lines.append(instances) }
      let doc = declaration.syntax.docComment
      if !doc.isEmpty { hover.lines.append(doc) }
      return hover
    case .operator(let domain, let name, _):
      let opset = elaboration.opsets[domain] ?? 1
      guard let schema = Catalogue.schema(domain: domain, name: name, opset: opset) else { return nil }
      var hover = Hover(place: node.place, title: schema.signatureText, lines: amounts(of: call, in: elaboration))
      if let instances = lines(ofResultsOf: call, in: elaboration) { hover.lines.append(instances) }
      if let summary = Catalogue.summary(domain: domain, name: name) { hover.lines.append(summary) }
      hover.lines += schema.parameterLines
      hover.link = schema.reference
      return hover
    case .function(let function):
      return Hover(
        place: node.place, title: function.rawValue,
        lines: [
          "A function of configuration and sizes, computed before the graph runs."
        ])
    case .conversion(let element):
      return Hover(
        place: node.place, title: element?.spelling ?? node.text, lines: ["Converts its argument to this element type."]
      )
    case .instance, .failed: return nil
    }
  }

  /// A label: the instance that it names.
  private func hover(ofCall call: Syntax, named label: Syntax) -> Hover? {
    let callee = call.kind == .call ? call.firstChild ?? call : call
    guard let found = observation(at: callee.place) else { return nil }
    let paths = InstancePaths(found.elaboration.model.graph)
    let made = instances(calledBy: call, besides: found.elaboration)
    let own = index(of: found.elaboration)
    var lines = amounts(of: call, in: found.elaboration)
    if let first = made.first(where: { $0.model == own })?.instances.first {
      let count = made.reduce(0) { $0 + $1.instances.count }
      let path = paths.path(of: first)
      lines.append(
        self.lines(of: made)
          ?? (count > 1 ? "`\(path)` and \(count - 1) more of this statement." : "State-dict path `\(path)`."))
      lines += weightLines(below: path, in: found.elaboration)
    }
    return Hover(place: label.place, title: "\(label.text): \(callee.text)", lines: lines)
  }

  /// What a call takes and gives: type, parameters with their share, MACs, memory.
  func amounts(of call: Syntax, in elaboration: Elaboration) -> [String] {
    let figures = figures(of: elaboration)
    let shown = shownInstance(at: call.place).flatMap { $0.model == elaboration.declaration.syntax ? $0.id : nil }
    let amounts = figures.amounts(ofCallsAt: call.place, in: shown) { block in
      results(of: call, in: elaboration).count { $0.instance == block }
    }
    let graph = elaboration.model.graph
    var lines: [String] = []
    let sizes = sizes(of: elaboration)
    let types = shownResults(of: call, in: elaboration).map { sizes.applied(to: graph.values[$0].type) }
    if !types.isEmpty {
      lines.append("Gives `\(types.map(\.description).joined(separator: "`, `"))`.")
    }
    var figuresText: [String] = []
    let parameters = amounts.map(\.parameters).sum
    if parameters > 0 {
      let (number, times) = Self.perCall(amounts.map(\.parameters))
      let share = Double(parameters) / Double(max(1, figures.parameters)) * 100
      figuresText.append(
        "**\(Quantity.grouped(number)) parameters**\(times), \(percentage(share)) of " + elaboration.declaration.name)
    }
    let assumed = amounts.reduce(into: [:]) { $0.merge($1.assumed) { known, _ in known } }
    if amounts.contains(where: { $0.macs > 0 }) {
      let (number, times) = Self.perCall(amounts.map(\.macs))
      figuresText.append(
        "\(Quantity.count(number)) MACs\(times)" + (amounts.allSatisfy(\.isCounted) ? "" : " and what is not counted")
          + Self.text(ofAssumed: assumed))
    }
    if !figuresText.isEmpty { lines.append(figuresText.joined(separator: " · ")) }
    let activations = amounts.compactMap(\.activationBytes)
    let all = activations.count == amounts.count ? Self.perCall(activations) : nil
    if let memory = memory(of: types, in: elaboration, among: all) { lines.append(memory) }
    var weightTypes: [String] = []
    for type in amounts.flatMap(\.weightTypes) where !weightTypes.contains(type) { weightTypes.append(type) }
    if !weightTypes.isEmpty {
      let files = elaboration.weights.map { "`\($0.path)`" }
      lines.append(
        "Weights \(weightTypes.joined(separator: ", "))"
          + (files.isEmpty ? ", not bound to a file." : " from \(files.joined(separator: ", "))."))
    }
    return lines
  }

  /// The values that a call gives in the instance of the block around that is shown, or in the first.
  private func shownResults(of call: Syntax, in elaboration: Elaboration) -> [Value.ID] {
    let all = results(of: call, in: elaboration)
    let chosen = shownInstance(at: call.place).flatMap { shown in
      all.first { isShown($0.instance, in: elaboration, shown) }
    }
    return (chosen ?? all.first)?.values ?? []
  }

  /// What each of several calls amounts to, and how many those are; the sum where they differ.
  private static func perCall(_ amounts: [Int]) -> (number: Int, times: String) {
    if amounts.count < 2 { return (amounts.sum, "") }
    return Set(amounts).count == 1 ? (amounts[0], " × \(amounts.count)") : (amounts.sum, " in \(amounts.count) calls")
  }

  /// - Parameter activations: the bytes of all that is computed for the values, and of how many calls.
  private func memory(
    of types: [ValueType], in elaboration: Elaboration, among activations: (number: Int, times: String)? = nil
  ) -> String? {
    guard let (bytes, assumed) = figures(of: elaboration).bytes(of: types), bytes > 0 else { return nil }
    let output = "Output memory \(Quantity.bytes(bytes))"
    let all = activations.flatMap { activations in
      activations.number > bytes
        ? ", activations \(Quantity.bytes(activations.number))\(activations.times) in all" : nil
    }
    return output + (all ?? "") + Self.text(ofAssumed: assumed) + "."
  }

  /// The open sizes that figures are told for: ` at N=1`.
  static func text(ofAssumed sizes: [String: Int]) -> String {
    sizes.isEmpty
      ? "" : " at " + sizes.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ", ")
  }

  private func percentage(_ value: Double) -> String {
    if value >= 99.95 { return "all" }
    if value < 0.1 { return "less than 0.1 %" }
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10) %"
  }

  private func hoverOfArgument(_ name: Syntax, in argument: Syntax) -> Hover? {
    guard let parameter = parameter(named: name, in: argument) else { return nil }
    let lines = [parameter.documentation, parameter.callee.map { "Of `\($0)`." } ?? ""]
    return Hover(place: name.place, title: parameter.text, lines: lines.filter { !$0.isEmpty })
  }

  private func hoverOfParameter(_ statement: Syntax, name: Syntax) -> Hover? {
    guard let found = observation(at: name.place), case .binding(let term) = found.observation.meaning,
      let text = description(of: term, in: found.elaboration)
    else { return nil }
    let amount = figures(of: found.elaboration).amount(ofParametersIn: statement.place)
    var lines = amount.parameters > 0 ? ["**\(Quantity.grouped(amount.parameters)) parameters**"] : []
    if case .tensor(let value) = term, let weight = weightLine(of: value, in: found.elaboration) {
      lines.append(weight)
    }
    if let instances = self.lines(ofNameAt: name.place, in: found.elaboration) { lines.append(instances) }
    return Hover(place: name.place, title: "\(name.text): \(text)", lines: lines)
  }

  private func hoverOfDeclaration(_ syntax: Syntax, name: Syntax) -> Hover? {
    guard syntax.children.first(where: { $0.kind != .annotation }) == name,
      let declaration = analysis.program.main.declarationsInOrder.first(where: { $0.syntax == syntax })
    else { return nil }
    let lens = codeLenses().first { $0.place == name.place }
    let doc = declaration.syntax.docComment
    let instances = lines(of: instances(of: declaration), listsAlike: true)
    return Hover(
      place: name.place, title: declaration.signatureText,
      lines: [lens?.title, instances, doc.isEmpty ? nil : doc].compactMap(\.self))
  }
}

extension SyntaxKind {
  var isDeclaration: Bool {
    switch self {
    case .modelDeclaration, .blockDeclaration, .operatorDeclaration: true
    default: false
    }
  }
}

extension [Int] {
  fileprivate var sum: Int {
    var sum = 0
    for number in self { sum.add(number) }
    return sum
  }
}
