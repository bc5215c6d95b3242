package import Tensors

extension ElementType {
  /// The element type that a safetensors header calls `name`; `nil` for those that Mica does not have.
  package init?(safetensors name: String) {
    guard let type = Self.bySafetensorsName[name] else { return nil }
    self = type
  }

  private static let bySafetensorsName: [String: ElementType] = [
    "BOOL": .bool,
    "U8": .u8, "U16": .u16, "U32": .u32, "U64": .u64,
    "I8": .i8, "I16": .i16, "I32": .i32, "I64": .i64,
    "F16": .f16, "BF16": .bf16, "F32": .f32, "F64": .f64, "C64": .c64,
    "F8_E4M3": .f8e4m3fn, "F8_E5M2": .f8e5m2, "F8_E8M0": .f8e8m0,
    "F8_E4M3FNUZ": .f8e4m3fnuz, "F8_E5M2FNUZ": .f8e5m2fnuz,
    "F6_E2M3": .f6e2m3, "F6_E3M2": .f6e3m2, "F4": .f4e2m1,
  ]
}

extension ElementType {
  /// What a safetensors header calls the type; `nil` for those that the format does not have.
  package var safetensors: String? { Self.safetensorsNames[self] }

  private static let safetensorsNames = Dictionary(uniqueKeysWithValues: bySafetensorsName.map { ($1, $0) })
}
