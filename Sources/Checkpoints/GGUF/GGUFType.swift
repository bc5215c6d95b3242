import Tensors

/// An element type of ggml, by its number: how many elements make a block, and how many bytes that has (ggml.h, ggml-common.h).
struct GGUFType {
  var name: String
  var blockElements = 1
  var blockBytes: Int
  /// The element type of what is not quantized.
  var element: ElementType?

  static let known: [UInt32: GGUFType] = [
    0: plain("F32", .f32, 4), 1: plain("F16", .f16, 2), 30: plain("BF16", .bf16, 2), 28: plain("F64", .f64, 8),
    24: plain("I8", .i8, 1), 25: plain("I16", .i16, 2), 26: plain("I32", .i32, 4), 27: plain("I64", .i64, 8),
    2: blocks("Q4_0", 32, 18), 3: blocks("Q4_1", 32, 20), 6: blocks("Q5_0", 32, 22), 7: blocks("Q5_1", 32, 24),
    8: blocks("Q8_0", 32, 34), 9: blocks("Q8_1", 32, 36),
    10: blocks("Q2_K", 256, 84), 11: blocks("Q3_K", 256, 110), 12: blocks("Q4_K", 256, 144),
    13: blocks("Q5_K", 256, 176), 14: blocks("Q6_K", 256, 210), 15: blocks("Q8_K", 256, 292),
    16: blocks("IQ2_XXS", 256, 66), 17: blocks("IQ2_XS", 256, 74), 18: blocks("IQ3_XXS", 256, 98),
    19: blocks("IQ1_S", 256, 50), 20: blocks("IQ4_NL", 32, 18), 21: blocks("IQ3_S", 256, 110),
    22: blocks("IQ2_S", 256, 82), 23: blocks("IQ4_XS", 256, 136), 29: blocks("IQ1_M", 256, 56),
    34: blocks("TQ1_0", 256, 54), 35: blocks("TQ2_0", 256, 66), 39: blocks("MXFP4", 32, 17),
  ]

  private static func plain(_ name: String, _ element: ElementType, _ bytes: Int) -> GGUFType {
    GGUFType(name: name, blockBytes: bytes, element: element)
  }

  private static func blocks(_ name: String, _ elements: Int, _ bytes: Int) -> GGUFType {
    GGUFType(name: name, blockElements: elements, blockBytes: bytes)
  }

  /// What a tensor takes, whose rows are whole blocks; `nil` where they are not, and on overflow.
  func byteCount(of sizes: [Int]) -> Int? {
    guard let count = Tensor.checkedProduct(sizes), (sizes.last ?? 1) % blockElements == 0 else { return nil }
    let (bytes, overflow) = (count / blockElements).multipliedReportingOverflow(by: blockBytes)
    return overflow ? nil : bytes
  }
}
