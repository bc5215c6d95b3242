/// The least and greatest numbers of runs, and whether all are finite.
struct RangeKernel {
  var low: [Float]
  var high: [Float]
  var isFinite = true

  init(count: Int) {
    low = Array(repeating: .infinity, count: count)
    high = Array(repeating: -.infinity, count: count)
  }

  /// Takes `count` numbers in, into one range or into one each.
  mutating func add(_ numbers: UnsafeRawPointer, count: Int, parameter: Int, isVector: Bool) {
    if isVector { addEach(numbers, count: count, parameter: parameter) } else { add(numbers, count, parameter) }
  }

  private mutating func add(_ numbers: UnsafeRawPointer, _ count: Int, _ parameter: Int) {
    typealias Floats = SIMD16<Float>
    var least = Floats(repeating: low[parameter])
    var greatest = Floats(repeating: high[parameter])
    // 0 · x is 0 for finite numbers alone.
    var nothing = Floats(repeating: 0)
    var place = 0
    while place < count & ~15 {
      let x = numbers.loadUnaligned(fromByteOffset: place * 4, as: Floats.self)
      least.replace(with: x, where: x .< least)
      greatest.replace(with: x, where: x .> greatest)
      nothing += x * 0
      place += 16
    }
    var (first, last) = (least.min(), greatest.max())
    var rest = nothing.sum()
    while place < count {
      let x = numbers.loadUnaligned(fromByteOffset: place * 4, as: Float.self)
      if x < first { first = x }
      if x > last { last = x }
      rest += x * 0
      place += 1
    }
    low[parameter] = first
    high[parameter] = last
    if rest != 0 { isFinite = false }
  }

  private mutating func addEach(_ numbers: UnsafeRawPointer, count: Int, parameter: Int) {
    typealias Floats = SIMD16<Float>
    var nothing = Floats(repeating: 0)
    var rest: Float = 0
    low.withUnsafeMutableBytes { low in
      high.withUnsafeMutableBytes { high in
        var place = 0
        while place < count & ~15 {
          let offset = (parameter + place) * 4
          let x = numbers.loadUnaligned(fromByteOffset: place * 4, as: Floats.self)
          var least = low.loadUnaligned(fromByteOffset: offset, as: Floats.self)
          var greatest = high.loadUnaligned(fromByteOffset: offset, as: Floats.self)
          least.replace(with: x, where: x .< least)
          greatest.replace(with: x, where: x .> greatest)
          low.storeBytes(of: least, toByteOffset: offset, as: Floats.self)
          high.storeBytes(of: greatest, toByteOffset: offset, as: Floats.self)
          nothing += x * 0
          place += 16
        }
        while place < count {
          let offset = (parameter + place) * 4
          let x = numbers.loadUnaligned(fromByteOffset: place * 4, as: Float.self)
          if x < low.loadUnaligned(fromByteOffset: offset, as: Float.self) {
            low.storeBytes(of: x, toByteOffset: offset, as: Float.self)
          }
          if x > high.loadUnaligned(fromByteOffset: offset, as: Float.self) {
            high.storeBytes(of: x, toByteOffset: offset, as: Float.self)
          }
          rest += x * 0
          place += 1
        }
      }
    }
    if rest + nothing.sum() != 0 { isFinite = false }
  }

  /// Takes in what another has seen of the same runs.
  mutating func merge(_ other: RangeKernel) {
    for index in low.indices {
      low[index] = min(low[index], other.low[index])
      high[index] = max(high[index], other.high[index])
    }
    isFinite = isFinite && other.isFinite
  }
}
