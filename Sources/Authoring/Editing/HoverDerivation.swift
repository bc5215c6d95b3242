import Graphs
import Operators
import Semantics
import Syntax
import Tensors

extension EditorView {
  /// Whether what is named at an offset is known before the graph runs.
  func isConfiguration(at offset: Int) -> Bool {
    guard let name = tree.nodes(at: offset).last(.name, .quotedName), let found = observation(at: name.place) else {
      return false
    }
    let (term, definition): (Term, Place?)
    switch found.observation.meaning {
    case .binding(let bound): (term, definition) = (bound, found.observation.place)
    case .use(let used, let place): (term, definition) = (used, place)
    case .results, .callee: return false
    }
    // A size of an input comes of the input alone.
    guard !term.isTensor, let definition else { return false }
    return definition.file != file.number
      || !tree.nodes(at: definition.range.lowerBound).contains { $0.kind == .dimensions }
  }

  /// Whether a name is bound in some ranges to what is known before the graph runs.
  func bindsConfiguration(in ranges: [Range<Int>]) -> Bool {
    analysis.elaborations.contains { elaboration in
      elaboration.observations.contains { observation in
        guard observation.place.file == file.number, case .binding(let term) = observation.meaning, !term.isTensor
        else {
          return false
        }
        return ranges.contains { $0.contains(observation.place.range.lowerBound) }
      }
    }
  }

  /// How a size or configuration came about that a place names, in the first instance: a line each step; `nil` where the
  /// text just says it.
  func derivation(
    ofNameAt place: Place, in elaboration: Elaboration, location: @escaping (Place) -> String?
  ) -> String? {
    guard let first = observations(at: place, in: elaboration).first else { return nil }
    var derivation = NameDerivation(self, elaboration, location: location)
    derivation.follow(first)
    return derivation.text
  }
}

/// The steps by which the text gives a name its value: what each name is bound to, the same with the values of the names in
/// it, and what comes of that.
private struct NameDerivation {
  private let view: EditorView
  private let elaboration: Elaboration
  private let trace: ArgumentTrace
  private let location: (Place) -> String?
  private var lines: [String] = []
  private var followed: Set<Int> = []

  /// How many steps are told.
  private static let limit = 6

  init(_ view: EditorView, _ elaboration: Elaboration, location: @escaping (Place) -> String?) {
    self.view = view
    self.elaboration = elaboration
    self.location = location
    trace = ArgumentTrace(view.analysis.program, elaboration.model.graph)
  }

  var text: String? {
    lines.isEmpty ? nil : (["Comes about:"] + lines.map { "- \($0)" }).joined(separator: "\n")
  }

  /// Tells how what an observation says of a name came about.
  mutating func follow(_ observed: Int) {
    guard lines.count < Self.limit, let binding = binding(of: observed), followed.insert(binding).inserted else {
      return
    }
    let observation = elaboration.observations[binding]
    guard case .binding(let term) = observation.meaning, let value = text(of: term),
      let path = trace.tree(observation.place.file)?.nodes(at: observation.place.range.lowerBound),
      let index = path.lastIndex(where: { $0.range == observation.place.range }), index > 0
    else { return }
    let (node, parent) = (path[index], path[index - 1])
    switch (node.kind, parent.kind) {
    case (.name, .target), (.quotedName, .target):
      guard index > 1, path[index - 2].kind == .binding,
        path[index - 2].children.count(where: { $0.kind == .target }) == 1,
        let expression = path[index - 2].children.map(\.self).last
      else { return }
      tell(node.text, value, by: expression, at: observation.place, before: binding)
    case (.parameter, _):
      guard let name = node.children.first(where: { $0.kind == .name || $0.kind == .quotedName }) else { return }
      if let given = argument(named: name.plainName ?? "", of: observation.instance) {
        tell(name.text, value, by: given, at: given.place, before: binding)
      } else if let expression = node.child(.defaultValue)?.firstChild, !isSet(observation, not: expression, value) {
        tell(name.text, value, by: expression, at: node.place, before: binding, isDefault: true)
      }
    case (_, .dimensions):
      // A model's own sizes are what they are called.
      guard elaboration.model.graph.instances[observation.instance].parent != nil,
        let input = path[..<index].last(where: { $0.kind == .parameter })
      else { return }
      tell(node.text, value, ofAxis: node, in: parent, of: input, behind: binding)
    default: return
    }
  }

  /// The observation that binds what another one uses: the last one before it.
  private func binding(of observed: Int) -> Int? {
    switch elaboration.observations[observed].meaning {
    case .binding: return observed
    case .use(_, let definition):
      guard let definition else { return nil }
      return view.observations(at: definition, in: elaboration).last {
        if $0 < observed, case .binding = elaboration.observations[$0].meaning { true } else { false }
      }
    case .results, .callee: return nil
    }
  }

  /// Whether the model's own configuration is given from outside of the text.
  private func isSet(_ observation: Observation, not expression: Syntax, _ value: String) -> Bool {
    elaboration.model.graph.instances[observation.instance].parent == nil && expression.line != value
      && uses(in: expression, before: .max).isEmpty
  }

  /// What the call that made an instance gives for its configuration.
  private func argument(named name: String, of instance: Graphs.Instance.ID) -> Syntax? {
    let graph = elaboration.model.graph
    var instance = instance
    while graph.instances[instance].kind == .scope, let outer = graph.instances[instance].parent { instance = outer }
    guard let source = graph.instances[instance].call else { return nil }
    return trace.call(at: Place(source))?.argument(named: name)?.pair?.1
  }

  private mutating func tell(
    _ name: String, _ value: String, by expression: Syntax, at place: Place, before binding: Int,
    isDefault: Bool = false
  ) {
    let uses = self.uses(in: expression, before: binding)
    let source = expression.line
    var parts = ["`\(name)`"]
    if source.utf8.count <= 80, source != value {
      parts.append("`\(source)`")
      let substituted = substituted(expression, uses)
      if substituted != source, substituted != value { parts.append("`\(substituted)`") }
    }
    parts.append("`\(value)`")
    let line = location(place).map { ", \($0)" } ?? ""
    lines.append(parts.joined(separator: " = ") + (isDefault ? " by default" : "") + line)
    for use in uses { follow(use.observation) }
  }

  /// A size that was captured from the tensor that an input is given.
  private mutating func tell(
    _ name: String, _ value: String, ofAxis item: Syntax, in list: Syntax, of input: Syntax, behind binding: Int
  ) {
    let items = Array(list.children)
    guard let index = items.firstIndex(of: item),
      let tensor = view.observations(at: input.place, in: elaboration).first(where: { $0 > binding }),
      case .binding(.tensor(let given)) = elaboration.observations[tensor].meaning,
      let rank = elaboration.model.graph.values[given].type.shape?.rank, rank >= items.count - 1
    else { return }
    // Behind `...` axes count from the end.
    let isBehind = items[..<index].contains { $0.kind == .ellipsis }
    let axis = isBehind ? rank - (items.count - index) : index
    let name = "`\(name)` = `\(value)`, axis \(axis) of `\(input.children.first { $0.kind == .name }?.text ?? "")`"
    lines.append(
      [name, view.size(ofAxis: axis, of: given, in: elaboration, location: location)].compactMap(\.self).joined(
        separator: ": "))
  }

  // MARK: Names in expressions

  private struct Use {
    var name: Syntax
    var observation: Int
    var text: String
  }

  /// The names in an expression whose values are known before the graph runs, as they were when it was evaluated.
  private func uses(in expression: Syntax, before binding: Int) -> [Use] {
    var uses: [Use] = []
    var open = [expression]
    while let node = open.popLast() {
      guard node.kind == .name || node.kind == .quotedName else {
        open += node.children.reversed()
        continue
      }
      guard let index = view.observations(at: node.place, in: elaboration).last(where: { $0 < binding }),
        case .use(let term, _) = elaboration.observations[index].meaning, !term.isTensor, let text = text(of: term)
      else { continue }
      uses.append(Use(name: node, observation: index, text: text))
    }
    return uses
  }

  /// An expression with values in the places of names.
  private func substituted(_ expression: Syntax, _ uses: [Use]) -> String {
    let source = expression.tree.source
    var (text, end) = ("", expression.range.lowerBound)
    for use in uses {
      text += String(decoding: source[end..<use.name.range.lowerBound], as: UTF8.self)
      text += use.text.contains(" ") && use.name != expression && !use.text.hasPrefix("[") ? "(\(use.text))" : use.text
      end = use.name.range.upperBound
    }
    text += String(decoding: source[end..<expression.range.upperBound], as: UTF8.self)
    return text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  private func text(of term: Term) -> String? { view.description(of: term, in: elaboration) }
}
