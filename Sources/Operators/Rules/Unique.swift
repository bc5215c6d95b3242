import Graphs
import Tensors

extension OperatorRules {
  /// The different elements of the input, or slices along `axis`, with their places, the way back, and their counts.
  ///
  /// How many there are is known where the input is a constant vector, or nothing or one. Counted are the comparisons of
  /// a sort: `n ⌈log₂ n⌉` of as many elements as a slice has.
  package static let unique = OperatorRules(
    "Unique",
    infer: { $0.unique() },
    cost: { context in
      guard let input = context.input(0) else { return Cost(flops: .unknown) }
      let rank = input.count
      let axis = context.attribute("axis")?.int.map { Int(clamping: $0) }
      let place = axis.flatMap { (-rank..<rank).contains($0) ? ($0 + rank) % rank : nil }
      let slices = axis == nil ? context.inputCount() : place.map { input[$0] } ?? .unknown
      guard let count = slices.constant else { return Cost(flops: .unknown) }
      return Cost(flops: context.inputCount() * Dimension(Cost.logarithm(of: count)))
    })
}

extension InferenceContext {
  fileprivate mutating func unique() {
    let given = int("axis")
    var result = shape(0)
    var axis = 0
    if let given {
      guard let shape = result, let place = normalized(axis: given, rank: shape.rank, at: .attribute("axis")) else {
        for index in 1..<4 { set(index, shape: Shape([.unknown])) }
        return
      }
      axis = place
    } else {
      result = Shape([result?.elementCount ?? .unknown])
    }
    guard var result else { return }
    let size = result.dimensions[axis]
    if shape(0)?.rank == 1, let data = constantData(0) { return setUnique(of: data) }
    let count = size.constant.flatMap { $0 == 0 || $0 == 1 ? size : nil } ?? .unknown
    result.dimensions[axis] = count
    set(0, shape: result)
    set(1, shape: Shape([count]))
    set(2, shape: Shape([size]))
    set(3, shape: Shape([count]))
  }

  /// The results for a known vector, sorted or in the order of first occurrence.
  private mutating func setUnique(of data: [Int]) {
    var places: [Int: [Int]] = [:]
    var order: [Int] = []
    for (place, element) in data.enumerated() {
      if places[element] == nil { order.append(element) }
      places[element, default: []].append(place)
    }
    if (int("sorted") ?? 1) != 0 { order.sort() }
    var inverse = data
    for (place, element) in order.enumerated() {
      for occurrence in places[element] ?? [] { inverse[occurrence] = place }
    }
    let vectors = [
      order, order.map { places[$0]?.first ?? 0 }, inverse, order.map { places[$0]?.count ?? 0 },
    ]
    for (index, vector) in vectors.enumerated() {
      set(index, shape: Shape([Dimension(vector.count)]), elements: vector.map { Dimension($0) })
    }
  }
}
