import Tensors

extension Tensor {
  /// The number of elements of a tensor with the given sizes; `nil` where no memory could hold as many.
  static func elementCount(of sizes: [Int]) -> Int? {
    Tensor(.u8, sizes, .generated(.zeros, seed: 0)).byteCount
  }
}
