import Tensors

/// What a global name of a pickle stands for.
///
/// The list is all that is known: no name is looked up anywhere else, and nothing of a name is ever called. What "calling" one
/// of them means is in `PickleMachine+Reduce.swift`.
enum PickleGlobal: Hashable {
  case orderedDictionary
  case rebuildTensor, rebuildTensor2, rebuildTensor3
  case rebuildParameter
  case rebuildFromType
  /// A class that says no more than that something is a tensor.
  case tensorClass
  case storage(ElementType)
  /// A storage of bytes, whose elements the tensor tells.
  case untypedStorage
  case elementType(ElementType)
  /// Gives back its only argument: `torch.Size`, TorchScript's lists.
  case identity
  /// Makes something that holds no tensor: a device, a layout, a set.
  case inert
  /// A class of a TorchScript archive, of which attributes alone count.
  case module
  /// A name that is not on the list, by its number in `PickleMachine.opaque`: what it makes is a closed box.
  case opaque(Int32)

  /// The global of a name; `nil` for all that are not on the list.
  ///
  /// - Parameter inScript: whether the pickle is a TorchScript archive's, which names its own classes.
  init?(module: String, name: String, inScript: Bool) {
    if let known = Self.known["\(module) \(name)"] {
      self = known
    } else if inScript, module == "__torch__" || module.hasPrefix("__torch__.") {
      self = .module
    } else {
      return nil
    }
  }

  private static let known: [String: PickleGlobal] = {
    var known: [String: PickleGlobal] = [
      "collections OrderedDict": .orderedDictionary,
      "torch._utils _rebuild_tensor": .rebuildTensor,
      "torch._utils _rebuild_tensor_v2": .rebuildTensor2,
      "torch._utils _rebuild_tensor_v3": .rebuildTensor3,
      "torch._utils _rebuild_parameter": .rebuildParameter,
      "torch._utils _rebuild_parameter_with_state": .rebuildParameter,
      "torch._tensor _rebuild_from_type_v2": .rebuildFromType,
      "torch Tensor": .tensorClass, "torch._tensor Tensor": .tensorClass,
      "torch.nn.parameter Parameter": .tensorClass, "torch.nn.parameter Buffer": .tensorClass,
      "torch.storage UntypedStorage": .untypedStorage, "torch UntypedStorage": .untypedStorage,
      "torch Size": .identity,
      "torch.jit._pickle build_intlist": .identity, "torch.jit._pickle build_doublelist": .identity,
      "torch.jit._pickle build_boollist": .identity, "torch.jit._pickle build_tensorlist": .identity,
      "torch.jit._pickle restore_type_tag": .identity,
      "torch device": .inert, "torch.serialization _get_layout": .inert,
      "builtins set": .inert, "__builtin__ set": .inert, "builtins frozenset": .inert, "__builtin__ frozenset": .inert,
    ]
    for (name, element) in storages {
      known["torch \(name)Storage"] = .storage(element)
      known["torch.cuda \(name)Storage"] = .storage(element)
    }
    for (name, element) in elementTypes { known["torch \(name)"] = .elementType(element) }
    return known
  }()

  private static let storages: [(String, ElementType)] = [
    ("Double", .f64), ("Float", .f32), ("Half", .f16), ("BFloat16", .bf16),
    ("Long", .i64), ("Int", .i32), ("Short", .i16), ("Char", .i8), ("Byte", .u8), ("Bool", .bool),
    ("ComplexFloat", .c64), ("ComplexDouble", .c128),
  ]

  private static let elementTypes: [(String, ElementType)] = [
    ("float64", .f64), ("double", .f64), ("float32", .f32), ("float", .f32), ("float16", .f16), ("half", .f16),
    ("bfloat16", .bf16), ("float8_e4m3fn", .f8e4m3fn), ("float8_e4m3fnuz", .f8e4m3fnuz), ("float8_e5m2", .f8e5m2),
    ("float8_e5m2fnuz", .f8e5m2fnuz), ("float8_e8m0fnu", .f8e8m0),
    ("int64", .i64), ("long", .i64), ("int32", .i32), ("int", .i32), ("int16", .i16), ("short", .i16), ("int8", .i8),
    ("uint8", .u8), ("uint16", .u16), ("uint32", .u32), ("uint64", .u64), ("bool", .bool),
    ("complex64", .c64), ("cfloat", .c64), ("complex128", .c128), ("cdouble", .c128),
  ]
}
