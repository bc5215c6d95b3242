import Graphs
import Tensors

extension OperatorRules {
  /// The places in an image that each pixel of another takes its value from: a grid of `size` under each affine map.
  package static let affineGrid = OperatorRules(
    "AffineGrid",
    infer: { context in
      guard context.requireRank(3...3, of: context.shape(0), "`theta`", at: .input(0)) else { return }
      let maps = context.shape(0)?.dimensions ?? [.unknown, .unknown, .unknown]
      // Without `size` the maps tell how many axes an image has: each has a row for each.
      let rank = maps[1].constant.flatMap { $0 == 2 || $0 == 3 ? $0 + 2 : nil }
      guard let size = context.shapeData(1) ?? rank.map({ Array(repeating: .unknown, count: $0) }),
        size.count == 4 || size.count == 5
      else { return }
      let batch = context.agree(
        size[0], maps[0], at: .input(1), "`size` is for \(size[0]) examples, but there are \(maps[0]) maps")
      context.set(shape: Shape([batch] + size[2...] + [Dimension(size.count - 2)]))
    },
    cost: { context in .products(context.outputCount() * ((context.output()?.last ?? .unknown) + 1)) },
    decompose: { $0.affineGrid() })
}

extension DecompositionContext {
  /// A constant grid of homogeneous coordinates, times the maps.
  fileprivate mutating func affineGrid() -> Bool {
    guard let theta = input(0), let element = writer.known(theta).type.element,
      let size = input(1).flatMap({ constants(of: $0) }), size.count == 4 || size.count == 5
    else { return false }
    let sizes = Array(size[2...])
    let isAligned = (attribute("align_corners")?.int ?? 0) != 0
    guard sizes.allSatisfy({ $0 > 0 }), sizes.reduce(1.0, { $0 * Double($1) }) <= 1_048_576 else { return false }
    func coordinate(_ index: Int, of count: Int) -> Double {
      if isAligned { return count == 1 ? -1 : 2 * Double(index) / Double(count - 1) - 1 }
      return (2 * Double(index) + 1) / Double(count) - 1
    }
    var rows: [[Double]] = [[]]
    for count in sizes {
      let places = (0..<count).map { coordinate($0, of: count) }
      rows = rows.flatMap { row in places.map { row + [$0] } }
    }
    // Coordinates run from the last axis to the first: x, y, z.
    let numbers: [Double] = rows.flatMap { (row: [Double]) -> [Double] in Array(row.reversed()) + [1.0] }
    guard let tensor = Tensor.numbers(element, numbers, sizes: [rows.count, sizes.count + 1]),
      let maps = transpose(theta, [0, 2, 1]), let places = write("MatMul", writer.constant(tensor), maps),
      let grid = reshape(places, to: [0] + sizes + [sizes.count])
    else { return false }
    results = [grid]
    return true
  }
}
