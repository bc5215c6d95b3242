import Graphs
import Operators
import Rewriting
import Tensors

/// Which nodes, and which of their arguments and results, can be of a narrower floating-point type.
struct FloatConvertibility {
  let rewriter: Rewriter
  let opset: Int
  let element: ElementType

  /// Operators that stay: those that ONNX Runtime does not have in half precision or that lose too much in it, those whose
  /// results are places and counts, and those that draw numbers.
  private static let wideOperators: Set<String> = [
    "BatchNormalization", "TopK", "NonMaxSuppression", "RoiAlign", "Range", "CumSum", "Min", "Max", "Upsample",
    "RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike", "Multinomial", "Bernoulli", "EyeLike",
    "QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear", "Ceil", "Floor", "Round", "Constant",
  ]

  /// The places of a node's arguments and results that change their type; `nil` where the node stays.
  ///
  /// A node stays without a reason that is worth telling where it has no floats at all.
  func places(of node: Node.ID) -> (inputs: Set<Int>, outputs: Set<Int>)? {
    let graph = rewriter.graph
    let callee = graph.nodes[node]
    guard rewriter.places[node.index] == graph.body, !Self.wideOperators.contains(callee.operatorType),
      callee.overload.isEmpty, !callee.attributes.contains(where: \.value.holdsRegions),
      !rewriter.hasReferences(node), !isCastBetweenNumbers(node),
      let schema = Catalogue.schema(
        domain: callee.domain, name: callee.operatorType, opset: callee.domain.isEmpty ? opset : 1)
    else { return nil }
    guard let inputs = places(callee.inputs, schema.inputs, schema),
      let outputs = places(callee.outputs, schema.outputs, schema), !inputs.isEmpty || !outputs.isEmpty
    else { return nil }
    return (inputs, outputs)
  }

  /// The places with `f32` values whose parameter's type may be the narrower one; `nil` where one must not.
  private func places(
    _ values: [Value.ID?], _ parameters: [OperatorSchema.Parameter], _ schema: OperatorSchema
  ) -> Set<Int>? {
    var places: Set<Int> = []
    for (place, value) in values.enumerated() {
      guard let value else { continue }
      guard let parameter = parameters.indices.contains(place) ? parameters[place] : parameters.last,
        case .tensor? = type(of: value).map({ $0 }), let element = rewriter.element(value)
      else { return nil }
      guard element == .f32 else { continue }
      guard let allowed = schema.typeConstraints[parameter.type] else {
        // A type of the parameter's own: it stays.
        continue
      }
      guard allowed.contains(self.element.tensorSchemaName) else { return nil }
      places.insert(place)
    }
    return places
  }

  private func type(of value: Value.ID) -> ValueType? {
    if let tensor = rewriter.tensor(value) { return tensor.type }
    let type = rewriter.fact(value).type
    return type.tensor == nil ? nil : type
  }

  /// Whether a Cast turns integers into numbers or numbers into integers, whose digits count.
  private func isCastBetweenNumbers(_ node: Node.ID) -> Bool {
    guard rewriter.isOperator(node, "Cast") else { return false }
    guard let source = rewriter.input(node, 0), let element = rewriter.element(source) else { return true }
    return element != .f32 || rewriter.int(node, "to") != Int(ElementType.f32.rawValue)
  }

  /// Why a tensor that a node takes cannot be of the narrower type; reads tensors of one element alone.
  func refusal(of tensor: Tensor, named name: String) -> String? {
    guard tensor.elementCount == 1, let number = try? tensor.float32Elements().first, number.isFinite, number != 0
    else {
      return nil
    }
    let conversion = tensor.conversion(to: element)
    if conversion.overflows { return "its constant `\(name)` is beyond the largest \(element.spelling)" }
    // Within one percent.
    guard conversion.power.noise > 1e-4 * conversion.power.signal || conversion.power.signal == 0 else { return nil }
    return "its constant `\(name)` is too small for \(element.spelling)"
  }
}
