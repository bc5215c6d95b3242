package import Graphs
package import Tensors

/// What a rule sees of a call, and where it puts what it finds.
///
/// When a rule starts, the results already have the element types that the schema's type variables give. A rule never
/// traps on what a user wrote: it reports a problem and leaves a result unknown.
package struct InferenceContext {
  package let schema: OperatorSchema
  /// The version of the operator set that the call is made for.
  package let opset: Int
  /// What is known of the arguments; `nil` is an omitted input.
  package let inputs: [InferredValue?]
  /// What the call says, defaults left out.
  package let attributes: [Attribute]
  package var outputs: [InferredValue]
  /// What is known of the outputs of the subgraphs among the attributes.
  package var regionOutputs: [Region.ID: [InferredValue]] = [:]
  /// The types that the inputs of those subgraphs are declared with.
  var regionInputs: [Region.ID: [ValueType]] = [:]
  /// Infers a subgraph anew; `nil` where subgraphs have been written already, as in a text: `regionOutputs` is all there
  /// is then.
  package var evaluate: SubgraphInference?
  /// How large sizes may be; `nil` where integers are taken to fit whatever they are.
  var limits: SizeLimits?
  /// Looks for more that is known of sizes together; `nil` where there is nothing.
  var widenedLimits: (() -> SizeLimits?)?
  package private(set) var problems: [OperatorProblem] = []

  package init(
    schema: OperatorSchema, opset: Int, inputs: [InferredValue?], attributes: [Attribute], outputs: [InferredValue]
  ) {
    self.schema = schema
    self.opset = opset
    self.inputs = inputs
    self.attributes = attributes
    self.outputs = outputs
  }

  package mutating func report(
    _ identifier: String, _ message: String, at subject: OperatorProblem.Subject = .call
  ) {
    problems.append(OperatorProblem(identifier, message, at: subject))
  }

  mutating func report(_ problem: OperatorProblem) { problems.append(problem) }

  /// Reports what a runtime may do all the same.
  mutating func warn(_ identifier: String, _ message: String, at subject: OperatorProblem.Subject = .call) {
    var problem = OperatorProblem(identifier, message, at: subject)
    problem.isWarning = true
    problems.append(problem)
  }

  /// Reports that two sizes differ that must be equal.
  mutating func reportDifference(
    _ left: Dimension, _ right: Dimension, _ message: String, at subject: OperatorProblem.Subject = .call,
    places: OperatorProblem.SizePlaces? = nil
  ) {
    var problem = OperatorProblem("shape-mismatch", message, at: subject)
    problem.differing = OperatorProblem.SizePair(left: left, right: right, places: places)
    problems.append(problem)
  }

  /// Reports that nothing says that two sizes are equal.
  mutating func reportUndetermined(
    _ identifier: String, _ left: Dimension, _ right: Dimension, at subject: OperatorProblem.Subject = .call,
    places: OperatorProblem.SizePlaces? = nil
  ) {
    var problem = OperatorProblem(identifier, Self.missingAssumption(left, right), at: subject)
    problem.undetermined = OperatorProblem.SizePair(left: left, right: right, places: places)
    problems.append(problem)
  }
}

// MARK: - Arguments

extension InferenceContext {
  /// The argument for formal input `index`, or `nil` where it is omitted.
  package func input(_ index: Int) -> InferredValue? {
    inputs.indices.contains(index) ? inputs[index] : nil
  }

  package func shape(_ index: Int) -> Shape? { input(index)?.type.shape }

  package func element(_ index: Int) -> ElementType? { input(index)?.type.element }

  /// The elements of an integer argument, where they are known well enough to be counted.
  package func elements(_ index: Int) -> [Dimension]? { input(index)?.elements }

  /// The elements of an integer argument, where all of them are constant.
  package func constants(_ index: Int) -> [Int]? {
    guard let elements = elements(index) else { return nil }
    let constants = elements.compactMap(\.constant)
    return constants.count == elements.count ? constants : nil
  }
}

// MARK: - Attributes

extension InferenceContext {
  /// The attribute as the call gives it, or else its default in the schema.
  package func attribute(_ name: String) -> Attribute.Value? {
    attributes.first { $0.name == name }?.value
      ?? schema.attributes.first { $0.name == name }?.defaultValue
  }

  package func int(_ name: String) -> Int? { attribute(name)?.int.flatMap(Int.init(exactly:)) }

  package func ints(_ name: String) -> [Int]? {
    attribute(name)?.ints.map { $0.compactMap(Int.init(exactly:)) }
  }

  package func text(_ name: String) -> String? { attribute(name)?.text }

  /// The attribute `axis` as an index from 0 into `rank` axes; out of range it is reported and `nil`.
  ///
  /// - Parameter limit: the number of valid positions where it is not `rank` (one more for Unsqueeze-like operators).
  package mutating func axis(_ name: String = "axis", rank: Int) -> Int? {
    guard let axis = int(name) else { return nil }
    return normalized(axis: axis, rank: rank, at: .attribute(name))
  }

  /// `axis` counted from the front; out of range it is reported and `nil`.
  package mutating func normalized(axis: Int, rank: Int, at subject: OperatorProblem.Subject) -> Int? {
    guard (-rank..<rank).contains(axis) else {
      report(
        "axis-out-of-range", "axis \(axis) is out of range: the tensor has \(rank) axes (\(-rank) to \(rank - 1))",
        at: subject)
      return nil
    }
    return axis < 0 ? axis + rank : axis
  }
}

// MARK: - Results

extension InferenceContext {
  /// Makes sizes below 0 unknown, which hostile arguments can lead to, and reports them.
  mutating func removeNegativeSizes() {
    for index in outputs.indices {
      guard let shape = outputs[index].type.shape,
        let negative = shape.dimensions.first(where: { $0.constant ?? 0 < 0 })
      else { continue }
      if !problems.contains(where: { $0.identifier == "negative-size" }) {
        report("negative-size", "a size of the result would be \(negative)")
      }
      set(index, shape: Shape(shape.dimensions.map { $0.constant ?? 0 < 0 ? .unknown : $0 }))
    }
  }
}

extension InferenceContext {
  /// Gives result `index` a shape; `nil` is an unknown rank.
  ///
  /// Does nothing for a result that the call does not have.
  package mutating func set(_ index: Int = 0, shape: Shape?, elements: [Dimension]? = nil) {
    guard outputs.indices.contains(index) else { return }
    outputs[index].type = .tensor(TensorType(outputs[index].type.element, shape))
    outputs[index].elements = elements
  }

  /// Gives result `index` a type of any kind, such as a sequence; does nothing for a result that the call does not have.
  package mutating func set(_ index: Int = 0, type: ValueType) {
    guard outputs.indices.contains(index) else { return }
    outputs[index] = InferredValue(type: type)
  }

  /// Gives result `index` the very tensor that it is, and with it its type and, where it is small, its elements.
  package mutating func set(_ index: Int = 0, constant tensor: Tensor) {
    guard outputs.indices.contains(index) else { return }
    outputs[index] = InferredValue(constant: tensor)
  }

  package mutating func set(_ index: Int = 0, element: ElementType?) {
    guard outputs.indices.contains(index) else { return }
    outputs[index].type = .tensor(TensorType(element, outputs[index].type.shape))
  }
}
