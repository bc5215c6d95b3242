package import Tensors

/// Samples that are drawn by a seed, as the types of the inputs ask for.
///
/// Floating-point numbers are drawn from the standard normal distribution, 8-bit integers from their whole range, other
/// integers from 0 to 9. An input with `mask` in its name is 1 everywhere, and one with `type_id` is 0. A range that is
/// given for an input comes before all of this: numbers are then uniform in it.
package struct DrawnSamples: Samples {
  package let count: Int
  private let seed: UInt64
  private let inputs: [(value: SessionValue, element: ElementType, sizes: [Int], range: ClosedRange<Double>?)]
  /// What was assumed, for whoever reads the results.
  package let notes: [String]

  /// The most bytes of one input.
  private static let byteLimit = 1 << 32

  /// - Parameters:
  ///   - sizes: open sizes by name, or any size as `INPUT.AXIS`; an open size that is not here is 1.
  ///   - ranges: what numbers lie between, by the names of inputs.
  package init(
    of inputs: [SessionValue], count: Int, seed: UInt64, sizes: [String: Int], ranges: [String: ClosedRange<Double>]
  ) throws(SampleError) {
    (self.count, self.seed) = (count, seed)
    var open: [String] = []
    var used: Set<String> = []
    var notes: [String] = []
    var drawn: [(SessionValue, ElementType, [Int], ClosedRange<Double>?)] = []
    for input in inputs {
      guard let tensor = input.tensor, let element = tensor.element else {
        throw .undrawable(input: input.name, reason: "it is no tensor")
      }
      var resolved: [Int] = []
      for (axis, size) in tensor.sizes.enumerated() {
        let place = "\(input.name).\(axis)"
        var names = [place]
        if case .open(let name) = size, !name.isEmpty { names.append(name) }
        if case .open = size { open.append(names[names.count - 1]) }
        used.formUnion(names)
        if let name = names.first(where: { sizes[$0] != nil }), let bound = sizes[name] {
          resolved.append(bound)
        } else if case .known(let size) = size {
          resolved.append(size)
        } else {
          resolved.append(1)
          let name = names[names.count - 1]
          let note = "the size `\(name)` is open, and taken to be 1; say another with --bind \(name)=SIZE"
          if !notes.contains(note) { notes.append(note) }
        }
      }
      guard let elements = Tensor.elementCount(of: resolved), let bytes = element.byteCount(of: elements),
        bytes <= Self.byteLimit
      else {
        let reason = element == .string ? "its elements are strings" : "it would take more than 4 GiB"
        throw .undrawable(input: input.name, reason: reason)
      }
      guard element.isFloatingPoint || element.isInteger || element == .bool else {
        throw .undrawable(input: input.name, reason: "its elements are \(element.spelling)")
      }
      drawn.append((input, element, resolved, ranges[input.name]))
    }
    if let name = sizes.keys.sorted().first(where: { !used.contains($0) }) { throw .unknownSize(name, known: open) }
    let names = inputs.map(\.name)
    if let name = ranges.keys.sorted().first(where: { !names.contains($0) }) { throw .unknownInput(name, known: names) }
    self.inputs = drawn
    self.notes = notes
  }

  package func values(at index: Int) throws(SampleError) -> [String: Tensor] {
    var values: [String: Tensor] = [:]
    for (place, input) in inputs.enumerated() {
      // A seed for each sample and input: one more input changes nothing of the others.
      let seed = (seed &* Self.factor &+ UInt64(index)) &* Self.factor &+ UInt64(place)
      values[input.value.name] = try tensor(input.value.name, input.element, input.sizes, input.range, seed)
    }
    return values
  }

  /// A prime, so that the seeds of samples and inputs fall on different numbers.
  private static let factor: UInt64 = 1_000_003

  private func tensor(
    _ name: String, _ element: ElementType, _ sizes: [Int], _ range: ClosedRange<Double>?, _ seed: UInt64
  ) throws(SampleError) -> Tensor {
    if range == nil, element.isFloatingPoint,
      let tensor = Tensor.generated(element, sizes: sizes, .normal(std: 1), seed: seed)
    {
      return tensor
    }
    let range = range ?? Self.range(of: element, name)
    let width = range.upperBound - range.lowerBound
    var numbers: [Double] = []
    Tensor(.f64, sizes, .generated(.uniform(bound: 0.5), seed: seed)).forEachChunk { chunk in
      for place in 0..<chunk.count / 8 {
        let unit = 0.5 + chunk.loadUnaligned(fromByteOffset: 8 * place, as: Double.self)
        numbers.append(
          element.isFloatingPoint
            ? range.lowerBound + unit * width
            : min((range.lowerBound + unit * (width + 1)).rounded(.down), range.upperBound))
      }
    }
    guard let tensor = Tensor.numbers(element, numbers, sizes: sizes) else {
      throw .undrawable(
        input: name, reason: "\(element.spelling) has not all numbers from \(range.lowerBound) to \(range.upperBound)")
    }
    return tensor
  }

  private static func range(of element: ElementType, _ name: String) -> ClosedRange<Double> {
    if name.contains("mask") { return 1...1 }
    if name.contains("type_id") { return 0...0 }
    switch element {
    case .bool: return 0...1
    case .u8: return 0...255
    case .i8: return -128...127
    case .u2: return 0...3
    case .i2: return 0...1
    case .i4: return 0...7
    default: return 0...9
    }
  }
}
