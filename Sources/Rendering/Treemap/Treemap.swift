/// A rectangle that is parted among parts by a measure of theirs, nested as they are.
///
/// Areas are exactly proportional; sides are as even as squarified treemaps make them (Bruls, Huizing and van Wijk 2000).
package struct Treemap: Sendable {
  package struct Rectangle: Hashable, Sendable {
    package var x: Double
    package var y: Double
    package var width: Double
    package var height: Double

    package init(x: Double, y: Double, width: Double, height: Double) {
      (self.x, self.y, self.width, self.height) = (x, y, width, height)
    }

    package var area: Double { width * height }
  }

  package struct Cell: Hashable, Sendable {
    package var part: Int
    package var rectangle: Rectangle
    /// How many parts are around it.
    package var depth: Int
    /// Whether other cells part it.
    package var isGroup: Bool
  }

  /// Groups before what is in them.
  package private(set) var cells: [Cell] = []

  /// - Parameter depth: how deep groups are opened; all where `nil`.
  package init(
    of hierarchy: ModelHierarchy, by measure: Measure, in rectangle: Rectangle, depth: Int? = nil
  ) {
    add(0, of: hierarchy, measure, rectangle, level: 0, depth: depth ?? .max)
  }

  private mutating func add(
    _ part: Int, of hierarchy: ModelHierarchy, _ measure: Measure, _ rectangle: Rectangle, level: Int, depth: Int
  ) {
    let found = hierarchy.parts[part]
    var children: [(part: Int, weight: Double)] = []
    if !found.isLayer, level < depth {
      children = found.children.map { ($0, Double(measure.value(of: hierarchy.parts[$0].amount))) }
        .filter { $0.weight > 0 }.sorted { ($1.weight, $0.part) < ($0.weight, $1.part) }
    }
    cells.append(Cell(part: part, rectangle: rectangle, depth: level, isGroup: !children.isEmpty))
    for (child, place) in zip(children, Self.squarified(children.map(\.weight), in: rectangle)) {
      add(child.part, of: hierarchy, measure, place, level: level + 1, depth: depth)
    }
  }

  /// Rectangles for weights above 0 in descending order.
  package static func squarified(_ weights: [Double], in rectangle: Rectangle) -> [Rectangle] {
    let whole = weights.reduce(0, +)
    guard whole > 0, rectangle.area > 0 else {
      return weights.map { _ in Rectangle(x: rectangle.x, y: rectangle.y, width: 0, height: 0) }
    }
    let areas = weights.map { $0 / whole * rectangle.area }
    var result: [Rectangle] = []
    var rest = rectangle
    var next = 0
    while next < areas.count {
      let side = min(rest.width, rest.height)
      var (end, sum) = (next + 1, areas[next])
      // A row grows for as long as its worst rectangle gets no worse.
      while end < areas.count,
        worst(areas[next..<(end + 1)], sum + areas[end], side) <= worst(areas[next..<end], sum, side)
      {
        sum += areas[end]
        end += 1
      }
      let isLast = end == areas.count
      if rest.width >= rest.height {
        let width = isLast ? rest.width : min(rest.width, sum / rest.height)
        var y = rest.y
        for area in areas[next..<end] {
          let height = area / sum * rest.height
          result.append(Rectangle(x: rest.x, y: y, width: width, height: height))
          y += height
        }
        rest = Rectangle(x: rest.x + width, y: rest.y, width: rest.width - width, height: rest.height)
      } else {
        let height = isLast ? rest.height : min(rest.height, sum / rest.width)
        var x = rest.x
        for area in areas[next..<end] {
          let width = area / sum * rest.width
          result.append(Rectangle(x: x, y: rest.y, width: width, height: height))
          x += width
        }
        rest = Rectangle(x: rest.x, y: rest.y + height, width: rest.width, height: rest.height - height)
      }
      next = end
    }
    return result
  }

  /// The largest ratio of sides in a row of areas along a side; the paper's `worst`, section 3.2.
  private static func worst(_ row: ArraySlice<Double>, _ sum: Double, _ side: Double) -> Double {
    guard let most = row.first, let least = row.last, side > 0, least > 0 else { return .infinity }
    return max(side * side * most / (sum * sum), sum * sum / (side * side * least))
  }
}
