import Tensors

/// What is known of the rows that a weight is multiplied with, added up as they come.
package struct InputStatistics: Sendable {
  /// The sum of squares at each index of the axis that is summed over.
  package private(set) var squares: [Double]
  /// XᵀX of the rows, `[length, length]`; `nil` where nobody wants it.
  package private(set) var covariance: [Double]?
  package private(set) var rowCount = 0
  private let length: Int

  /// The longest rows whose covariance is kept: a matrix of 512 MB.
  package static let longestRow = 8192
  /// No more rows of one sample are added to the covariance.
  private static let rowsOfSample = 1024

  /// - Parameters:
  ///   - size: the size of the axis that is summed over.
  ///   - length: the length of a row, where the covariance is wanted.
  package init(size: Int, covarianceOf length: Int?) {
    squares = Array(repeating: 0, count: size)
    self.length = length ?? 0
    covariance = length.map { Array(repeating: 0, count: $0 * $0) }
  }

  /// Adds the values of an input in one run.
  package mutating func add(_ values: UnsafeBufferPointer<Float>, sizes: [Int], _ input: WeightInput) {
    guard sizes.indices.contains(input.inputAxis), sizes[input.inputAxis] == squares.count, !values.isEmpty else {
      return
    }
    let inner = sizes[(input.inputAxis + 1)...].reduce(1, *)
    for (place, value) in values.enumerated() {
      squares[place / inner % squares.count] += Double(value) * Double(value)
    }
    guard covariance != nil, let layout = input.layout else { return }
    let length = length
    switch layout {
    case .rows:
      let rows = values.count / length
      let step = max(1, rows / Self.rowsOfSample)
      addRows(stride(from: 0, to: rows, by: step).map { $0 }) { row, target in
        for place in 0..<length { target[place] = Double(values[row * length + place]) }
      }
    case .windows(let kernel, let strides, let begins, let ends, let dilations):
      addWindows(
        values, sizes,
        Windows(kernel: kernel, strides: strides, begins: begins, ends: ends, dilations: dilations, sizes: sizes))
    }
  }

  private mutating func addWindows(_ values: UnsafeBufferPointer<Float>, _ sizes: [Int], _ windows: Windows) {
    let perSample = windows.count
    let count = perSample * sizes[0]
    guard perSample > 0 else { return }
    let step = max(1, count / Self.rowsOfSample)
    let channels = squares.count
    let area = sizes[2...].reduce(1, *)
    let offsets = windows.kernelSteps
    addRows(stride(from: 0, to: count, by: step).map { $0 }) { row, target in
      let image = row / perSample * channels * area
      let places = windows.places(of: row % perSample)
      for channel in 0..<channels {
        for (tap, _) in offsets.enumerated() {
          let place = places[tap]
          target[channel * offsets.count + tap] = place < 0 ? 0 : Double(values[image + channel * area + place])
        }
      }
    }
  }

  /// Adds rows four at a time, so that the matrix goes through the cache less often.
  private mutating func addRows(_ rows: [Int], _ fill: (Int, UnsafeMutableBufferPointer<Double>) -> Void) {
    let length = length
    var block = Array(repeating: 0.0, count: 4 * length)
    rowCount += rows.count
    covariance?.withUnsafeMutableBufferPointer { matrix in
      for start in stride(from: 0, to: rows.count, by: 4) {
        block.withUnsafeMutableBufferPointer { block in
          for index in 0..<4 {
            let row = UnsafeMutableBufferPointer(rebasing: block[index * length..<(index + 1) * length])
            if start + index < rows.count { fill(rows[start + index], row) } else { row.update(repeating: 0) }
          }
          for left in 0..<length {
            let (a, b, c, d) = (block[left], block[length + left], block[2 * length + left], block[3 * length + left])
            if a == 0, b == 0, c == 0, d == 0 { continue }
            let base = left * length
            for right in left..<length {
              matrix[base + right] +=
                a * block[right] + b * block[length + right] + c * block[2 * length + right]
                + d * block[3 * length + right]
            }
          }
        }
      }
    }
  }

  /// The covariance, of which nothing stays.
  package mutating func takeCovariance() -> [Double]? {
    defer { covariance = nil }
    return covariance
  }

  /// Makes the covariance whole: only its upper half is added up.
  package mutating func finish() {
    let length = length
    covariance?.withUnsafeMutableBufferPointer { matrix in
      for left in 0..<length { for right in 0..<left { matrix[left * length + right] = matrix[right * length + left] } }
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
