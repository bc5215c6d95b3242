package import Tensors

/// How the elements of two tensors of one type and shape differ.
package struct ElementDifference: Hashable, Sendable {
  /// How many elements are other numbers; NaN is the same as NaN, and −0 as 0.
  package private(set) var count = 0
  /// The largest distance; infinite or NaN where one of two such numbers is.
  package private(set) var largest = 0.0

  private static let pieceBytes = 1 << 20

  /// `nil` for elements that are no real numbers.
  package init?(_ tensor: Tensor, _ other: Tensor) {
    guard case .mapped(let file, let range) = tensor.storage,
      case .mapped(let otherFile, let otherRange) = other.storage,
      range.count == otherRange.count, tensor.element != .c64, tensor.element != .c128
    else { return nil }
    let reader = NumberReader(tensor.element)
    var start = 0
    while start < range.count {
      let end = min(start + Self.pieceBytes, range.count)
      var numbers: [Double] = []
      file.withBytes(range.lowerBound + start..<range.lowerBound + end) { bytes in
        reader.forEach(in: bytes) { numbers.append($0) }
      }
      otherFile.withBytes(otherRange.lowerBound + start..<otherRange.lowerBound + end) { bytes in
        var index = 0
        reader.forEach(in: bytes) { value in
          let known = numbers[index]
          index += 1
          guard known != value, !(known.isNaN && value.isNaN) else { return }
          count += 1
          let distance = (known - value).magnitude
          largest = largest.isNaN || distance.isNaN ? .nan : max(largest, distance)
        }
      }
      start = end
    }
  }
}
