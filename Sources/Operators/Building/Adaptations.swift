package import Graphs
import Tensors

// What names alone do not tell: parameters that changed what they mean.
extension GraphBuilder {
  /// Rewrites what changed its meaning between two versions; the reason, where the target cannot say the call.
  mutating func adapt(
    _ call: inout OperatorCall, declared: OperatorSchema, target: OperatorSchema
  ) -> OperatorProblem? {
    guard declared.domain.isEmpty else { return nil }
    switch declared.name {
    case "Split": return adaptSplit(&call, declared, target)
    case "Pad": return adaptPad(&call, declared, target)
    case "Softmax", "LogSoftmax", "Hardmax": return adaptSoftmax(&call, declared, target)
    case "Reshape": return adaptReshape(&call, target)
    case "GridSample": return adaptGridSample(&call, declared, target)
    case "RoiAlign": return adaptRoiAlign(&call, declared, target)
    case "Resize" where declared.sinceVersion < 11 && target.sinceVersion >= 11:
      call.setAttribute("coordinate_transformation_mode", .string("asymmetric"), unlessGiven: true)
      call.setAttribute("nearest_mode", .string("floor"), unlessGiven: true)
    default: break
    }
    return newValueObstacle(call, target)
  }

  /// Split said how many parts only by its results before 18, and needs `num_outputs` or `split` since.
  private mutating func adaptSplit(
    _ call: inout OperatorCall, _ declared: OperatorSchema, _ target: OperatorSchema
  ) -> OperatorProblem? {
    let hasSplit =
      call.inputs.count > 1 && call.inputs[1] != nil || call.attributes.contains { $0.name == "split" }
    if target.sinceVersion >= 18 {
      if !hasSplit { call.setAttribute("num_outputs", .int(Int64(call.outputCount)), unlessGiven: true) }
      return nil
    }
    guard declared.sinceVersion >= 18, !hasSplit, let given = call.attribute("num_outputs")?.int,
      let parts = Int(exactly: given), parts > 0
    else { return nil }
    guard let size = size(ofAxis: call.attribute("axis")?.int ?? 0, of: call) else {
      return notInOpset("`num_outputs` of Split, where the size of the axis is unknown,", target) {
        $0.attribute("num_outputs") != nil
      }
    }
    call.attributes.removeAll { $0.name == "num_outputs" }
    let isEqual = size.modulo(Dimension(parts)).isProvablyEqual(to: 0)
    if isEqual, call.outputCount == parts { return nil }
    // All parts are the ceiling of the quotient, but for the last, which takes what is left.
    let chunk = (size + Dimension(parts - 1)).floorDivided(by: Dimension(parts))
    let sizes = Array(repeating: chunk, count: parts - 1) + [size - chunk * Dimension(parts - 1)]
    let reported = problems
    guard let vector = vector(sizes) else {
      problems = reported
      return notInOpset("`num_outputs` of Split, where \(parts) does not divide \(size),", target) {
        $0.attribute("num_outputs") != nil
      }
    }
    call.inputs = [call.inputs.first ?? nil, vector]
    return nil
  }

  /// Pad names the axes that it pads since 18; before, it pads all.
  private mutating func adaptPad(
    _ call: inout OperatorCall, _ declared: OperatorSchema, _ target: OperatorSchema
  ) -> OperatorProblem? {
    guard target.sinceVersion < 18, call.inputs.count > 3, let axes = call.inputs[3] else {
      return newValueObstacle(call, target)
    }
    guard let rank = call.inputs[0].flatMap({ known($0).type.shape?.rank }),
      let named = known(axes).elements?.map({ $0.constant.map { $0 < 0 ? $0 + rank : $0 } }),
      let pads = call.inputs[1].flatMap({ known($0).elements }), pads.count == 2 * named.count,
      named.allSatisfy({ $0.map((0..<rank).contains) == true })
    else {
      return notInOpset("`axes` of Pad, where the rank or the axes are unknown,", target) {
        $0.input(named: "axes") != nil
      }
    }
    var all = [Dimension](repeating: 0, count: 2 * rank)
    for (position, axis) in named.enumerated() {
      guard let axis else { continue }
      all[axis] = pads[position]
      all[rank + axis] = pads[named.count + position]
    }
    let reported = problems
    guard let vector = vector(all) else {
      problems = reported
      return notInOpset("`axes` of Pad, where `pads` is not known,", target) { $0.input(named: "axes") != nil }
    }
    for replaced in [axes, call.inputs[1]] { if let replaced { replacedConstants.insert(replaced) } }
    call.inputs[1] = vector
    call.inputs.removeLast()
    return newValueObstacle(call, target)
  }

  /// Before 13 the axis splits the tensor into a matrix, whose rows are normalised; since, it is the one normalised.
  private func adaptSoftmax(
    _ call: inout OperatorCall, _ declared: OperatorSchema, _ target: OperatorSchema
  ) -> OperatorProblem? {
    guard (declared.sinceVersion < 13) != (target.sinceVersion < 13) else { return nil }
    let axis = call.attribute("axis")?.int ?? (declared.sinceVersion < 13 ? 1 : -1)
    let rank = call.inputs.first.flatMap { $0 }.flatMap { known($0).type.shape?.rank }.map(Int64.init)
    guard axis == -1 || rank == axis + 1 else {
      return OperatorProblem(
        "not-in-opset",
        "\(call.name) over axis \(axis) means another thing before operator set 13 than since, "
          + "unless that axis is the last",
        at: .attribute("axis"))
    }
    call.setAttribute("axis", .int(rank.map { $0 - 1 } ?? -1))
    return nil
  }

  /// `allowzero` changes nothing where no size is 0.
  private func adaptReshape(_ call: inout OperatorCall, _ target: OperatorSchema) -> OperatorProblem? {
    guard target.attribute("allowzero") == nil, call.inputs.count > 1,
      let sizes = call.inputs[1].flatMap({ known($0).elements }),
      sizes.allSatisfy({ $0.isProvablyDifferent(from: 0) })
    else { return nil }
    call.attributes.removeAll { $0.name == "allowzero" }
    return nil
  }

  /// GridSample's modes got ONNX's usual names in 20.
  private func adaptGridSample(
    _ call: inout OperatorCall, _ declared: OperatorSchema, _ target: OperatorSchema
  ) -> OperatorProblem? {
    let names = [("bilinear", "linear"), ("bicubic", "cubic")]
    let isNewer = target.sinceVersion >= 20
    guard isNewer != (declared.sinceVersion >= 20) else { return nil }
    let mode = call.attribute("mode")?.text ?? (isNewer ? "bilinear" : "linear")
    if let name = names.first(where: { mode == (isNewer ? $0.0 : $0.1) }) {
      call.setAttribute("mode", .string(isNewer ? name.1 : name.0))
    }
    return nil
  }

  /// Before 16 RoiAlign had the coordinates that it calls `output_half_pixel` since.
  private func adaptRoiAlign(
    _ call: inout OperatorCall, _ declared: OperatorSchema, _ target: OperatorSchema
  ) -> OperatorProblem? {
    let attribute = "coordinate_transformation_mode"
    if declared.attribute(attribute) == nil, target.attribute(attribute) != nil {
      call.setAttribute(attribute, .string("output_half_pixel"), unlessGiven: true)
    } else if declared.attribute(attribute) != nil, target.attribute(attribute) == nil {
      guard call.attribute(attribute)?.text == "output_half_pixel" else {
        return notInOpset("`half_pixel` coordinates of RoiAlign", target) { $0.attribute(attribute) != nil }
      }
      call.attributes.removeAll { $0.name == attribute }
    }
    return nil
  }

  private func size(ofAxis axis: Int64, of call: OperatorCall) -> Dimension? {
    guard let dimensions = call.inputs.first.flatMap({ $0 }).flatMap({ known($0).type.shape?.dimensions }),
      let index = Int(exactly: axis < 0 ? axis + Int64(dimensions.count) : axis), dimensions.indices.contains(index),
      !dimensions[index].isUnknown
    else { return nil }
    return dimensions[index]
  }
}

// MARK: - Values that came later

extension GraphBuilder {
  /// String attributes whose value came to an operator after the attribute did.
  private static let laterValues: [(name: String, attribute: String, value: String, since: Int)] = [
    ("Pad", "mode", "wrap", 19),
    ("ScatterElements", "reduction", "max", 18),
    ("ScatterElements", "reduction", "min", 18),
    ("ScatterND", "reduction", "max", 18),
    ("ScatterND", "reduction", "min", 18),
    ("Resize", "coordinate_transformation_mode", "half_pixel_symmetric", 19),
  ]

  private func newValueObstacle(_ call: OperatorCall, _ target: OperatorSchema) -> OperatorProblem? {
    for later in Self.laterValues
    where later.name == call.name && later.since > target.sinceVersion
      && call.attribute(later.attribute)?.text == later.value
    {
      let opset = opsets[target.domain] ?? target.sinceVersion
      return OperatorProblem(
        "not-in-opset",
        "`\(later.attribute)=\"\(later.value)\"` of \(call.name) needs operator set \(later.since); "
          + "the model is written for \(opset)", at: .attribute(later.attribute))
    }
    return nil
  }
}

extension OperatorCall {
  /// The attribute as the call gives it.
  package func attribute(_ name: String) -> Attribute.Value? {
    attributes.first { $0.name == name }?.value
  }

  mutating func setAttribute(_ name: String, _ value: Attribute.Value, unlessGiven: Bool = false) {
    guard let position = attributes.firstIndex(where: { $0.name == name }) else {
      attributes.append(Attribute(name, value))
      return
    }
    if !unlessGiven { attributes[position].value = value }
  }
}
