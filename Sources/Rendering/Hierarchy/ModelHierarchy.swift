package import Authoring
package import Graphs
import Tensors

/// A model as its text nests it: blocks, rounds of `repeat`, nodes, and the values between them.
package struct ModelHierarchy: Sendable {
  package struct Part: Sendable {
    package enum Kind: Hashable, Sendable {
      case model
      /// A block, a scope, or a subgraph of a node.
      case block
      /// What a `repeat` made, folded up: a child for each round.
      case repetition
      /// A round of a `repeat` that makes several things.
      case round
      case node
      /// An input of the model or of a subgraph.
      case input
      case output
    }

    package var kind: Kind
    package var parent: Int?
    /// The label where the part stands in its block; empty for what has none.
    package var name: String
    /// The block or the operator.
    package var callee: String
    /// The state-dict path of a block; the exported name of a node.
    package var path: String
    /// The type of the first result, as Mica writes it.
    package var type = ""
    /// The attributes of a node as Mica writes them: `kernel_shape=[3, 3], strides=[2, 2]`.
    package var attributes = ""
    /// What the part and all that is in it amount to.
    package var amount = NodeAmounts.Amount()
    /// The text that made it.
    package var source: SourceRange?
    package var children: [Int] = []
    /// Whether pictures that cannot be opened show it as one thing, as summaries do.
    package var isLayer = false

    package init(_ kind: Kind, parent: Int?, name: String = "", callee: String, path: String) {
      (self.kind, self.parent, self.name, self.callee, self.path) = (kind, parent, name, callee, path)
    }

    /// Whether there is something in it to show.
    package var isOpenable: Bool { !children.isEmpty }

    /// The label and the callee in one line; rounds of a repetition behind them.
    package var title: String {
      let title = name.isEmpty ? callee : callee.isEmpty ? name : "\(name): \(callee)"
      return kind == .repetition ? "\(title) ×\(children.count)" : title
    }
  }

  /// A value on its way from what makes it to what uses it, both of them parts that hold no others that do.
  package struct Link: Hashable, Sendable {
    package var from: Int
    package var to: Int
    package var value: Value.ID
  }

  /// The model itself is the first; the parts of a part are in the order in which they run.
  package internal(set) var parts: [Part]
  package internal(set) var links: [Link] = []
  /// The types of the values of links, as Mica writes them.
  package internal(set) var types: [Value.ID: String] = [:]
  /// What sizes count as that nothing binds.
  package internal(set) var openSizes: [String: Int] = [:]

  /// What MACs and bytes are counted at, where sizes are open: `open sizes count as 1 (H, W)`; else empty.
  package var condition: String {
    guard !openSizes.isEmpty, parts[0].amount.macs > 0 || parts[0].amount.activationBytes > 0 else { return "" }
    let (sizes, most) = (openSizes.sorted { $0.key < $1.key }, 4)
    let isOne = sizes.allSatisfy { $0.value == 1 }
    let listed = sizes.prefix(most).map { isOne ? $0.key : "\($0.key)=\($0.value)" }.joined(separator: ", ")
    let others = sizes.count > most ? " and \(sizes.count - most) more" : ""
    return isOne ? "open sizes count as 1 (\(listed)\(others))" : "open sizes count as \(listed)\(others)"
  }

  /// How to give open sizes others.
  static let remedy = "choose with --bind or in mica.json"

  /// The condition, and what to do about it.
  var conditionWithRemedy: String { condition.isEmpty ? "" : "\(condition); \(Self.remedy)" }

  /// Whole numbers for a line below a title: parameters, MACs, bytes of results, those that are not 0.
  package static func figures(_ amount: NodeAmounts.Amount) -> [String] {
    var figures: [String] = []
    if amount.parameters > 0 { figures.append("\(Quantity.count(amount.parameters)) parameters") }
    if amount.macs > 0 { figures.append("\(Quantity.count(amount.macs)) MACs") }
    if amount.activationBytes > 0 { figures.append("\(Quantity.bytes(amount.activationBytes)) of results") }
    return figures
  }

  /// The parts around a part, the innermost first and the part itself before them.
  package func chain(of part: Int) -> [Int] {
    var chain: [Int] = []
    var next: Int? = part
    while let id = next {
      chain.append(id)
      next = parts[id].parent
    }
    return chain
  }

  /// Whether two parts look the same but for their names.
  func isAlike(_ left: Int, _ right: Int) -> Bool {
    let (first, second) = (parts[left], parts[right])
    return first.kind == second.kind && (first.callee == second.callee || first.kind == .round)
      && first.type == second.type
      && first.amount == second.amount && first.children.count == second.children.count
      && zip(first.children, second.children).allSatisfy { isAlike($0, $1) }
  }
}

/// What a part is coloured and measured by.
package enum Measure: String, CaseIterable, Sendable {
  case parameters, macs, memory

  package func value(of amount: NodeAmounts.Amount) -> Int {
    switch self {
    case .parameters: amount.parameters
    case .macs: amount.macs
    case .memory: amount.activationBytes
    }
  }

  /// A number of it as people read it.
  package func text(_ value: Int) -> String {
    switch self {
    case .parameters: "\(Quantity.count(value)) parameters"
    case .macs: "\(Quantity.count(value)) MACs"
    case .memory: Quantity.bytes(value)
    }
  }

  /// What the share is of.
  package var title: String {
    switch self {
    case .parameters: "parameters"
    case .macs: "MACs"
    case .memory: "activation memory"
    }
  }
}
