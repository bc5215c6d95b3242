import Graphs
import Tensors

/// Tensors that a text spells out: `f32[2]{0.1, 0.2}`.
enum MicaLiteral {
  /// More elements than these are never printed.
  static let limit = 16

  /// The literal of a small tensor of numbers; `nil` for one that a literal cannot say to the bit.
  static func spelling(_ tensor: Tensor) -> String? {
    guard let numbers = elements(tensor) else { return nil }
    let sizes = tensor.sizes.map(String.init).joined(separator: ", ")
    return "\(tensor.element.spelling)[\(sizes)]{\(numbers.joined(separator: ", "))}"
  }

  /// The literal of a tensor that has nothing beside its elements.
  static func spelling(_ tensor: NamedTensor) -> String? {
    tensor.name.isEmpty && tensor.annotations.isEmpty ? spelling(tensor.tensor) : nil
  }

  /// The literal of a small sparse tensor, `sparse f32[5]{2: 1.0}`, whose places are coordinates in ascending order.
  static func spelling(_ tensor: SparseTensor) -> String? {
    let (values, indices) = (tensor.values, tensor.indices)
    guard tensor.unknownFields.isEmpty, values.name.isEmpty, values.annotations.isEmpty, indices.name.isEmpty,
      indices.annotations.isEmpty, indices.tensor.element == .i64, let numbers = elements(values.tensor),
      values.tensor.sizes == [numbers.count], let rank = Optional(tensor.sizes.count), rank > 0,
      indices.tensor.sizes == (rank == 1 ? [numbers.count] : [numbers.count, rank]),
      indices.tensor.storageProblem == nil, let flat = try? indices.tensor.int64Elements()
    else { return nil }
    let places = stride(from: 0, to: flat.count, by: rank).map { Array(flat[$0..<($0 + rank)]) }
    guard places.allSatisfy({ zip($0, tensor.sizes).allSatisfy { $0 >= 0 && $0 < $1 } }),
      zip(places, places.dropFirst()).allSatisfy({ $0.lexicographicallyPrecedes($1) })
    else { return nil }
    let entries = zip(places, numbers).map { place, number in
      let key = place.map(String.init).joined(separator: ", ")
      return (rank == 1 ? key : "[\(key)]") + ": " + number
    }
    let sizes = tensor.sizes.map(String.init).joined(separator: ", ")
    return "sparse \(values.tensor.element.spelling)[\(sizes)]{\(entries.joined(separator: ", "))}"
  }

  private static func elements(_ tensor: Tensor) -> [String]? {
    guard let count = checkedElementCount(tensor.sizes), 1...limit ~= count else { return nil }
    return numbers(tensor)
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
    // A literal has one NaN; and powers of 2 are written as what they are, for their type rounds nothing.
    guard elements.allSatisfy({ !$0.isNaN || $0.bitPattern == Float.nan.bitPattern }) else { return nil }
    return elements.map { MicaNumber.spelling($0, isExact: tensor.element == .f8e8m0) }
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
