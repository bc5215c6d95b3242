import Tensors

/// What differs between two files of weights, whatever their formats.
package struct WeightsDifferences: Sendable {
  package enum Kind: String, Sendable {
    case added, removed, type, shape, values, unread
  }

  package struct Change: Sendable {
    package var name: String
    package var kind: Kind
    /// What the first file has, and the second; `nil` in the one that does not have the tensor.
    package var before: String?
    package var after: String?
    /// Of elements that differ: how many, and the largest distance of two numbers.
    package var elements: ElementDifference?
  }

  /// In the order of the first file; what only the second has comes after it.
  package private(set) var changes: [Change] = []
  /// How many tensors are the same, bit for bit.
  package private(set) var equalCount = 0

  package var isEmpty: Bool { changes.isEmpty }

  package init(_ before: WeightsFile, _ after: WeightsFile) {
    let others = Dictionary(after.entries.map { ($0.name, $0) }) { first, _ in first }
    for entry in before.entries {
      guard let other = others[entry.name] else {
        changes.append(Change(name: entry.name, kind: .removed, before: entry.typeText))
        continue
      }
      compare(entry, other)
    }
    let known = Set(before.entries.map(\.name))
    for entry in after.entries where !known.contains(entry.name) {
      changes.append(Change(name: entry.name, kind: .added, after: entry.typeText))
    }
  }

  private mutating func compare(_ entry: WeightsFile.Entry, _ other: WeightsFile.Entry) {
    func note(_ kind: Kind, _ elements: ElementDifference? = nil) {
      changes.append(
        Change(name: entry.name, kind: kind, before: entry.typeText, after: other.typeText, elements: elements))
    }
    if entry.sizes != other.sizes { return note(.shape) }
    guard let tensor = entry.tensor, let twin = other.tensor else { return note(.unread) }
    if tensor.element != twin.element { return note(.type) }
    if tensor.hasSameElements(as: twin) {
      equalCount += 1
    } else {
      note(.values, ElementDifference(tensor, twin))
    }
  }
}

extension WeightsFile.Entry {
  /// The type in a few words: `f32[64, 3]`, or as the file calls it.
  package var typeText: String { "\(element?.spelling ?? dtype)\(sizes)" }
}
