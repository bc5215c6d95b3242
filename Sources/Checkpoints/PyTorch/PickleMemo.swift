/// The values that a pickle keeps by numbers, which count up from 0 wherever Python writes them.
struct PickleMemo {
  private var dense = BlockArray<PickleValue>()
  private var sparse: [Int: PickleValue] = [:]

  var count: Int { dense.count + sparse.count }

  subscript(index: Int) -> PickleValue? { index < dense.count ? dense[index] : sparse[index] }

  /// - Returns: whether `PickleLimits` allow it.
  mutating func keep(_ value: PickleValue, at index: Int) -> Bool {
    if index < dense.count {
      dense[index] = value
    } else if index == dense.count, sparse.isEmpty {
      guard dense.count < PickleLimits.memo else { return false }
      dense.append(value)
    } else {
      // Numbers with gaps are nothing that Python writes.
      guard sparse.count < PickleLimits.memo / 16 else { return false }
      sparse[index] = value
    }
    return true
  }
}
