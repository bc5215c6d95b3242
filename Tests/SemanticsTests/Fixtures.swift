import Glibc
import Tensors

/// Files of the project, found from where this file stands.
enum Project {
  static let root: String = {
    var path = #filePath
    for _ in 0..<3 { path = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]) }
    return path
  }()

  static func bytes(_ path: String) throws -> [UInt8] {
    try MappedFile(path: "\(root)/\(path)").withBytes { Array($0) }
  }

  static func text(_ path: String) throws -> String { String(decoding: try bytes(path), as: UTF8.self) }

  /// The files below a folder whose names end as given, sorted, with their paths from the root.
  static func files(in folder: String, ending suffix: String) -> [String] {
    guard let directory = opendir("\(root)/\(folder)") else { return [] }
    defer { closedir(directory) }
    var files: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name.hasPrefix(".") { continue }
      if name.hasSuffix(suffix) {
        files.append("\(folder)/\(name)")
      } else {
        files += Self.files(in: "\(folder)/\(name)", ending: suffix)
      }
    }
    return files.sorted()
  }
}

/// How long the random tests may take, and where they begin.
enum Soak {
  /// `MICA_SEED`, or else one that differs from run to run.
  static let seed: UInt64 =
    getenv("MICA_SEED").flatMap { UInt64(String(cString: $0)) } ?? UInt64.random(in: 0...UInt64(UInt32.max))

  /// `MICA_SOAK_SECONDS`, by default 2.
  static let duration: Duration = .seconds(
    getenv("MICA_SOAK_SECONDS").flatMap { Double(String(cString: $0)) } ?? 2)

  /// Runs `body` with a generator of numbers until the time is over, and at least `minimum` times.
  static func run(_ name: String, minimum: Int = 20, _ body: (inout RandomNumbers) throws -> Void) rethrows {
    print("\(name): seed \(seed)")
    var numbers = RandomNumbers(state: seed)
    let start = ContinuousClock.now
    var rounds = 0
    while rounds < minimum || ContinuousClock.now - start < duration {
      try body(&numbers)
      rounds += 1
    }
  }
}

/// SplitMix64 (Steele, Lea and Flood 2014).
struct RandomNumbers: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
