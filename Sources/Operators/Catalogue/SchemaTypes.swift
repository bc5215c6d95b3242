package import Tensors

extension ElementType {
  /// The element type's name in operator schemas, such as `float` of `tensor(float)`.
  package var schemaName: String {
    switch self {
    case .f32: "float"
    case .u8: "uint8"
    case .i8: "int8"
    case .u16: "uint16"
    case .i16: "int16"
    case .i32: "int32"
    case .i64: "int64"
    case .string: "string"
    case .bool: "bool"
    case .f16: "float16"
    case .f64: "double"
    case .u32: "uint32"
    case .u64: "uint64"
    case .c64: "complex64"
    case .c128: "complex128"
    case .bf16: "bfloat16"
    case .f8e4m3fn: "float8e4m3fn"
    case .f8e4m3fnuz: "float8e4m3fnuz"
    case .f8e5m2: "float8e5m2"
    case .f8e5m2fnuz: "float8e5m2fnuz"
    case .u4: "uint4"
    case .i4: "int4"
    case .f4e2m1: "float4e2m1"
    case .f8e8m0: "float8e8m0"
    case .u2: "uint2"
    case .i2: "int2"
    case .f6e2m3: "float6e2m3"
    case .f6e3m2: "float6e3m2"
    }
  }

  /// The name of tensors of the element type in operator schemas, such as `tensor(float)`.
  package var tensorSchemaName: String { Self.tensorSchemaNames[Int(rawValue)] }

  private static let tensorSchemaNames: [String] = {
    var names: [String] = []
    for type in allCases {
      while names.count <= Int(type.rawValue) { names.append("") }
      names[Int(type.rawValue)] = "tensor(\(type.schemaName))"
    }
    return names
  }()

  private static let bySchemaName = Dictionary(uniqueKeysWithValues: allCases.map { ($0.schemaName, $0) })

  /// The element type that operator schemas call `name`.
  package init?(schemaName name: some StringProtocol) {
    guard let type = Self.bySchemaName[String(name)] else { return nil }
    self = type
  }
}

extension ValueType {
  /// The type's name in operator schemas, such as `seq(tensor(float))`; `nil` where an element type is unknown.
  package var schemaName: String? {
    switch self {
    case .tensor(let type): type.element.map(\.tensorSchemaName)
    case .sparseTensor(let type): type.element.map { "sparse_tensor(\($0.schemaName))" }
    case .sequence(let element): element.schemaName.map { "seq(\($0))" }
    case .optional(let element): element.schemaName.map { "optional(\($0))" }
    case .map(let key, let value): value.element.map { "map(\(key.schemaName), \($0.schemaName))" }
    case .unknown: nil
    }
  }

  /// The type that operator schemas call `name`, with unknown shapes; `nil` for element types that Mica does not have.
  package init?(schemaName name: some StringProtocol) {
    func inside(_ container: String) -> String? {
      name.hasPrefix(container + "(") ? String(name.dropFirst(container.count + 1).dropLast()) : nil
    }
    if let element = inside("tensor").flatMap({ ElementType(schemaName: $0) }) {
      self = .tensor(TensorType(element, nil))
    } else if let element = inside("sparse_tensor").flatMap({ ElementType(schemaName: $0) }) {
      self = .sparseTensor(TensorType(element, nil))
    } else if let element = inside("seq").flatMap({ ValueType(schemaName: $0) }) {
      self = .sequence(element)
    } else if let element = inside("optional").flatMap({ ValueType(schemaName: $0) }) {
      self = .optional(element)
    } else if let parts = inside("map")?.split(separator: ","), parts.count == 2,
      let key = ElementType(schemaName: parts[0]),
      let value = ElementType(schemaName: parts[1].drop { $0 == " " })
    {
      self = .map(key: key, value: .tensor(TensorType(value, nil)))
    } else {
      return nil
    }
  }

  /// The type with every shape made unknown: what a type variable stands for.
  package var withoutShape: ValueType {
    switch self {
    case .tensor(let type): .tensor(TensorType(type.element, nil))
    case .sparseTensor(let type): .sparseTensor(TensorType(type.element, nil))
    case .sequence(let element): .sequence(element.withoutShape)
    case .optional(let element): .optional(element.withoutShape)
    case .map(let key, let value): .map(key: key, value: value.withoutShape)
    case .unknown: .unknown
    }
  }
}
