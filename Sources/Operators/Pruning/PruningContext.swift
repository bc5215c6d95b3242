package import Graphs
package import Tensors

/// What a pruning rule sees of a call, and what it says of it: which indices of the call's axes go together.
///
/// An axis that a rule does not mention must stay as it is.
package struct PruningContext {
  /// The call, with everything that is known of its arguments and results.
  package var call: InferenceContext
  /// Which results somebody wants.
  package let wanted: [Bool]
  /// Whether indices may go over which a normalization takes its statistics.
  package let allowsNormChange: Bool
  /// Which of several ways of taking the call is meant; see `choiceCount`.
  package let choice: Int
  package private(set) var couplings: [AxisCoupling] = []
  package private(set) var roles: [(axis: OperandAxis, role: WeightRole)] = []
  package private(set) var settings: [PruningSetting] = []
  /// Axes whose indices may go, as far as this call is concerned.
  package private(set) var mentioned: Set<OperandAxis> = []
  /// Why indices of an axis must stay, as a predicate of the call: "normalizes over it".
  package private(set) var reasons: [OperandAxis: String] = [:]
  /// An axis that is longer than this stays as it is.
  package static let longestAxis = 1 << 18
  /// How many ways there are, of which one must be taken for all indices: a Reshape to heads and their widths has two.
  package var choiceCount = 1
  /// The axes that may lose indices by this choice only.
  package var chosen: [OperandAxis] = []
  /// The axes that must stay by this choice only.
  package var unchosen: [OperandAxis] = []

  package init(
    schema: OperatorSchema, opset: Int, inputs: [InferredValue?], outputs: [InferredValue?], attributes: [Attribute],
    allowsNormChange: Bool = false, choice: Int = 0
  ) {
    call = InferenceContext(
      schema: schema, opset: opset, inputs: inputs, attributes: attributes,
      outputs: outputs.map { $0 ?? InferredValue(type: .unknown) })
    wanted = outputs.map { $0 != nil }
    self.allowsNormChange = allowsNormChange
    self.choice = choice
  }
}

// MARK: - Questions

extension PruningContext {
  package func shape(_ operand: OperandAxis.Operand) -> Shape? {
    switch operand {
    case .input(let index): call.shape(index)
    case .output(let index):
      call.outputs.indices.contains(index) && wanted[index] ? call.outputs[index].type.shape : nil
    }
  }

  func rank(_ operand: OperandAxis.Operand) -> Int? { shape(operand)?.rank }

  package func size(_ axis: OperandAxis) -> Dimension? {
    guard let shape = shape(axis.operand), shape.dimensions.indices.contains(axis.axis) else { return nil }
    return shape.dimensions[axis.axis]
  }

  func constantSize(_ axis: OperandAxis) -> Int? { size(axis)?.constant }

  func has(_ input: Int) -> Bool { call.input(input) != nil }

  func int(_ name: String) -> Int? { call.int(name) }

  /// An axis attribute counted from the front.
  mutating func axis(_ name: String = "axis", rank: Int, otherwise: Int) -> Int? {
    call.normalized(axis: call.int(name) ?? otherwise, rank: rank, at: .attribute(name))
  }
}

// MARK: - Answers

extension PruningContext {
  /// Says that indices of two axes go together.
  mutating func couple(_ coarse: OperandAxis, _ fine: OperandAxis, _ map: IndexMap = .same) {
    guard size(coarse) != nil, size(fine) != nil else { return }
    couplings.append(AxisCoupling(coarse: coarse, fine: fine, map: map))
    mentioned.insert(coarse)
    mentioned.insert(fine)
  }

  /// Says that indices of an axis may go as far as this call is concerned.
  mutating func mention(_ axis: OperandAxis) { mentioned.insert(axis) }

  /// Says why indices of an axis must stay.
  mutating func forbid(_ axis: OperandAxis, _ reason: String) { reasons[axis] = reason }

  mutating func role(_ axis: OperandAxis, _ role: WeightRole) {
    if size(axis) != nil { roles.append((axis, role)) }
  }

  mutating func set(_ setting: PruningSetting) { settings.append(setting) }
}

// MARK: - Answers of many operators

extension PruningContext {
  /// Each element of result 0 comes of the element at its place in argument 0, but for the axes left out.
  mutating func keepAxes(except left: Set<Int> = [], because reason: String? = nil) {
    guard let rank = rank(.input(0)), rank == self.rank(.output(0)) else { return }
    for axis in 0..<rank {
      if left.contains(axis) {
        guard let reason else { continue }
        forbid(.input(0, axis), reason)
        forbid(.output(0, axis), reason)
      } else {
        couple(.input(0, axis), .output(0, axis))
      }
    }
  }

  /// Only batch and channels of `[N, C, …]` stay what they are.
  mutating func keepChannels() {
    for axis in 0..<2 { couple(.input(0, axis), .output(0, axis)) }
    guard let rank = rank(.input(0)), rank > 2 else { return }
    for axis in 2..<rank { forbid(.input(0, axis), "works along this axis, which holds no channels") }
  }

  /// Arguments that are broadcast to result 0.
  mutating func broadcastAxes(_ arguments: some Sequence<Int>) {
    guard let rank = rank(.output(0)) else { return }
    for argument in arguments { broadcastAxes(of: argument, to: 0..<rank) }
  }

  /// An argument whose last axes are broadcast to those of result 0 that end the range.
  mutating func broadcastAxes(of argument: Int, to range: Range<Int>) {
    guard let own = rank(.input(argument)), own <= range.count else { return }
    for axis in 0..<own { broadcastAxis(.input(argument, axis), .output(0, range.upperBound - own + axis)) }
  }

  /// An axis that is broadcast to one of the result: a size of 1 goes with every index, and so with none.
  mutating func broadcastAxis(_ axis: OperandAxis, _ result: OperandAxis) {
    if constantSize(axis) == 1, constantSize(result) != 1 {
      mention(axis)
    } else {
      couple(axis, result)
    }
  }
}
