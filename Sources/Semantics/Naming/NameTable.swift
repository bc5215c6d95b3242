/// The names of a graph, each given once.
///
/// Most names follow from a counter or from a node's name and can meet no other that does; only the others are kept.
struct NameTable {
  private struct StemKey: Hashable {
    var path: String
    var operatorType: String
  }

  /// Names of values that the text gives, or that follow from such.
  private var values: Set<String> = []
  /// Whether one of these begins as the names of nodes do.
  private var holdsRuledValues = false
  /// Names of nodes that the text gives, and those that look as if they were numbered.
  private var nodes: Set<String> = []
  /// The number of the next node by the name that the first one has.
  private var nextNode: [String: Int] = [:]
  private var stems: [StemKey: String] = [:]
  private var nextValue: [String: Int] = [:]

  /// Takes a value's name; `false` where it is taken.
  @discardableResult
  mutating func take(_ name: String) -> Bool {
    if name.utf8.first == UInt8(ascii: "/") { holdsRuledValues = true }
    return values.insert(name).inserted
  }

  /// Takes a node's name, as often as the text gives it.
  mutating func takeNode(_ name: String) { nodes.insert(name) }

  /// The name of the next node of an operator in an instance, whose slashed path is `path`.
  mutating func node(_ operatorType: String, in path: String) -> String {
    let stem = stem(of: operatorType, in: path)
    var number = nextNode[stem, default: 0]
    var name = stem
    if number > 0 { name.appendNumber(number) }
    while nodes.contains(name) || number == 0 && isCounted(stem) {
      number += 1
      name = stem
      name.appendNumber(number)
    }
    if number == 0, stem.takenApart != nil { nodes.insert(stem) }
    nextNode[stem] = number + 1
    return name
  }

  /// The name of the first node of an operator in an instance.
  private mutating func stem(of operatorType: String, in path: String) -> String {
    let key = StemKey(path: path, operatorType: operatorType)
    if let known = stems[key] { return known }
    let stem = "\(path)/\(operatorType)"
    stems[key] = stem
    return stem
  }

  /// Whether a name is that of a later node of another operator: `Relu_1` is that of the second `Relu`.
  private func isCounted(_ name: String) -> Bool {
    guard let (first, number) = name.takenApart else { return false }
    return nextNode[first, default: 0] > number
  }

  /// The name of a node's result.
  ///
  /// - Parameter isGiven: whether the text gives the node's name: then another node may have it too.
  mutating func result(_ index: Int, of node: String, isGiven: Bool) -> String {
    var name = ""
    name.reserveCapacity(node.utf8.count + 10)
    name += node
    if index == 0 {
      name += "_output_0"
    } else {
      name += "_output"
      name.appendNumber(index)
    }
    return isGiven || holdsRuledValues ? unique(name) : name
  }

  /// A value's name, or with the least number behind it that makes it new.
  mutating func unique(_ name: String) -> String {
    var candidate = name
    var number = nextValue[name, default: 0]
    if number > 0 { candidate.appendNumber(number) }
    while !values.insert(candidate).inserted {
      number += 1
      candidate = name
      candidate.appendNumber(number)
    }
    nextValue[name] = number + 1
    return candidate
  }
}

extension String {
  /// Appends `_` and a number.
  fileprivate mutating func appendNumber(_ number: Int) {
    self += "_"
    self += String(number)
  }

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
