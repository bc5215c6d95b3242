import Graphs
import Tensors

/// What the inferences of a model's graph and of its functions share.
final class InferenceSession {
  let functions: [Function]
  private let resolvers: [OperatorResolver]
  let declarations: OperatorDeclarations?
  /// Operators of which it has been said that nothing is known of them.
  var reportedOperators: Set<String> = []
  /// How large sizes may be, by the tensors that are counted so far.
  var limits = SizeLimits()
  /// Values of the model's graph that every run has, of which the limits do not know.
  var uncounted: [Value.ID] = []
  /// What is known of a value of the model's graph.
  var typeOfValue: ((Value.ID) -> ValueType)?
  var memory = InferenceMemory<ValueType, InferredValue>()
  /// How many nodes may still be inferred; subgraphs in subgraphs and functions in functions multiply.
  private var budget: Int
  /// What must be left of it for others, of the parts that are being spent, the innermost last.
  private var reserves: [Int] = []
  private var active: Set<Int> = []
  /// The latest calls of each function.
  fileprivate var calls: [Int: [FunctionCall]] = [:]

  fileprivate struct FunctionCall {
    var inputs: [InferredValue?]
    var attributes: [String: Attribute.Value]
    var outputs: [InferredValue]
  }

  /// How a call of a function ended.
  enum Outcome {
    case inferred([InferredValue], problems: [ModelProblem])
    case recursive
    case tooDeep
  }

  private static let rememberedCalls = 8
  private static let maximumDepth = 64

  init(_ model: Model, declarations: OperatorDeclarations?) {
    self.declarations = declarations
    functions = model.functions
    resolvers = model.functions.map { OperatorResolver($0.opsetImports, functions: model.functions) }
    let count = model.functions.reduce(model.graph.nodes.count) { $0 + $1.graph.nodes.count }
    budget = 2_000_000 + 100 * count
  }

  /// The limits by all tensors so far; `nil` where that is nothing new.
  func widenedLimits() -> SizeLimits? {
    guard let typeOfValue, !uncounted.isEmpty else { return nil }
    var isWider = false
    for value in uncounted where limits.declare(typeOfValue(value)) { isWider = true }
    uncounted = []
    return isWider ? limits : nil
  }

  /// Takes the work for so many nodes from what is left; `false` where there is not enough.
  func spend(_ count: Int) -> Bool {
    let reserve = reserves.last ?? 0
    guard budget - reserve >= count else {
      budget = min(budget, reserve)
      return false
    }
    budget -= count
    return true
  }

  /// Whether all that may be spent now is spent.
  private var isExhausted: Bool { budget <= reserves.last ?? 0 }

  /// Runs `body`, which may spend no more than a fraction of what is left; the second result says whether it spent all.
  func spendingPart<Result>(_ divisor: Int, _ body: () -> Result) -> (result: Result, isExhausted: Bool) {
    let reserve = reserves.last ?? 0
    reserves.append(budget - max(budget - reserve, 0) / divisor)
    defer { reserves.removeLast() }
    let result = body()
    return (result, isExhausted)
  }

  /// What a function gives for arguments.
  ///
  /// - Parameter attributes: those of the call, without subgraphs, which belong to another graph.
  func call(_ index: Int, inputs: [InferredValue?], attributes: [Attribute]) -> Outcome {
    let function = functions[index]
    var given: [String: Attribute.Value] = [:]
    for attribute in function.attributeDefaults { given[attribute.name] = attribute.value }
    for attribute in attributes where !attribute.value.holdsRegions { given[attribute.name] = attribute.value }
    if let known = calls[index]?.first(where: { $0.isSame(inputs, given) }) {
      return .inferred(known.outputs, problems: [])
    }
    guard active.count < Self.maximumDepth else { return .tooDeep }
    guard active.insert(index).inserted else { return .recursive }
    defer { active.remove(index) }
    let inference = GraphInference(
      function.graph, session: self, resolver: resolvers[index], attributes: given, function: function.name)
    let outputs = inference.run(arguments: inputs)
    let call = FunctionCall(inputs: inputs, attributes: given, outputs: outputs)
    calls[index] = (calls[index] ?? []).suffix(Self.rememberedCalls - 1) + [call]
    return .inferred(outputs, problems: inference.problems)
  }
}

extension InferenceSession.FunctionCall {
  func isSame(_ inputs: [InferredValue?], _ attributes: [String: Attribute.Value]) -> Bool {
    self.inputs.count == inputs.count && self.attributes.count == attributes.count
      && zip(self.inputs, inputs).allSatisfy { known, given in
        guard let known, let given else { return known == nil && given == nil }
        return !known.isConstant && !given.isConstant && known.isSame(as: given)
      } && attributes.allSatisfy { name, value in self.attributes[name].map { value.isSame(as: $0) } ?? false }
  }
}
