import Graphs
import Tensors

extension OperatorRules {
  /// Sums of products over named axes, as `bij,bjk->bik`.
  ///
  /// Every combination of indices takes one MAC for each argument after the first; of a single argument, one operation.
  package static let einsum = OperatorRules(
    "Einsum",
    infer: { context in
      guard let equation = context.text("equation") else { return }
      guard let parsed = EinsumEquation(equation), parsed.inputs.count == context.inputs.count else {
        return context.report(
          "invalid-attribute",
          "`equation` is \"\(equation)\": it must name the axes of \(counted(context.inputs.count, "argument"))",
          at: .attribute("equation"))
      }
      guard let sizes = context.labelledSizes(parsed) else { return }
      context.set(shape: Shape(parsed.resultLabels(sizes).map { sizes[$0] ?? .unknown }))
    },
    cost: { context in
      guard let text = context.attribute("equation")?.text, let parsed = EinsumEquation(text),
        let sizes = parsed.sizes(context.inputs.indices.map { context.input($0) })
      else { return Cost(macs: .unknown, flops: .unknown) }
      let combinations = sizes.values.reduce(Dimension(1)) { $0 * $1 }
      guard context.inputs.count > 1 else { return Cost(flops: combinations) }
      return .products(combinations * Dimension(context.inputs.count - 1))
    })
}

/// An equation of Einsum: the labels of each argument's axes, and of the result's.
struct EinsumEquation {
  /// A letter, or one of the axes that an ellipsis stands for, counted from the last.
  enum Label: Hashable {
    case letter(UInt8)
    case ellipsis
    case leading(fromEnd: Int)
  }

  var inputs: [[Label]]
  /// `nil` where the equation leaves the result to the alphabet.
  var output: [Label]?

  /// Reads an equation; `nil` where it is none.
  init?(_ text: String) {
    let bytes = text.utf8.filter { $0 != UInt8(ascii: " ") }
    var sides: [[UInt8]] = [[]]
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "-"), index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: ">") {
        sides.append([])
        index += 2
      } else {
        sides[sides.count - 1].append(bytes[index])
        index += 1
      }
    }
    guard sides.count <= 2 else { return nil }
    var inputs: [[Label]] = []
    for term in sides[0].split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
      guard let labels = Self.labels(term) else { return nil }
      inputs.append(labels)
    }
    self.inputs = inputs
    guard sides.count == 2 else { return }
    guard let labels = Self.labels(sides[1][...]), Set(labels).count == labels.count else { return nil }
    output = labels
    let known = Set(inputs.joined())
    guard labels.allSatisfy({ known.contains($0) || $0 == .ellipsis }) else { return nil }
  }

  private static func labels(_ term: ArraySlice<UInt8>) -> [Label]? {
    var labels: [Label] = []
    var rest = term
    while let byte = rest.first {
      if rest.starts(with: Array("...".utf8)), !labels.contains(.ellipsis) {
        labels.append(.ellipsis)
        rest = rest.dropFirst(3)
      } else if (byte | 0x20) >= UInt8(ascii: "a"), (byte | 0x20) <= UInt8(ascii: "z") {
        labels.append(.letter(byte))
        rest = rest.dropFirst()
      } else {
        return nil
      }
    }
    return labels
  }

  /// The labels of an argument of `rank` axes, its ellipsis spelled out; `nil` where the rank does not fit.
  func labels(of input: Int, rank: Int) -> [Label]? {
    let labels = inputs[input]
    guard let position = labels.firstIndex(of: .ellipsis) else { return labels.count == rank ? labels : nil }
    let leading = rank - labels.count + 1
    guard leading >= 0 else { return nil }
    return labels[..<position] + (0..<leading).map { .leading(fromEnd: leading - $0) } + labels[(position + 1)...]
  }

  /// The labels of the result: as written, or the leading axes and then the letters that occur once, sorted.
  func resultLabels(_ sizes: [Label: Dimension]) -> [Label] {
    let leading = sizes.keys.compactMap { if case .leading(let place) = $0 { place } else { nil } }.sorted().reversed()
      .map { Label.leading(fromEnd: $0) }
    if let output { return output.flatMap { $0 == .ellipsis ? leading : [$0] } }
    let letters = inputs.joined().compactMap { if case .letter(let letter) = $0 { letter } else { nil } }
    let once = Set(letters).filter { letter in letters.filter { $0 == letter }.count == 1 }
    return leading + once.sorted().map { .letter($0) }
  }

  /// The best known size of each label; `nil` where a rank is unknown or does not fit.
  func sizes(_ shapes: [[Dimension]?]) -> [Label: Dimension]? {
    var sizes: [Label: Dimension] = [:]
    guard shapes.count == inputs.count else { return nil }
    for (index, shape) in shapes.enumerated() {
      guard let shape, let labels = labels(of: index, rank: shape.count) else { return nil }
      for (label, size) in zip(labels, shape) {
        sizes[label] = sizes[label].map { InferenceContext.broadcast($0, size).size } ?? size
      }
    }
    return sizes
  }
}

extension InferenceContext {
  fileprivate mutating func labelledSizes(_ equation: EinsumEquation) -> [EinsumEquation.Label: Dimension]? {
    var seen: [EinsumEquation.Label: Dimension] = [:]
    for index in inputs.indices {
      guard let shape = shape(index) else { return nil }
      guard let labels = equation.labels(of: index, rank: shape.rank) else {
        report(
          "rank-mismatch",
          "argument \(index + 1) has \(counted(shape.rank, "axis", "axes")), but the equation names others",
          at: .input(index))
        return nil
      }
      // Within one argument a label is a diagonal; between arguments its sizes broadcast.
      var own: [EinsumEquation.Label: Dimension] = [:]
      for (label, size) in zip(labels, shape.dimensions) {
        own[label] =
          own[label].map { agree($0, size, at: .input(index), "one label stands for axes of \($0) and of \(size)") }
          ?? size
      }
      for (label, size) in own {
        seen[label] = seen[label].map { broadcast($0, size, of: index) } ?? size
      }
    }
    return seen
  }

  /// The size of a label that is `before` in the arguments before `index`, and `size` in that one.
  private mutating func broadcast(_ before: Dimension, _ size: Dimension, of index: Int) -> Dimension {
    let outcome = Self.broadcast(before, size)
    switch outcome.agreement {
    case .agrees: break
    case .contradicts:
      report(
        "shape-mismatch", "an axis is \(size) in argument \(index + 1), but \(before) before", at: .input(index))
    case .undetermined: reportUndetermined("undetermined-size", before, size, at: .input(index))
    }
    return outcome.size
  }
}
