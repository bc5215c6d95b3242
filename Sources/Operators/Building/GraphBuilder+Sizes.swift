package import Graphs
package import Tensors

extension GraphBuilder {
  /// An i64 vector of sizes: a constant where all are, or else the operators that compute it from values that carry them.
  ///
  /// `nil`, with a problem `dimension-without-source`, where a symbol is no value's size.
  package mutating func sizes(_ dimensions: [Dimension]) -> Value.ID? {
    problems = []
    return vector(dimensions)
  }

  /// One size as an i64 scalar; see `sizes`.
  package mutating func size(_ dimension: Dimension) -> Value.ID? {
    problems = []
    if let value = written({ $0.scalars[dimension] }) { return value }
    let value: Value.ID
    if let constant = dimension.constant {
      value = self.constant(.i64([constant], sizes: []))
    } else {
      guard let vector = vector([dimension]), let axes = self.vector([0]) else { return nil }
      value = writeSize("Squeeze", [vector, axes], elements: [dimension], isScalar: true)
    }
    written[region, default: WrittenSizes()].scalars[dimension] = value
    return value
  }

  /// The second input of a Reshape of `input` to `dimensions`: with 0 and −1 where those suffice, or else as `sizes`.
  ///
  /// A single unknown size becomes −1, whatever the others are; a symbolic one only where it provably is what −1 means.
  package mutating func reshapeTarget(of input: Value.ID, dimensions: [Dimension]) -> Value.ID? {
    problems = []
    // In a Reshape's target 0 is "as it was": a size that is 0 itself leaves no room for tricks.
    guard !dimensions.contains(0), dimensions.contains(where: { $0.constant == nil }) else { return vector(dimensions) }
    let shape = known(input).type.shape
    var target = dimensions
    for (position, dimension) in dimensions.enumerated() where dimension.constant == nil {
      guard let shape, shape.dimensions.indices.contains(position) else { continue }
      if shape.dimensions[position].isProvablyEqual(to: dimension) { target[position] = 0 }
    }
    let open = target.indices.filter { target[$0].constant == nil }
    let unknown = open.filter { target[$0].isUnknown }
    if let position = unknown.first {
      if unknown.count == 1 { target[position] = -1 }
    } else if let shape, shape.elementCount.isProvablyEqual(to: Shape(dimensions).elementCount),
      // What takes the most operators to compute is what −1 is best spent on: anything but a plain symbol.
      let position = open.first(where: { target[$0].symbol == nil }) ?? open.last
    {
      target[position] = -1
    }
    return vector(target)
  }
}

// MARK: - Vectors

extension GraphBuilder {
  /// The regions whose values the current one sees, outermost first, itself last.
  var visibleRegions: [Region.ID] { enclosing + [region] }

  /// A value that was written where the current region sees it.
  func written(_ find: (WrittenSizes) -> Value.ID?) -> Value.ID? {
    for region in visibleRegions {
      if let value = written[region].flatMap(find) { return value }
    }
    return nil
  }

  /// A part of a vector that one value gives: constants, a stretch of a value's shape, or one computed size.
  private enum Part {
    case constants([Dimension])
    case shape(of: Value.ID, axes: Range<Int>, [Dimension])
    case computed(Dimension)

    var dimensions: [Dimension] {
      switch self {
      case .constants(let dimensions), .shape(_, _, let dimensions): dimensions
      case .computed(let dimension): [dimension]
      }
    }
  }

  /// An i64 vector with these elements, written at most once where it can be seen.
  mutating func vector(_ dimensions: [Dimension]) -> Value.ID? {
    if let value = written({ $0.vectors[dimensions] }) { return value }
    guard let parts = parts(of: dimensions) else { return nil }
    var values: [Value.ID] = []
    for part in parts {
      guard let value = parts.count == 1 ? write(part) : vector(part.dimensions) else { return nil }
      values.append(value)
    }
    let value =
      values.count == 1
      ? values[0]
      : writeSize("Concat", values, attributes: [Attribute("axis", .int(0))], elements: dimensions)
    written[region, default: WrittenSizes()].vectors[dimensions] = value
    return value
  }

  private mutating func parts(of dimensions: [Dimension]) -> [Part]? {
    var parts: [Part] = []
    for dimension in dimensions {
      if dimension.constant != nil {
        if case .constants(let before) = parts.last {
          parts[parts.count - 1] = .constants(before + [dimension])
        } else {
          parts.append(.constants([dimension]))
        }
      } else if let symbol = dimension.symbol {
        guard let source = sources.source(of: symbol, in: visibleRegions) else {
          problems.append(Self.noSource(symbol))
          return nil
        }
        if case .shape(source.value, let axes, let before) = parts.last, axes.upperBound == source.axis {
          let axes = axes.lowerBound..<source.axis + 1
          parts[parts.count - 1] = .shape(of: source.value, axes: axes, before + [dimension])
        } else {
          parts.append(.shape(of: source.value, axes: source.axis..<source.axis + 1, [dimension]))
        }
      } else {
        parts.append(.computed(dimension))
      }
    }
    return parts.isEmpty ? [.constants([])] : parts
  }

  private mutating func write(_ part: Part) -> Value.ID? {
    switch part {
    case .constants(let dimensions):
      return constant(.i64(dimensions.compactMap(\.constant)))
    case .shape(let value, let axes, let dimensions):
      let rank = known(value).type.shape?.rank
      if axes == 0..<(rank ?? -1) { return shape(of: value) }
      guard opset < 15 else {
        var bounds = [Attribute("start", .int(Int64(axes.lowerBound)))]
        if axes.upperBound != rank { bounds.append(Attribute("end", .int(Int64(axes.upperBound)))) }
        if axes.lowerBound == 0 { bounds.removeFirst() }
        return writeSize("Shape", [value], attributes: bounds, elements: dimensions)
      }
      guard let indices = vector(axes.map { Dimension($0) }) else { return nil }
      let shape = shape(of: value)
      return writeSize("Gather", [shape, indices], attributes: [Attribute("axis", .int(0))], elements: dimensions)
    case .computed(let dimension):
      return compute(dimension)
    }
  }

  /// All sizes of a value.
  private mutating func shape(of value: Value.ID) -> Value.ID {
    if let shape = written({ $0.shapes[value] }) { return shape }
    let shape = writeSize("Shape", [value], elements: known(value).type.shape?.dimensions ?? [])
    written[region, default: WrittenSizes()].shapes[value] = shape
    return shape
  }

  private static func noSource(_ symbol: String) -> OperatorProblem {
    OperatorProblem(
      "dimension-without-source",
      "the size `\(symbol)` is needed when the graph runs, but no tensor that is seen here has it as one of its sizes")
  }
}
