import Semantics
import Syntax

/// The numbers in a text that sizes of a model are copies of.
///
/// Nobody says which they are: the text is asked, by another number in the place of each in turn.
struct SizeLiterals {
  /// A number in the text, and what it should be instead.
  struct Change {
    var range: Range<Int>
    var value: Int
  }

  private(set) var changes: [Change] = []
  /// What texts came to in which a number was another, by the number's place.
  private(set) var probes: [Range<Int>: ModelSizes]

  /// - Parameters:
  ///   - declarations: where numbers are looked for.
  ///   - old: the sizes of the text as it is.
  ///   - wanted: those that it should have.
  ///   - probes: those of another change of the same text.
  ///   - sizes: the sizes of another text.
  init(
    in declarations: [Syntax], of source: [UInt8], old: ModelSizes, wanted: ModelSizes,
    probes: [Range<Int>: ModelSizes], _ sizes: ([UInt8]) -> ModelSizes?
  ) {
    self.probes = probes
    let changed = Set(old.differences(from: wanted).compactMap { old[$0] })
    var literals: [(range: Range<Int>, value: Int)] = []
    var open = declarations
    while let node = open.popLast() {
      if node.kind == .integer, let value = node.integerValue, changed.contains(value) {
        literals.append((node.range, value))
      }
      open += node.children
    }
    for literal in literals.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
      // A multiple keeps what must divide.
      guard let probe = probes[literal.range] ?? sizes(source.replacing([(literal.range, "\(literal.value * 3)")]))
      else {
        continue
      }
      self.probes[literal.range] = probe
      var copies: [Int: Int] = [:]
      var results: Set<Int> = []
      for (place, size) in old.sizes where size == literal.value && probe[place] == 3 * literal.value {
        guard let target = wanted[place] else { continue }
        copies[target, default: 0] += 1
        if place.isResult { results.insert(target) }
      }
      // What a block returns decides, and then what most copies should be.
      let most = copies.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
      guard let target = results.count == 1 ? results.first : most, target != literal.value else { continue }
      changes.append(Change(range: literal.range, value: target))
    }
  }
}
