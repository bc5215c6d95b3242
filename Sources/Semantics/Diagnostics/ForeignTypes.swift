/// What other languages and libraries call the types of Mica.
enum ForeignTypes {
  /// Element types as NumPy, PyTorch and C spell them, in small letters.
  static let elementTypes = [
    "float": "f32", "float64": "f64", "double": "f64", "fp64": "f64", "float32": "f32", "fp32": "f32",
    "float16": "f16", "half": "f16", "fp16": "f16", "bfloat16": "bf16", "bfloat": "bf16", "int": "i64",
    "long": "i64", "int64": "i64", "int32": "i32", "int16": "i16", "short": "i16", "int8": "i8", "int4": "i4",
    "uint64": "u64", "uint32": "u32", "uint16": "u16", "uint8": "u8", "byte": "u8", "uint4": "u4", "boolean": "bool",
    "str": "string", "complex64": "c64", "complex128": "c128",
  ]

  /// Types of configuration, likewise.
  static let configuration = [
    "str": "string", "integer": "int", "long": "int", "double": "float", "boolean": "bool", "type": "dtype",
    "callable": "callee", "module": "callee", "function": "callee",
  ]
}
