import Graphs

/// The names of a graph, each given once.
///
/// Most names follow from a counter or from a node's name and can meet no other that does; only the others are kept.
struct NameTable {
  /// The nodes of an operator in the instances of a path.
  private struct Kind: Hashable {
    var path: String
    var operatorType: String
  }

  /// How many nodes of a kind there are.
  private struct Counter {
    /// The name of the first one.
    var stem: String
    /// The number of the next one.
    var next = 0
  }

  /// Names of values that the text gives, or that follow from such.
  private var values: Set<String> = []
  /// Whether one of these begins as the names of nodes do.
  private var holdsRuledValues = false
  /// Names of nodes that the text gives, and those that look as if they were numbered.
  private var nodes: Set<String> = []
  private var counters: [Counter] = []
  private var counterOfKind: [Kind: Int] = [:]
  private var counterOfStem: [String: Int] = [:]
  /// What nodes that were named lately call, and in which instance, with their counters: most nodes are like one of them.
  private var recent: [(callee: NodeCallee, instance: Instance.ID?, counter: Int)?] = Array(repeating: nil, count: 64)
  private var nextValue: [String: Int] = [:]

  /// Takes a value's name; `false` where it is taken.
  @discardableResult
  mutating func take(_ name: String) -> Bool {
    if name.utf8.first == UInt8(ascii: "/") { holdsRuledValues = true }
    return values.insert(name).inserted
  }

  /// Takes a node's name, as often as the text gives it.
  mutating func takeNode(_ name: String) { nodes.insert(name) }

  /// The name of the next node of an operator in an instance.
  mutating func node(_ callee: NodeCallee, of instance: Instance.ID?, _ paths: InstancePaths) -> RuledName {
    let counter = recentCounter(of: callee, in: instance, paths)
    var number = counters[counter].next
    if !nodes.isEmpty || number == 0 {
      let stem = counters[counter].stem
      while nodes.contains(RuledName(stem, number: number).text) || number == 0 && isCounted(stem) { number += 1 }
      if number == 0, stem.takenApart != nil { nodes.insert(stem) }
    }
    counters[counter].next = number + 1
    return RuledName(counters[counter].stem, number: number)
  }

  /// The place of the counter for what a node calls, which is likely to have been asked for a moment ago.
  private mutating func recentCounter(
    of callee: NodeCallee, in instance: Instance.ID?, _ paths: InstancePaths
  ) -> Int {
    // Objects stand at least 16 bytes apart.
    let place = Int(bitPattern: ObjectIdentifier(callee)) >> 4 & (recent.count - 1)
    if let known = recent[place], known.callee === callee, known.instance == instance { return known.counter }
    let counter = counter(of: Kind(path: paths.node(of: instance), operatorType: callee.operatorType))
    recent[place] = (callee, instance, counter)
    return counter
  }

  /// The place of a kind's counter; kinds whose nodes would have the same names share one.
  private mutating func counter(of kind: Kind) -> Int {
    if let known = counterOfKind[kind] { return known }
    let stem = "\(kind.path)/\(kind.operatorType)"
    let counter = counterOfStem[stem] ?? counters.count
    if counter == counters.count { counters.append(Counter(stem: stem)) }
    counterOfStem[stem] = counter
    counterOfKind[kind] = counter
    return counter
  }

  /// Whether a name is that of a later node of another operator: `Relu_1` is that of the second `Relu`.
  private func isCounted(_ name: String) -> Bool {
    guard let (first, number) = name.takenApart, let counter = counterOfStem[first] else { return false }
    return counters[counter].next > number
  }

  /// The name of a node's result.
  ///
  /// - Parameter isGiven: whether the text gives the node's name: then another node may have it too.
  mutating func result(_ index: Int, of node: RuledName, isGiven: Bool) -> RuledName {
    let name = RuledName(result: index, of: node)
    return isGiven || holdsRuledValues ? RuledName(ruled: unique(name.text)) : name
  }

  /// A value's name, or with the least number behind it that makes it new.
  mutating func unique(_ name: String) -> String {
    var number = nextValue[name, default: 0]
    while !values.insert(RuledName(name, number: number).text).inserted { number += 1 }
    nextValue[name] = number + 1
    return RuledName(name, number: number).text
  }
}

extension String {
  /// What stands before a last `_` with a number from 1 on behind it, and the number; `nil` for other names.
  fileprivate var takenApart: (String, Int)? {
    guard let last = utf8.last, last.isASCIIDigit, let mark = utf8.lastIndex(of: UInt8(ascii: "_")) else { return nil }
    let digits = utf8[utf8.index(after: mark)...]
    guard digits.allSatisfy(\.isASCIIDigit), digits.first != UInt8(ascii: "0"), let number = Int(Substring(digits))
    else { return nil }
    return (String(self[..<mark]), number)
  }
}

extension UInt8 {
  fileprivate var isASCIIDigit: Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= self }
}
