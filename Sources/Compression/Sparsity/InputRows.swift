/// The rows that a weight is multiplied with, in one value of its input.
struct InputRows {
  /// The number of rows.
  let count: Int
  private let layout: Layout
  /// For each channel that the value has, its place among those of the weight.
  private let channels: [Int]
  /// The number of elements of a row that one channel makes.
  private let taps: Int

  private enum Layout {
    case rows
    case windows(Windows, area: Int)
  }

  /// - Parameters:
  ///   - sizes: those of the value.
  ///   - elementCount: the number of its elements.
  ///   - length: the length of the weight's rows.
  ///   - channels: the channels that the value has, where it lost some of those that the weight reads.
  /// - Returns: `nil` where the value is none that the weight is multiplied with.
  init?(_ input: WeightInput, _ sizes: [Int], elementCount: Int, length: Int, channels kept: [Int]?) {
    guard let layout = input.layout, sizes.indices.contains(input.inputAxis), elementCount > 0 else { return nil }
    let size = sizes[input.inputAxis]
    channels = kept ?? Array(0..<size)
    guard channels.count == size, size > 0 else { return nil }
    switch layout {
    case .rows:
      self.layout = .rows
      taps = 1
      count = elementCount / size
    case .windows(let kernel, let strides, let begins, let ends, let dilations):
      let windows = Windows(
        kernel: kernel, strides: strides, begins: begins, ends: ends, dilations: dilations, sizes: sizes)
      self.layout = .windows(windows, area: sizes[2...].reduce(1, *))
      taps = windows.kernelSteps.count
      count = windows.count * sizes[0]
    }
    guard channels.allSatisfy({ ($0 + 1) * taps <= length }) else { return nil }
  }

  /// Puts a row where it is told to; the elements of channels that the value lacks stay as they are there.
  func copy(_ row: Int, of values: UnsafeBufferPointer<Float>, to target: UnsafeMutableBufferPointer<Float>) {
    switch layout {
    case .rows:
      let base = row * channels.count
      for (place, channel) in channels.enumerated() { target[channel] = values[base + place] }
    case .windows(let windows, let area):
      let image = row / windows.count * channels.count * area
      let places = windows.places(of: row % windows.count)
      for (index, channel) in channels.enumerated() {
        for tap in 0..<taps {
          let place = places[tap]
          target[channel * taps + tap] = place < 0 ? 0 : values[image + index * area + place]
        }
      }
    }
  }
}

/// The windows of a convolution over an image.
private struct Windows {
  let counts: [Int]
  let strides: [Int]
  let begins: [Int]
  let sizes: [Int]
  /// For each element of the kernel its distance from the window's first, by axis.
  let kernelSteps: [[Int]]

  init(kernel: [Int], strides: [Int], begins: [Int], ends: [Int], dilations: [Int], sizes: [Int]) {
    let image = Array(sizes[2...])
    (self.strides, self.begins, self.sizes) = (strides, begins, image)
    counts = image.indices.map { axis in
      let room = image[axis] + begins[axis] + ends[axis] - dilations[axis] * (kernel[axis] - 1) - 1
      return room < 0 ? 0 : room / strides[axis] + 1
    }
    var steps: [[Int]] = [[]]
    for axis in kernel.indices {
      steps = steps.flatMap { step in (0..<kernel[axis]).map { step + [$0 * dilations[axis]] } }
    }
    kernelSteps = steps
  }

  var count: Int { counts.reduce(1, *) }

  /// The places in a channel that a window reads; −1 for padding.
  func places(of window: Int) -> [Int] {
    var rest = window
    var corner = Array(repeating: 0, count: counts.count)
    for axis in counts.indices.reversed() {
      corner[axis] = rest % counts[axis] * strides[axis] - begins[axis]
      rest /= counts[axis]
    }
    return kernelSteps.map { step in
      var place = 0
      for axis in corner.indices {
        let position = corner[axis] + step[axis]
        guard (0..<sizes[axis]).contains(position) else { return -1 }
        place = place * sizes[axis] + position
      }
      return place
    }
  }
}
