import Graphs

/// Writes a list of steps as statements: what is used once stands within what uses it, as far as a line holds it.
struct StepWriter {
  let list: StepList
  let depth: Int
  /// The names of the numbers of the rounds around, outermost first.
  let counters: [String]
  /// What values from outside of the list are called.
  private let outer: [String]
  private(set) var resultNames: [StepResult: String] = [:]
  /// Names that results are to have.
  var preferred: [StepResult: String] = [:]
  /// Whether the list's results stand in a `return`, which may hold expressions.
  var returns = false
  /// What differs from round to round and does not follow from its number, with its name.
  private(set) var columns: [Column] = []
  /// Whether something follows from the number of the innermost round.
  private(set) var usesCounter = false

  struct Column {
    var name: String
    var texts: [String]
  }

  /// Expressions that the one step that uses them will take up.
  private var pending: [Int: LiftedExpression] = [:]
  /// The steps whose single result is used once, by a step of the list.
  private var inlined: Set<Int> = []
  private var statements: [LiftedStatement] = []
  /// Calls stand in calls so deep; in pipes there is no end.
  private static let maximumDepth = 4
  /// A number behind a name, and ` = `.
  private static let signWidth = 6

  init(_ list: StepList, outer: [String], depth: Int, counters: [String]) {
    self.list = list
    self.outer = outer
    self.depth = depth
    self.counters = counters
  }

  /// The list's statements; names of its results are in `resultNames` then.
  mutating func statements(_ lifter: inout ModelLifter) throws(InexpressibleModel) -> [LiftedStatement] {
    let items = lifter.items(of: list)
    findInlined(items, lifter)
    nameCarried(items, &lifter)
    for item in items {
      switch item {
      case .step(let index): try write(index, &lifter)
      case .repetition(let repetition): try write(repetition, &lifter)
      }
    }
    return statements
  }

  /// What a value is called; it has been bound.
  func name(of reference: Step.Reference) -> String {
    switch reference {
    case .result(let result): resultNames[result] ?? "?"
    case .outer(let number): outer[number]
    case .omitted, .tensor: "_"
    }
  }

  /// What stands for a result of the list: its name, or the expression that was kept for it.
  func text(of reference: Step.Reference) -> String {
    if case .result(let result) = reference, let kept = pending[result.step] { return kept.text }
    return name(of: reference)
  }

  /// Binds what was kept for the results of the list, and gives the statements.
  mutating func bindPending(_ lifter: inout ModelLifter) -> [LiftedStatement] {
    let count = statements.count
    for (index, expression) in pending.sorted(by: { $0.key < $1.key }) {
      pending[index] = nil
      bind(index, expression, &lifter)
    }
    return Array(statements[count...])
  }

  private var indent: String { String(repeating: "    ", count: depth) }

  // MARK: What is used where

  private mutating func findInlined(_ items: [LiftedItem], _ lifter: ModelLifter) {
    var uses: [StepResult: Int] = [:]
    var bound: Set<StepResult> = []
    func bind(_ references: some Sequence<Step.Reference>) {
      for case .result(let result) in references { bound.insert(result) }
    }
    if returns {
      for case .result(let result) in list.results { uses[result, default: 0] += 1 }
    } else {
      bind(list.results)
    }
    for item in items {
      switch item {
      case .step(let index):
        for case .result(let result) in list.steps[index].arguments { uses[result, default: 0] += 1 }
        bind(list.steps[index].captures.values)
      case .repetition(let repetition): bind(repetition.outer.flatMap(\.references))
      }
    }
    for case .step(let index) in items {
      let result = StepResult(step: index, index: 0)
      let node = lifter.graph.nodes[list.steps[index].nodes[0]]
      guard lifter.plain[list.steps[index].nodes[0]] == nil, node.results.count == 1, uses[result] == 1,
        !bound.contains(result), list.steps[index].captures.isEmpty,
        !node.attributes.contains(where: { !$0.value.regions.isEmpty })
      else { continue }
      inlined.insert(index)
    }
  }

  /// Names what rounds pass on to each other, and what goes into the first round alike.
  private mutating func nameCarried(_ items: [LiftedItem], _ lifter: inout ModelLifter) {
    var uses: [StepResult: Int] = [:]
    func count(_ references: some Sequence<Step.Reference>) {
      for case .result(let result) in references { uses[result, default: 0] += 1 }
    }
    count(list.results)
    for item in items {
      switch item {
      case .step(let index):
        count(list.steps[index].arguments)
        count(list.steps[index].captures.values)
      case .repetition(let repetition): count(repetition.outer.flatMap(\.references))
      }
    }
    for case .repetition(let repetition) in items {
      for (number, outer) in repetition.outer.enumerated() {
        guard case .carried(let result, let initial) = outer else { continue }
        let place = Carried(start: repetition.start, number: number)
        if case .result(let first) = initial, uses[first] == 1 {
          if let known = preferred[first] {
            carriedNames[place] = known
          } else if items.contains(where: { $0.isStep(first.step) }) {
            let node = lifter.graph.nodes[repetition.body.steps[result.step].nodes[0]]
            let name = lifter.names.name(lifter.stem(of: node))
            preferred[first] = name
            carriedNames[place] = name
          }
        }
      }
    }
  }

  private struct Carried: Hashable {
    var start: Int
    var number: Int
  }

  private var carriedNames: [Carried: String] = [:]
  /// The literals of subgraphs.
  private var subgraphs: [Region.ID: String] = [:]

  // MARK: Steps

  private mutating func write(_ index: Int, _ lifter: inout ModelLifter) throws(InexpressibleModel) {
    let step = list.steps[index]
    let node = lifter.graph.nodes[step.nodes[0]]
    guard !node.results.isEmpty else { throw InexpressibleModel("\(node.operatorType), which has no output") }
    for (value, reference) in step.captures { lifter.valueNames[value] = name(of: reference) }
    let expression = try call(index, &lifter)
    if inlined.contains(index) {
      pending[index] = expression
    } else {
      bind(index, expression, &lifter)
    }
  }

  private mutating func bind(_ index: Int, _ expression: LiftedExpression, _ lifter: inout ModelLifter) {
    let node = lifter.graph.nodes[list.steps[index].nodes[0]]
    var results: [StepResult] = []
    var targets: [String] = []
    for (place, output) in node.results.enumerated() {
      guard output != nil else {
        targets.append("_")
        continue
      }
      let result = StepResult(step: index, index: place)
      let name = preferred[result] ?? lifter.names.name(lifter.stem(of: node))
      resultNames[result] = name
      results.append(result)
      targets.append(name)
    }
    statements.append(
      LiftedStatement(
        lines: lifter.annotations(ofPlain: list.steps[index].nodes[0]).map { indent + $0 }
          + ["\(indent)\(targets.joined(separator: ", ")) = \(expression.text)"],
        results: results, outer: expression.outer))
  }

  /// The call of a step, with what stands in it; what makes it too long is bound before.
  private mutating func call(_ index: Int, _ lifter: inout ModelLifter) throws(InexpressibleModel) -> LiftedExpression {
    let node = lifter.graph.nodes[list.steps[index].nodes[0]]
    let limit = ModelLifter.width - indent.utf8.count - lifter.stem(of: node).utf8.count - Self.signWidth
    while true {
      let arguments = try arguments(of: index, &lifter)
      let expression = try expression(of: index, arguments, &lifter)
      let within = list.steps[index].arguments.compactMap { reference -> Int? in
        guard case .result(let result) = reference, pending[result.step] != nil else { return nil }
        return result.step
      }
      if within.isEmpty || expression.width <= limit && expression.depth <= Self.maximumDepth {
        for step in within { pending[step] = nil }
        return expression
      }
      guard let longest = within.max(by: { (pending[$0]?.text.utf8.count ?? 0) < (pending[$1]?.text.utf8.count ?? 0) }),
        let taken = pending.removeValue(forKey: longest)
      else { return expression }
      bind(longest, taken, &lifter)
    }
  }

  private mutating func arguments(
    of index: Int, _ lifter: inout ModelLifter
  ) throws(InexpressibleModel) -> [LiftedExpression] {
    let step = list.steps[index]
    var arguments: [LiftedExpression] = []
    for (slot, reference) in step.arguments.enumerated() {
      switch reference {
      case .omitted: arguments.append(LiftedExpression(text: "_"))
      case .outer(let number): arguments.append(LiftedExpression(text: outer[number], outer: [number]))
      case .result(let result):
        arguments.append(pending[result.step] ?? LiftedExpression(text: name(of: reference)))
      case .tensor:
        var texts: [RoundText] = []
        for node in step.nodes { texts.append(try lifter.argumentText(slot, of: node)) }
        arguments.append(LiftedExpression(text: try text(of: texts, &lifter)))
      }
    }
    return arguments
  }

  /// One text for what the rounds have in a place.
  private mutating func text(of texts: [RoundText], _ lifter: inout ModelLifter) throws(InexpressibleModel) -> String {
    if let (text, usesCounter) = RoundText.common(texts, rounds: list.rounds, counters: counters) {
      if usesCounter { self.usesCounter = true }
      return text
    }
    guard list.rounds.count == 1 else { throw InexpressibleModel("what differs from round to round") }
    let rows = texts.map(\.text)
    if let known = columns.first(where: { $0.texts == rows }) { return known.name }
    let name = lifter.names.name("t")
    columns.append(Column(name: name, texts: rows))
    return name
  }

  private static let signs: [String: (sign: String, binding: LiftedExpression.Binding)] = [
    "Add": ("+", .sum), "Sub": ("-", .sum), "Mul": ("*", .product), "Div": ("/", .product), "MatMul": ("@", .product),
  ]

  private mutating func expression(
    of index: Int, _ arguments: [LiftedExpression], _ lifter: inout ModelLifter
  ) throws(InexpressibleModel) -> LiftedExpression {
    let step = list.steps[index]
    let node = lifter.graph.nodes[step.nodes[0]]
    let outer = arguments.reduce(into: Set(step.captures.values.compactMap(\.outerNumber))) { $0.formUnion($1.outer) }
    let depth = (arguments.map(\.depth).max() ?? 0) + 1
    let isPlain = lifter.plain[step.nodes[0]] != nil
    if !isPlain, node.domain.isEmpty, lifter.writtenAttributes(of: step.nodes[0]).isEmpty, node.results.count == 1,
      arguments.count == 2,
      let (sign, binding) = Self.signs[node.operatorType], step.arguments != [.tensor, .tensor],
      !step.arguments.contains(.omitted)
    {
      // Signs of one strength are taken from the left.
      let right = LiftedExpression.Binding(rawValue: binding.rawValue + 1) ?? .call
      return LiftedExpression(
        text: "\(arguments[0].operand(binding)) \(sign) \(arguments[1].operand(right))", binding: binding, depth: depth,
        outer: outer)
    }
    var texts = arguments.map(\.text)
    var piped: LiftedExpression?
    let hasSubgraphs = node.attributes.contains { !$0.value.regions.isEmpty }
    if !isPlain, !hasSubgraphs, case .result(let result)? = step.arguments.first, pending[result.step] != nil {
      piped = arguments[0]
      texts.removeFirst()
    }
    for attribute in lifter.writtenAttributes(of: step.nodes[0]) {
      var spellings: [RoundText] = []
      if case .graph(let region) = attribute.value {
        if subgraphs[region] == nil { subgraphs[region] = try subgraph(region, &lifter) }
        spellings = [.other(subgraphs[region] ?? "")]
      } else {
        for node in step.nodes {
          guard let twin = lifter.graph.nodes[node].attributes.first(where: { $0.name == attribute.name }) else {
            continue
          }
          spellings.append(try lifter.attributeText(twin, of: node))
        }
      }
      texts.append("\(MicaPrinter.name(attribute.name))=\(try text(of: spellings, &lifter))")
    }
    let callee = lifter.printer.callee(node)
    guard let piped else {
      var call = LiftedExpression(text: "\(callee)(\(texts.joined(separator: ", ")))", depth: depth, outer: outer)
      // Subgraphs take lines of their own.
      if hasSubgraphs {
        call.width = callee.utf8.count + arguments.reduce(2) { $0 + $1.width + 2 }
      }
      return call
    }
    let call = texts.isEmpty ? callee : "\(callee)(\(texts.joined(separator: ", ")))"
    let inner = (arguments.dropFirst().map(\.depth).max() ?? 0) + 1
    return LiftedExpression(
      text: "\(piped.text) |> \(call)", binding: .pipe, depth: max(piped.depth, inner), outer: outer)
  }

  /// A subgraph as a literal over several lines.
  private mutating func subgraph(_ region: Region.ID, _ lifter: inout ModelLifter) throws(InexpressibleModel) -> String
  {
    var inputs: [String] = []
    for input in lifter.graph.regions[region].inputs {
      let value = lifter.graph.values[input]
      let name = lifter.names.name(value.name.isEmpty ? "input" : LiftedNames.identifier(of: value.name))
      lifter.valueNames[input] = name
      inputs.append("\(name): \(try MicaPrinter.type(value.type, of: value.name))")
    }
    var outer = lifter.graph.regions[region].inputs
    let lines = try lifter.body(of: region, outer: &outer, depth: depth + 2)
    let head = inputs.isEmpty ? "{" : "(\(inputs.joined(separator: ", "))) {"
    if lines.count == 1, lines[0].utf8.count < 40 + 4 * depth {
      return "\(head) \(lines[0].drop { $0 == " " }) }"
    }
    return ([head] + lines + ["\(indent)    }"]).joined(separator: "\n")
  }

  // MARK: Repetitions

  private mutating func write(_ repetition: Repetition, _ lifter: inout ModelLifter) throws(InexpressibleModel) {
    var before: [String] = []
    var after: [String] = []
    var tables: [Column] = []
    var names: [String] = []
    var passed: [Int: StepResult] = [:]
    for (number, outer) in repetition.outer.enumerated() {
      switch outer {
      case .fixed(let reference): names.append(name(of: reference))
      case .carried(let result, let initial):
        passed[number] = result
        if let name = carriedNames[Carried(start: repetition.start, number: number)] {
          names.append(name)
        } else {
          let node = lifter.graph.nodes[repetition.body.steps[result.step].nodes[0]]
          names.append(lifter.names.name(lifter.stem(of: node)))
          before.append("\(indent)\(names[number]) = \(name(of: initial))")
        }
      case .listed(let references):
        names.append(lifter.names.name("t"))
        tables.append(Column(name: names[number], texts: references.map { name(of: $0) }))
      }
    }
    let counter = ["i", "j", "k"].first { !counters.contains($0) } ?? lifter.names.name("i")
    var direct: [StepResult: Int] = [:]
    for (number, result) in passed.sorted(by: { $0.key < $1.key }) where direct[result] == nil {
      direct[result] = number
    }
    var writer: StepWriter
    var written: [LiftedStatement]
    while true {
      var attempt = lifter
      writer = StepWriter(repetition.body, outer: names, depth: depth + 1, counters: counters + [counter])
      for (result, number) in direct { writer.preferred[result] = names[number] }
      written = try writer.statements(&attempt)
      // A name that a round has bound again no longer means what the round before left.
      let spoilt = direct.filter { result, number in
        guard let place = written.firstIndex(where: { $0.results.contains(result) }) else { return true }
        return written[(place + 1)...].contains { $0.outer.contains(number) }
      }
      if spoilt.isEmpty {
        lifter = attempt
        break
      }
      for result in spoilt.keys { direct[result] = nil }
    }
    for (number, result) in passed.sorted(by: { $0.key < $1.key }) where direct[result] != number {
      after.append("\(indent)    \(names[number]) = \(writer.name(of: .result(result)))")
    }
    let last = repetition.start + (repetition.count - 1) * repetition.period
    var results: [StepResult] = []
    for result in repetition.exported {
      let outside = StepResult(step: last + result.step, index: result.index)
      resultNames[outside] = writer.name(of: .result(result))
      results.append(outside)
    }
    for result in repetition.collected {
      let list = lifter.names.name("\(writer.name(of: .result(result)))s")
      before.append("\(indent)\(list) = []")
      after.append("\(indent)    \(list) = \(list) + [\(writer.name(of: .result(result)))]")
      for round in 0..<repetition.count {
        let outside = StepResult(step: repetition.start + round * repetition.period + result.step, index: result.index)
        resultNames[outside] = "\(list)[\(round)]"
        results.append(outside)
      }
    }
    tables += writer.columns
    let head = Self.head(tables, counter: counter, usesCounter: writer.usesCounter, count: repetition.count)
    let outerNumbers = repetition.outer.flatMap(\.references).compactMap(\.outerNumber)
    if writer.usesCounter, list.rounds.count > 0 { usesCounter = true }
    statements.append(
      LiftedStatement(
        lines: before + ["\(indent)repeat \(head) {"] + written.flatMap(\.lines) + after + ["\(indent)}"],
        results: results,
        outer: Set(outerNumbers)))
  }

  /// What stands behind `repeat`: its number, or a table of what differs.
  private static func head(_ tables: [Column], counter: String, usesCounter: Bool, count: Int) -> String {
    if tables.isEmpty { return "\(counter) in 0..<\(count)" }
    let names = (usesCounter ? [counter] : []) + tables.map(\.name)
    let rows = (0..<count).map { round in
      let texts = (usesCounter ? [String(round)] : []) + tables.map { $0.texts[round] }
      return names.count == 1 ? texts[0] : "[\(texts.joined(separator: ", "))]"
    }
    return "\(names.joined(separator: ", ")) in [\(rows.joined(separator: ", "))]"
  }
}

extension Step.Reference {
  /// The number of a value from outside.
  var outerNumber: Int? { if case .outer(let number) = self { number } else { nil } }
}

extension Repetition.Outer {
  /// What it is outside of the repetition.
  var references: [Step.Reference] {
    switch self {
    case .fixed(let reference): [reference]
    case .carried(_, let initial): [initial]
    case .listed(let references): references
    }
  }
}

extension LiftedItem {
  fileprivate func isStep(_ index: Int) -> Bool { if case .step(index) = self { true } else { false } }
}
