import Glibc
import Tensors

/// How long the random tests take, and where they begin.
enum Soak {
  static let seed: UInt64 =
    getenv("MICA_SEED").flatMap { UInt64(String(cString: $0)) } ?? UInt64.random(in: 0...UInt64(UInt32.max))
  static let duration: Duration = .seconds(
    getenv("MICA_SOAK_SECONDS").flatMap { Double(String(cString: $0)) } ?? 2)

  /// Runs `body` until the time is over, and at least `minimum` times; stops where it finds something.
  static func run(_ name: String, minimum: Int, _ body: (inout Numbers) throws -> Bool) rethrows {
    print("\(name): seed \(seed)")
    var numbers = Numbers(state: seed)
    let end = ContinuousClock.now + duration
    var rounds = 0
    while rounds < minimum || ContinuousClock.now < end {
      rounds += 1
      guard try body(&numbers) else { break }
    }
  }

  /// SplitMix64 (Steele, Lea and Flood 2014).
  struct Numbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }

    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }

    mutating func pick<Choice>(_ choices: [Choice]) -> Choice {
      choices[Int.random(in: 0..<choices.count, using: &self)]
    }
  }
}

/// Files of the project, found from where this file stands.
enum FormattingFiles {
  static let examples = files(in: "Examples", ending: ".mica")
  static let library = files(in: "Sources/Semantics/Library", ending: ".mica")
  static let parserTests = files(in: "Tests/SyntaxTests", ending: ".swift")

  private static let root: String = {
    var path = #filePath
    for _ in 0..<3 { path = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]) }
    return path
  }()

  static func bytes(_ path: String) throws -> [UInt8] {
    try MappedFile(path: "\(root)/\(path)").withBytes { Array($0) }
  }

  /// The files in a folder whose names end as given, sorted, with their paths from the root.
  private static func files(in folder: String, ending suffix: String) -> [String] {
    guard let directory = opendir("\(root)/\(folder)") else { return [] }
    defer { closedir(directory) }
    var files: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name.hasSuffix(suffix) { files.append("\(folder)/\(name)") }
    }
    return files.sorted()
  }
}
