/// One axis of an argument or of a result of a call.
package struct OperandAxis: Hashable, Sendable {
  package enum Operand: Hashable, Sendable {
    case input(Int)
    case output(Int)
  }

  package var operand: Operand
  package var axis: Int

  package init(operand: Operand, axis: Int) { (self.operand, self.axis) = (operand, axis) }

  package static func input(_ index: Int, _ axis: Int) -> OperandAxis {
    OperandAxis(operand: .input(index), axis: axis)
  }

  package static func output(_ index: Int, _ axis: Int) -> OperandAxis {
    OperandAxis(operand: .output(index), axis: axis)
  }
}

/// Which index of one axis goes with an index of another: without the one the other cannot be.
package enum IndexMap: Hashable, Sendable {
  case same
  /// `j` goes with `j − start`, where that is an index at all.
  case offset(Int)
  /// `j` goes with `j / size`.
  case blocks(Int)
  /// `j` goes with `j % period`.
  case modulo(Int)
  /// `j` goes with the first index of its block of `size`.
  case blockStart(Int)
  /// `j` goes with the index that the table has for it; −1 is none.
  case table([Int])
  /// The axes are parts of shapes of the same elements in the same order: `j` goes with every index that shares an
  /// element with it. Strides and sizes are those of the axes among the elements.
  case overlap(coarse: Part, fine: Part, count: Int)

  /// Where an axis stands in a list of elements.
  package struct Part: Hashable, Sendable {
    package var stride: Int
    package var size: Int

    package init(stride: Int, size: Int) { (self.stride, self.size) = (stride, size) }

    @inlinable package func index(of element: Int) -> Int { element / stride % size }
  }

  /// The index that goes with `index`, for maps that give at most one; negative or too large where there is none.
  package func callAsFunction(_ index: Int) -> Int {
    switch self {
    case .same, .overlap: index
    case .offset(let start): index - start
    case .blocks(let size): index / size
    case .modulo(let period): index % period
    case .blockStart(let size): index / size * size
    case .table(let table): table.indices.contains(index) ? table[index] : -1
    }
  }
}

/// Two axes of a call whose indices go together: each index of `fine` with that of `coarse` which the map gives.
package struct AxisCoupling: Hashable, Sendable {
  package var coarse: OperandAxis
  package var fine: OperandAxis
  package var map: IndexMap
}

/// What an axis of a weight is to the operator that takes it.
package enum WeightRole: String, Hashable, Sendable {
  /// Each index makes one channel of the result.
  case producer
  /// Each index reads one channel of an argument.
  case consumer
  /// Each index filters one channel on its way, as in a depthwise convolution.
  case filter
  /// The factors of a BatchNormalization.
  case scale
}

/// What of a call must follow where indices of its axes go.
package enum PruningSetting: Hashable, Sendable {
  /// An integer attribute becomes the size of an axis divided by a number.
  case attribute(String, sizeOf: OperandAxis, divisor: Int)
  /// A list of sizes becomes those of an axis of the results: an argument, or the attribute in older versions.
  case partSizes(input: Int, attribute: String, axis: Int)
  /// A shape becomes that of result 0; with `copies`, 0 and −1 may stand in it.
  case shape(input: Int, copies: Bool)
  /// One element of an argument or attribute, a position on an axis of argument 0, moves with what stands before it.
  case position(input: Int, attribute: String, element: Int, on: OperandAxis)
}
