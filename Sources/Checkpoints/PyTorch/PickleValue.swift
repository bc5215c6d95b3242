import Tensors

/// A value on the stack of a `PickleMachine`: small itself, with what it holds in the machine's arrays.
///
/// So values may share one another, and even hold themselves, without anything growing or being freed layer by layer.
enum PickleValue {
  case none
  case bool(Bool)
  case integer(Int64)
  /// An integer beyond 64 bits: its bytes, two's complement, little-endian.
  case long(PickleText)
  case number(Double)
  case string(PickleText)
  /// The tuple or list of this number.
  case sequence(Int)
  /// The dictionary of this number, the attributes of an object included.
  case dictionary(Int)
  /// An object of a class that is not known, of this number: what it holds as a dictionary is seen, and nothing else of it.
  case object(Int)
  case global(PickleGlobal)
  /// The element of `storages`.
  case storage(Int)
  /// The element of `tensors`.
  case tensor(Int)
  /// Something that holds no tensor.
  case inert
}

/// A run of bytes of a pickle, from its beginning on.
struct PickleText: Hashable {
  var start: UInt32
  var count: UInt32
}

/// A storage as a pickle names it: elements that stand elsewhere in the file.
struct PickledStorage {
  /// `nil` for bytes whose elements the tensor tells.
  var element: ElementType?
  var key: String
  var elementCount: Int
  /// Where it begins in the storage that `key` names, in elements.
  var offset: Int
}

/// A tensor as a pickle describes it.
struct PickledTensor {
  var storage: Int
  var element: ElementType
  var view: StridedView
}
