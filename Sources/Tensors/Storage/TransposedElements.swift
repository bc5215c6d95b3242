/// The elements of a matrix with its axes exchanged.
struct TransposedElements: ElementSource {
  fileprivate let source: Tensor
  private let rows: Int
  private let columns: Int
  private let width: Int

  /// - Precondition: the tensor has two axes and elements of whole bytes, all of them there.
  init(_ source: Tensor, width: Int) {
    self.source = source
    rows = source.sizes[0]
    columns = source.sizes[1]
    self.width = width
  }

  var byteCount: Int { source.byteCount ?? 0 }

  var granule: Int { width }

  func write(_ range: Range<Int>, to bytes: UnsafeMutableRawBufferPointer) {
    guard let target = bytes.baseAddress, rows > 0 else { return }
    let elements = range.lowerBound / width..<range.upperBound / width
    source.withBytes(ofElements: 0..<rows * columns, width: width) { given in
      guard given.count == rows * columns * width, let start = given.baseAddress else {
        return _ = bytes.initializeMemory(as: UInt8.self, repeating: 0)
      }
      // Along a row of the result, the matrix is read down a column.
      var (column, row) = elements.lowerBound.quotientAndRemainder(dividingBy: rows)
      for index in 0..<elements.count {
        (target + index * width).copyMemory(from: start + (row * columns + column) * width, byteCount: width)
        row += 1
        if row == rows { (row, column) = (0, column + 1) }
      }
    }
  }
}

extension Tensor {
  /// The tensor whose axes this one has exchanged; `nil` for those that are no transposition.
  package var transposedFrom: Tensor? {
    if case .computed(let elements as TransposedElements) = storage { elements.source } else { nil }
  }

  /// A matrix with its axes exchanged; `nil` for other tensors, and for elements that share bytes or have none.
  ///
  /// Nothing is moved before the elements are asked for.
  package func transposed() -> Tensor? {
    guard sizes.count == 2, let width = element.bitWidth, width >= 8,
      let count = Self.checkedProduct(sizes), byteCount == element.byteCount(of: count)
    else { return nil }
    switch storage {
    case .mapped, .bytes:
      return Tensor(element, sizes.reversed(), .computed(TransposedElements(self, width: width / 8)))
    case .strings, .generated, .computed: return nil
    }
  }
}
