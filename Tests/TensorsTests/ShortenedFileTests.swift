import Dispatch
import Glibc
import Synchronization
import Tensors
import TestSupport
import Testing

/// Files that another program shortens while they are mapped: reading goes on with zeros, and what was made of them is refused.
///
/// Each test has a process of its own, since all files that are written beside would be refused too.
@Suite struct ShortenedFileTests {
  private static let size = 1 << 20

  private static func file(in directory: TemporaryDirectory, _ name: String = "a") throws -> String {
    try directory.file(name, [UInt8](repeating: 7, count: size))
  }

  private static func shortened(_ path: String) -> FileError { FileError(.read, path, .shortened) }

  /// Whatever the file is cut to, what is left is read, and zeros for the rest.
  @Test func zerosStandForWhatIsGone() async {
    await #expect(processExitsWith: .success) {
      let directory = try TemporaryDirectory()
      for count in [0, 1, 4095, 4096, 5000, 999_999] {
        let path = try Self.file(in: directory)
        let mapped = try MappedFile(path: path)
        #expect(mapped.damage == nil)
        try #require(truncate(path, count) == 0)
        let (sevens, zeros) = mapped.withBytes { bytes in (bytes.count { $0 == 7 }, bytes.count { $0 == 0 }) }
        #expect(sevens == count && zeros == Self.size - count)
        #expect(mapped.damage == Self.shortened(path))
        #expect("\(Self.shortened(path))".contains("was shortened while it was read"))
      }
    }
  }

  /// A file that has its size again is not the one that was mapped; another mapping of it is sound.
  @Test func damageStays() async {
    await #expect(processExitsWith: .success) {
      let directory = try TemporaryDirectory()
      let path = try Self.file(in: directory)
      let mapped = try MappedFile(path: path)
      try #require(truncate(path, 10) == 0)
      #expect(mapped.withBytes { $0[Self.size - 1] } == 0)
      try #require(truncate(path, Self.size) == 0)
      #expect(mapped.damage == Self.shortened(path))
      #expect(try MappedFile(path: path).damage == nil)
    }
  }

  /// Many threads read many files, some of which are shortened meanwhile: only these are damaged.
  @Test func threads() async {
    await #expect(processExitsWith: .success) {
      let directory = try TemporaryDirectory()
      let paths = try (0..<16).map { try Self.file(in: directory, "\($0)") }
      let files = try paths.map { try MappedFile(path: $0) }
      let sums = Mutex([Int](repeating: 0, count: files.count))
      func read() {
        DispatchQueue.concurrentPerform(iterations: 64) { index in
          let number = index % 16
          if index == 20 { for path in paths[..<8] { _ = truncate(path, 8192) } }
          let sum = files[number].withBytes { bytes in
            stride(from: 0, to: bytes.count, by: 512).reduce(0) { $0 + Int(bytes[$1]) }
          }
          sums.withLock { $0[number] = sum }
          // Mappings come and go beside.
          _ = try? MappedFile(path: paths[15]).withBytes { $0[0] }
        }
      }
      read()
      read()
      for (number, file) in files.enumerated() {
        #expect(file.damage == (number < 8 ? Self.shortened(paths[number]) : nil))
        #expect(sums.withLock { $0[number] } == (number < 8 ? 8192 : Self.size) / 512 * 7, "\(number)")
      }
    }
  }

  /// A file that was read since the beginning is watched, whether it is still mapped or not; others are not.
  @Test func whatWasRead() async {
    await #expect(processExitsWith: .success) {
      let directory = try TemporaryDirectory()
      let path = try Self.file(in: directory)
      var mapped: MappedFile? = try MappedFile(path: path)
      #expect(mapped?.withBytes { $0[0] } == 7)
      try #require(truncate(path, 10) == 0)
      let reads = FileReads()
      #expect(reads.damage == nil)
      #expect(mapped?.withBytes { $0[0] } == 7)
      #expect(reads.damage == Self.shortened(path))
      mapped = nil
      #expect(reads.damage == Self.shortened(path))
      #expect(FileReads().damage == nil)
    }
  }

  /// Nothing takes the place of a file where zeros would be in it.
  @Test func outputIsNotWritten() async {
    await #expect(processExitsWith: .success) {
      let directory = try TemporaryDirectory()
      let path = try Self.file(in: directory)
      let target = try directory.file("target", Array("before".utf8))
      let mapped = try MappedFile(path: path)
      try #require(truncate(path, 4096) == 0)
      // Large pieces go to the system as they are, which meets the end of the file itself.
      let large = try OutputFile(path: target)
      #expect(throws: Self.shortened(path)) { try mapped.withBytes { try large.write($0) } }
      let small = try OutputFile(path: target)
      try mapped.withBytes(0..<5000) { try small.write($0) }
      #expect(throws: Self.shortened(path)) { try small.commit() }
      #expect(try MappedFile.contents(of: target) == Array("before".utf8))
    }
  }
}
