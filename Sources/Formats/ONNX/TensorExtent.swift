import Tensors

/// The number of elements of a tensor of `sizes`; `nil` for a negative size and on overflow, also where a later size
/// is 0, as `Tensor.elementCount` multiplies in order.
func checkedElementCount(_ sizes: [Int]) -> Int? {
  var count = 1
  for size in sizes {
    let (product, overflow) = count.multipliedReportingOverflow(by: size)
    guard size >= 0, !overflow else { return nil }
    count = product
  }
  return count
}

extension Tensor {
  /// The bytes that the elements take; `nil` for strings, negative sizes and on overflow.
  var storedByteCount: Int? { checkedElementCount(sizes).flatMap { element.byteCount(of: $0) } }

  /// What is wrong where storage, sizes and element type do not belong together.
  var storageProblem: String? {
    guard let count = checkedElementCount(sizes) else { return "has sizes \(sizes), which no memory can hold" }
    if case .strings(let strings) = storage {
      guard element == .string else { return "has strings as elements of type \(element.spelling)" }
      return strings.count == count ? nil : "has \(strings.count) strings where its sizes ask for \(count)"
    }
    guard let expected = element.byteCount(of: count) else {
      return element == .string ? "has no strings as its elements" : "has sizes \(sizes), which no memory can hold"
    }
    let actual: Int
    switch storage {
    case .bytes(let bytes): actual = bytes.count
    case .mapped(_, let range): actual = range.count
    case .computed(let source): actual = source.byteCount
    case .generated, .strings: return nil
    }
    return actual == expected ? nil : "has \(actual) bytes where its sizes ask for \(expected)"
  }
}
