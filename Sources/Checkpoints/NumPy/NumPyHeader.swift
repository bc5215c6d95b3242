import Tensors

/// The header of an array that NumPy saved: a text in the form of a Python dictionary (numpy.lib.format).
struct NumPyHeader {
  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// NumPy itself reads no longer ones from files that it does not trust; types of a few fields fit in easily.
  static let longest = 65_536

  /// The type as NumPy writes it, such as `<f4`.
  var dtype: String
  var isFortranOrder: Bool
  var sizes: [Int]
  /// Where the elements begin.
  var dataStart: Int

  /// - Parameters:
  ///   - bytes: the first bytes of the array's file, with the whole header.
  ///   - path: the file, for messages.
  init(_ bytes: UnsafeRawBufferPointer, path: String, part: String? = nil) throws(CheckpointError) {
    var cursor = ByteCursor(bytes, path: path, part: part)
    let magic = try cursor.skip(Self.magic.count)
    guard bytes[magic].elementsEqual(Self.magic) else {
      throw cursor.malformed("an array begins with \\x93NUMPY, and this does not", at: 0)
    }
    let version = try cursor.byte()
    _ = try cursor.byte()
    guard (1...3).contains(version) else {
      throw cursor.malformed("version \(version) of the format is not known", at: 6)
    }
    let count = version == 1 ? Int(try cursor.integer(UInt16.self)) : Int(try cursor.integer(UInt32.self))
    guard count <= Self.longest else {
      throw cursor.malformed("the header is said to have \(count) bytes, above the limit of \(Self.longest)", at: 8)
    }
    let range = try cursor.skip(count)
    dataStart = range.upperBound
    var text = PythonLiteral(Array(bytes[range]))
    guard let fields = text.dictionary() else {
      throw cursor.malformed(
        "the header is no dictionary of 'descr', 'fortran_order' and 'shape'", at: range.lowerBound)
    }
    switch fields["descr"] {
    case .string(let descr)?: dtype = descr
    case .other?: dtype = "a structure"
    default: throw cursor.malformed("the header has no type in 'descr'", at: range.lowerBound)
    }
    guard case .bool(let isFortranOrder)? = fields["fortran_order"], case .integers(let sizes)? = fields["shape"],
      sizes.allSatisfy({ $0 >= 0 }), sizes.count <= StridedView.maximumRank
    else { throw cursor.malformed("'fortran_order' or 'shape' is not as the format has it", at: range.lowerBound) }
    self.isFortranOrder = isFortranOrder
    self.sizes = sizes
  }

  /// The element type; `nil` for what Mica cannot read, as `problem` tells.
  var element: ElementType? { Self.types[dtype] }

  /// The type as NumPy writes it; `nil` for element types that it does not have.
  static func dtype(of element: ElementType) -> String? {
    types.first { $0.value == element && $0.key.utf8.first != UInt8(ascii: "=") }?.key
  }

  private static let types: [String: ElementType] = [
    "|b1": .bool, "|i1": .i8, "|u1": .u8,
    "<i2": .i16, "<i4": .i32, "<i8": .i64, "<u2": .u16, "<u4": .u32, "<u8": .u64,
    "<f2": .f16, "<f4": .f32, "<f8": .f64, "<c8": .c64, "<c16": .c128,
  ]

  /// Why the elements cannot be read.
  var problem: String {
    switch dtype.utf8.first {
    case _ where dtype.contains("O"):
      "its elements are Python objects, which are a program to run; it is left alone: save numbers instead"
    case UInt8(ascii: ">"): "its numbers are big-endian; save them little-endian"
    case _ where dtype.hasPrefix("|V"):
      "NumPy keeps no more of its type than a width (\(dtype)); save it as safetensors"
    default: "Mica has no element type for NumPy's \(dtype)"
    }
  }

  /// What the elements take; `nil` where that overflows or is not known.
  var byteCount: Int? {
    element.flatMap { element in Tensor.checkedProduct(sizes).flatMap(element.byteCount(of:)) }
  }

  /// The elements as steps through the file.
  var view: StridedView {
    var strides = [Int](repeating: 0, count: sizes.count)
    var step = 1
    for axis in isFortranOrder ? Array(sizes.indices) : sizes.indices.reversed() {
      strides[axis] = step
      // Beyond 64 bits only beside a size of 0, where no step is taken.
      step &*= max(sizes[axis], 1)
    }
    return StridedView(sizes: sizes, strides: strides, offset: 0)
  }
}
