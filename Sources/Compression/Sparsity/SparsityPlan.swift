package import Graphs
package import Operators
package import Tensors

/// Which elements of a model's weights become 0.
///
/// Nothing gets smaller by it: it is for runtimes and formats that make use of zeros.
package struct SparsityPlan: Sendable {
  package enum Kind: Hashable, Sendable {
    /// The elements of the least magnitude, so that this part of them is 0.
    case ratio(Double)
    /// Elements of less magnitude than this part of the greatest.
    case threshold(Double)
    /// Of so many weights that stand behind each other along the axis that is summed over, all but the greatest.
    case pattern(SparsePattern)
  }

  /// A tensor that operators multiply with.
  package struct Weight: Sendable {
    package let name: String
    package let count: Int
    package let zerosBefore: Int
    package fileprivate(set) var zeros: Int
    /// The axis that is summed over, where that is one.
    package let axis: Int?
    /// Why it stays as it is.
    package fileprivate(set) var reason: String?
    package let value: Value.ID
    package let tensor: Tensor
    fileprivate var mask: MaskedElements.Mask?

    /// The tensor with its zeros; `nil` where it stays as it is.
    package var masked: Tensor? { mask.flatMap { MaskedElements.tensor(tensor, $0) } }
  }

  package let kind: Kind
  package private(set) var weights: [Weight] = []
  private let subject: PruningSubject

  /// That what becomes 0 is chosen by random numbers; `nil` where weights say what is important.
  package var chance: String? {
    weights.contains { $0.reason == nil && $0.tensor.isDrawn } ? PruningPlan.chance : nil
  }

  /// - Parameters:
  ///   - inference: what is known of the model's values.
  ///   - isGlobal: whether elements of all tensors are compared with each other.
  ///   - kept: tensors and nodes that stay as they are.
  ///   - norms: how large what each weight is multiplied with is at each index of the axis that is summed over, by the
  ///     weight: then elements count by their magnitude times that, within their row.
  package init(
    of model: Model, _ inference: ModelInference, _ kind: Kind, isGlobal: Bool, kept: [String],
    norms: [StoredAxis: [Float]]? = nil
  ) throws(PruningError) {
    self.kind = kind
    let inputs = norms == nil ? [] : WeightInput.all(of: model, inference)
    subject = PruningSubject(model, inference)
    try subject.checkNames(kept, of: "--keep")
    let patterns = kept.map { (text: $0, pattern: NamePattern($0)) }
    for (value, names, axes) in subject.multipliedTensors() {
      guard let tensor = subject.tensor(value), tensor.element.isFloatingPoint, (tensor.element.bitWidth ?? 0) >= 8
      else { continue }
      let (zeros, isFinite) = tensor.zerosAndFiniteness
      var weight = Weight(
        name: subject.graph.values[value].name, count: tensor.elementCount, zerosBefore: zeros, zeros: 0,
        axis: axes.count == 1 ? axes.first : nil, value: value, tensor: tensor)
      weight.zeros = weight.zerosBefore
      if !isFinite { weight.reason = PruningScores.notFinite }
      if let found = patterns.first(where: { pattern in names.contains { pattern.pattern.matches($0) } }) {
        weight.reason = PruningPlan.kept(by: found.text)
      }
      weights.append(weight)
    }
    switch kind {
    case .pattern(let pattern): mask(by: pattern)
    case .ratio(let ratio): maskLeast(ratio, isGlobal: isGlobal)
    case .threshold(let part): mask(below: part, isGlobal: isGlobal)
    }
    if let norms { weigh(norms, inputs) }
    for place in weights.indices {
      guard let mask = weights[place].mask, let masked = MaskedElements.tensor(weights[place].tensor, mask) else {
        continue
      }
      weights[place].zeros = masked.zerosAndFiniteness.zeros
    }
  }

  /// Weighs the elements of those weights that one axis of is known of what it meets; the others stay as they are.
  private mutating func weigh(_ norms: [StoredAxis: [Float]], _ inputs: [WeightInput]) {
    for place in weights.indices where weights[place].reason == nil {
      let input = inputs.first { $0.weight == weights[place].value && $0.resultAxis != nil }
      guard let input, let row = input.resultAxis, let factors = norms[StoredAxis(input.weight, input.weightAxis)]
      else {
        weights[place].reason = "the samples do not show what it is multiplied with"
        weights[place].mask = nil
        continue
      }
      let choice: MaskedElements.Weighted.Choice? =
        switch kind {
        case .pattern(let pattern): .pattern(pattern)
        case .ratio(let ratio): .ratio(ratio)
        case .threshold: nil
        }
      guard let choice else { continue }
      weights[place].mask = .weighted(
        MaskedElements.Weighted(choice: choice, factors: factors, axis: input.weightAxis, rowAxis: row))
    }
  }

  private mutating func mask(by pattern: SparsePattern) {
    for place in weights.indices where weights[place].reason == nil {
      guard let axis = weights[place].axis, weights[place].tensor.sizes.indices.contains(axis) else {
        weights[place].reason = "it is not one axis that is summed over"
        continue
      }
      let size = weights[place].tensor.sizes[axis]
      guard size % pattern.of == 0 else {
        weights[place].reason = "\(pattern.of) does not divide the \(size) channels that are summed over"
        continue
      }
      weights[place].mask = .pattern(pattern, axis: axis)
    }
  }

  private mutating func maskLeast(_ ratio: Double, isGlobal: Bool) {
    let free = weights.indices.filter { weights[$0].reason == nil }
    for places in isGlobal ? [free] : free.map({ [$0] }) {
      let tensors = places.map { weights[$0].tensor }
      let rank = MagnitudeRank(Int(Double(tensors.reduce(0) { $0 + $1.elementCount }) * ratio + 1e-9), of: tensors)
      var ties = rank.ties
      for place in places {
        let (before, count) = weights[place].tensor.place(ofTie: ties, at: rank.limit)
        weights[place].mask = .magnitude(below: rank.limit, tiesBefore: before)
        ties -= count
      }
    }
  }

  private mutating func mask(below part: Double, isGlobal: Bool) {
    let free = weights.indices.filter { weights[$0].reason == nil }
    let greatest = free.map { weights[$0].tensor.greatestMagnitude }
    for (place, own) in zip(free, greatest) {
      let limit = Float(part) * (isGlobal ? greatest.max() ?? 0 : own)
      weights[place].mask = .magnitude(below: limit.bitPattern, tiesBefore: 0)
    }
  }

  /// The model with zeros, which are put in while it is written.
  ///
  /// - Parameter replacements: other elements for some of the weights, with the same zeros.
  package func applied(_ replacements: [Value.ID: Tensor] = [:]) -> Model {
    var model = subject.model
    for weight in weights {
      guard let tensor = replacements[weight.value] ?? weight.masked,
        let source = subject.source(of: weight.value)
      else { continue }
      model.graph.replace(source, with: tensor)
    }
    return model
  }
}

extension Graph {
  /// Puts a tensor in the place of a stored one.
  mutating func replace(_ source: LeafTensors.Source, with tensor: Tensor) {
    switch source {
    case .initializer(let region, let index): regions[region].initializers[index].tensor = tensor
    case .constant(let node):
      guard case .tensor(var named)? = nodes[node].attributes.first?.value else { return }
      named.tensor = tensor
      nodes[node].attributes[0].value = .tensor(named)
    }
  }
}

extension PruningSubject {
  /// The stored tensors that operators multiply with, their own name and those of the nodes, and the axes summed over.
  fileprivate func multipliedTensors() -> [(value: Value.ID, names: [String], axes: Set<Int>)] {
    var found: [Value.ID: (names: [String], axes: Set<Int>)] = [:]
    var multiplied: Set<Value.ID> = []
    var order: [Value.ID] = []
    let contexts = Dictionary(
      uniqueKeysWithValues: self.order.compactMap { node in
        context(of: node, allowsNormChange: false, choice: 0).map { (node, $0) }
      })
    for node in self.order {
      guard let context = contexts[node] else { continue }
      for (operand, role) in context.roles where role != .scale {
        guard let value = value(operand.operand, of: node),
          let stored = storedAxes(of: value, operand.axis, contexts).first
        else { continue }
        if found[stored.value] == nil {
          order.append(stored.value)
          found[stored.value] = ([graph.values[stored.value].name], [])
        }
        found[stored.value]?.names.append(graph.nodes[node].name)
        if role == .consumer { found[stored.value]?.axes.insert(stored.axis) }
        // A table that is looked up in is no factor.
        if role == .consumer || role == .filter { multiplied.insert(stored.value) }
      }
    }
    return order.filter(multiplied.contains).map { ($0, found[$0]?.names ?? [], found[$0]?.axes ?? []) }
  }
}

extension Tensor {
  /// How many elements are 0, and whether none is infinite or NaN.
  fileprivate var zerosAndFiniteness: (zeros: Int, isFinite: Bool) {
    var zeros = 0
    var greatest: UInt32 = 0
    forEachMagnitude { bits in
      if bits == 0 { zeros += 1 }
      greatest = max(greatest, bits)
    }
    return (zeros, greatest < Float.infinity.bitPattern)
  }

  fileprivate var greatestMagnitude: Float {
    var greatest: UInt32 = 0
    forEachMagnitude { greatest = max(greatest, $0) }
    return Float(bitPattern: greatest)
  }

  /// The place behind the last of so many elements of a magnitude, and how many of them there are.
  fileprivate func place(ofTie ties: Int, at limit: UInt32) -> (before: Int, count: Int) {
    guard ties > 0 else { return (0, 0) }
    var (place, before, count) = (0, 0, 0)
    forEachMagnitude { bits in
      place += 1
      guard bits == limit, count < ties else { return }
      count += 1
      before = place
    }
    return (before, count)
  }
}
