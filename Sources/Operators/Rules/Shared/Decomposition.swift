import Graphs
import Tensors

/// Steps that decompositions share.
extension DecompositionContext {
  /// Argument `index`; `nil` where it is omitted.
  func input(_ index: Int) -> Value.ID? {
    call.inputs.indices.contains(index) ? call.inputs[index] : nil
  }

  /// The attribute as the call gives it, or else its default in the newest schema.
  func attribute(_ name: String) -> Attribute.Value? {
    call.attributes.first { $0.name == name }?.value ?? schema.attributes.first { $0.name == name }?.defaultValue
  }

  /// Writes a call with one result.
  mutating func write(_ name: String, _ inputs: Value.ID?..., attributes: [Attribute] = []) -> Value.ID? {
    writer.write(name, inputs, attributes: attributes, outputCount: 1).first
  }

  /// Writes a scalar in the element type of a value; `nil` where that is unknown or no float.
  mutating func scalar(_ value: Double, like other: Value.ID) -> Value.ID? {
    guard let element = writer.known(other).type.element,
      element.isFloatingPoint,
      let tensor = Tensor.scalar(element, value)
    else { return nil }
    return writer.constant(tensor)
  }

  /// Writes a cast to `element`, or nothing where the value has that type.
  mutating func cast(_ value: Value.ID, to element: ElementType) -> Value.ID? {
    guard writer.known(value).type.element != element else { return value }
    return write("Cast", value, attributes: [Attribute("to", .int(Int64(element.rawValue)))])
  }

  /// Writes the mean over `axes`, which stay as 1.
  mutating func mean(_ value: Value.ID, over axes: Value.ID) -> Value.ID? {
    write("ReduceMean", value, axes, attributes: [Attribute("keepdims", .int(1))])
  }

  /// The element type that statistics are computed in, which `stash_type` says.
  var stashType: ElementType? {
    UInt8(exactly: attribute("stash_type")?.int ?? 1).flatMap(ElementType.init(rawValue:))
  }

  /// The axes from `axis` to the last one, as a constant; `nil` where a rank that they need is unknown.
  mutating func trailingAxes(of value: Value.ID) -> Value.ID? {
    let axis = attribute("axis")?.int ?? -1
    let rank = writer.known(value).type.shape.map { Int64($0.rank) }
    if axis < 0, axis >= -Int64(rank ?? 64) { return writer.constant(.i64((axis..<0).map { Int($0) })) }
    guard let rank, axis >= 0, axis < rank else { return nil }
    return writer.constant(.i64((axis..<rank).map { Int($0) }))
  }

  /// Writes `(x − mean) / sqrt(variance + epsilon)` over `axes`, with the mean and the deviation.
  mutating func standardized(
    _ value: Value.ID, over axes: Value.ID
  ) -> (result: Value.ID, mean: Value.ID, deviation: Value.ID)? {
    guard let mean = mean(value, over: axes), let centred = write("Sub", value, mean),
      let deviation = rootMeanSquare(centred, over: axes), let result = write("Div", centred, deviation)
    else { return nil }
    return (result, mean, deviation)
  }

  /// Writes `sqrt(mean(x²) + epsilon)` over `axes`.
  mutating func rootMeanSquare(_ value: Value.ID, over axes: Value.ID) -> Value.ID? {
    let epsilon = Double(attribute("epsilon")?.float ?? 1e-5)
    guard let square = write("Mul", value, value), let mean = mean(square, over: axes),
      let small = scalar(epsilon, like: mean), let sum = write("Add", mean, small)
    else { return nil }
    return write("Sqrt", sum)
  }
}
