import Tensors

/// Tensors that a text spells out: `f32[2]{0.1, 0.2}`.
enum MicaLiteral {
  /// More elements than these are never printed.
  static let limit = 16

  /// The literal of a small tensor of numbers; `nil` for one that a literal cannot say to the bit.
  static func spelling(_ tensor: Tensor) -> String? {
    guard let count = checkedElementCount(tensor.sizes), 1...limit ~= count, let numbers = numbers(tensor) else {
      return nil
    }
    let sizes = tensor.sizes.map(String.init).joined(separator: ", ")
    return "\(tensor.element.spelling)[\(sizes)]{\(numbers.joined(separator: ", "))}"
  }

  private static func numbers(_ tensor: Tensor) -> [String]? {
    guard tensor.storageProblem == nil else { return nil }
    if tensor.element == .bool || tensor.element.isInteger {
      guard let elements = try? tensor.int64Elements(),
        isSame(tensor, Tensor.integers(tensor.element, elements.map(Int.init), sizes: tensor.sizes))
      else { return nil }
      return elements.map { tensor.element == .bool ? ($0 == 0 ? "false" : "true") : MicaNumber.spelling($0) }
    }
    guard tensor.element.isFloatingPoint, tensor.element != .f64, let elements = try? tensor.float32Elements(),
      isSame(tensor, Tensor.numbers(tensor.element, elements.map(Double.init), sizes: tensor.sizes))
    else { return nil }
    let spellings = elements.compactMap { MicaNumber.spelling($0) }
    return spellings.count == elements.count ? spellings : nil
  }

  private static func isSame(_ tensor: Tensor, _ other: Tensor?) -> Bool { tensor.contents == other?.contents }
}

extension Tensor {
  /// The bytes of a small tensor; `nil` for strings.
  var contents: [UInt8]? {
    guard byteCount != nil else { return nil }
    if case .strings = storage { return nil }
    var bytes: [UInt8] = []
    forEachChunk { bytes += $0 }
    return bytes
  }
}
