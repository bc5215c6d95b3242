import Tensors

/// A window that slides over the axes behind batch and channel, as Conv and the pooling operators have it.
struct Window {
  var kernel: [Dimension]
  var strides: [Int]
  var dilations: [Int]
  /// The padding before and behind each axis.
  var pads: [(begin: Int, end: Int)]
  var automatic: AutomaticPadding
  var roundsUp: Bool
  /// Whether nothing is said of padding that makes the result as large as the input.
  var leavesSameOpen = false

  enum AutomaticPadding {
    /// `pads` counts.
    case explicit
    /// No padding.
    case valid
    /// As much padding as makes the result `ceil(input / stride)`.
    case same
  }

  var rank: Int { kernel.count }

  /// What the kernel covers with its dilation: `dilation * (kernel - 1) + 1`.
  func extent(_ axis: Int) -> Dimension { (kernel[axis] - 1) * Dimension(dilations[axis]) + 1 }

  /// The number of places that the window takes on an axis of `size`.
  ///
  /// `floor((size + begin + end - extent) / stride) + 1`; rounding up, the last window must begin in the input or in the
  /// padding before it, which is `ceil((size + begin + min(0, end - extent + stride)) / stride)`. Rounding up without
  /// padding, runtimes do not do what the specification of VALID says: unknown where the two differ.
  func places(on axis: Int, of size: Dimension) -> Dimension {
    let stride = Dimension(strides[axis])
    switch automatic {
    case .same: return leavesSameOpen ? .unknown : IntegerArithmetic.ceiling(size, stride)
    case .valid:
      let down = roundedDown(axis, size, padding: (0, 0))
      return !roundsUp || down.isProvablyEqual(to: roundedUp(axis, size, padding: (0, 0))) ? down : .unknown
    case .explicit:
      return roundsUp ? roundedUp(axis, size, padding: pads[axis]) : roundedDown(axis, size, padding: pads[axis])
    }
  }

  private func roundedDown(_ axis: Int, _ size: Dimension, padding: (begin: Int, end: Int)) -> Dimension {
    let room = size + Dimension(padding.begin) + Dimension(padding.end)
    return (room - extent(axis)).floorDivided(by: Dimension(strides[axis])) + 1
  }

  private func roundedUp(_ axis: Int, _ size: Dimension, padding: (begin: Int, end: Int)) -> Dimension {
    let stride = Dimension(strides[axis])
    let overhang = Dimension.minimum(0, Dimension(padding.end) - extent(axis) + stride)
    return IntegerArithmetic.ceiling(size + Dimension(padding.begin) + overhang, stride)
  }

  /// How far the window reaches beyond the padded axis, where it is known not to fit once; rounding up, it need not fit.
  func excess(on axis: Int, of size: Dimension) -> (extent: Dimension, room: Dimension)? {
    guard automatic != .same, !roundsUp else { return nil }
    let padding = automatic == .valid ? 0 : Dimension(pads[axis].begin) + Dimension(pads[axis].end)
    let room = size + padding
    return extent(axis).isProvablyAtLeast(room + 1) ? (extent(axis), room) : nil
  }
}

extension InferenceContext {
  /// The window that the attributes describe, for a kernel of the given sizes; `nil`, and reported, where they cannot be.
  mutating func window(kernel: [Dimension]) -> Window? {
    let rank = kernel.count
    guard let strides = positives("strides", count: rank), let dilations = positives("dilations", count: rank),
      let pads = padding(rank: rank)
    else { return nil }
    let automatic: Window.AutomaticPadding
    switch text("auto_pad") ?? "NOTSET" {
    case "NOTSET": automatic = .explicit
    case "VALID": automatic = .valid
    case "SAME_UPPER", "SAME_LOWER": automatic = .same
    default: return nil
    }
    return Window(
      kernel: kernel, strides: strides, dilations: dilations, pads: pads, automatic: automatic,
      roundsUp: (int("ceil_mode") ?? 0) != 0)
  }

  /// The places of `window` on the axes `sizes`; an axis that it does not fit on is reported and unknown.
  mutating func places(of window: Window, on sizes: [Dimension]) -> [Dimension] {
    sizes.indices.map { axis in
      let dilation = Dimension(window.dilations[axis])
      reportOverflow(of: window.extent(axis), axis: axis + 2, from: [window.kernel[axis], dilation])
      if window.automatic == .explicit, !window.extent(axis).isUnknown {
        let (begin, end) = (Dimension(window.pads[axis].begin), Dimension(window.pads[axis].end))
        let room = sizes[axis] + begin + end - window.extent(axis)
        reportOverflow(of: room, axis: axis + 2, from: [sizes[axis], begin, end, window.kernel[axis]])
      }
      guard let (extent, room) = window.excess(on: axis, of: sizes[axis]) else {
        return window.places(on: axis, of: sizes[axis])
      }
      report(
        "negative-size",
        "the window does not fit: it covers \(extent) on axis \(axis + 2), which has \(room) with its padding")
      return .unknown
    }
  }

  /// The attribute `kernel_shape`; `nil` where it is absent, or invalid and reported.
  mutating func kernelShape() -> [Dimension]? {
    guard let kernel = ints("kernel_shape") else { return nil }
    guard !kernel.isEmpty, kernel.allSatisfy({ $0 > 0 }) else {
      report(
        "invalid-attribute", "`kernel_shape` is \(kernel), but its sizes must be positive",
        at: .attribute("kernel_shape"))
      return nil
    }
    return kernel.map { Dimension($0) }
  }

  /// A list of `count` positive integers, all 1 where the call gives none.
  mutating func positives(_ name: String, count: Int) -> [Int]? {
    guard let values = ints(name), !values.isEmpty else { return Array(repeating: 1, count: count) }
    guard requireCount(values, name, count: count) else { return nil }
    guard values.allSatisfy({ $0 > 0 }) else {
      report("invalid-attribute", "`\(name)` is \(values), but its values must be positive", at: .attribute(name))
      return nil
    }
    return values
  }

  private mutating func padding(rank: Int) -> [(begin: Int, end: Int)]? {
    guard let pads = ints("pads"), !pads.isEmpty else { return Array(repeating: (0, 0), count: rank) }
    guard requireCount(pads, "pads", count: 2 * rank) else { return nil }
    guard pads.allSatisfy({ $0 >= 0 }) else {
      report("invalid-attribute", "`pads` is \(pads), but its values must not be negative", at: .attribute("pads"))
      return nil
    }
    return (0..<rank).map { (pads[$0], pads[$0 + rank]) }
  }

  mutating func requireCount(_ values: [Int], _ name: String, count: Int) -> Bool {
    guard values.count != count else { return true }
    report(
      "invalid-attribute", "`\(name)` has \(counted(values.count, "value")), but the window needs \(count)",
      at: .attribute(name))
    return false
  }
}
