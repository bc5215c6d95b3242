import Glibc
import Tensors
import TestSupport
import Testing

@Suite struct MappedFileTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  @Test(arguments: [0, 1, 4095, 4096, 4097, 100_000])
  func bytesAreTheFiles(count: Int) throws {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) }
    let file = try MappedFile(path: directory.file("data", bytes))
    #expect(file.count == count)
    #expect(file.withBytes { Array($0) } == bytes)
    #expect(file.withBytes(count / 3..<count) { Array($0) } == Array(bytes[(count / 3)...]))
    #expect(file.path == "\(directory.path)/data")
  }

  @Test func rangesAreChecked() throws {
    let file = try MappedFile(path: directory.file("data", [1, 2, 3]))
    #expect(file.range(offset: 0, count: 3) == 0..<3)
    #expect(file.range(offset: 3, count: 0) == 3..<3)
    for (offset, count) in [(0, 4), (4, 0), (-1, 1), (1, -1), (.max, 1), (1, .max), (.max, .max), (.min, .min)] {
      #expect(file.range(offset: offset, count: count) == nil, "\(offset) \(count)")
    }
  }

  @Test func survivesRemovalOfTheFile() throws {
    let path = try directory.file("data", [1, 2, 3])
    let file = try MappedFile(path: path)
    #expect(unlink(path) == 0)
    #expect(file.withBytes { Array($0) } == [1, 2, 3])
  }

  @Test func refusals() throws {
    let path = directory.path
    #expect(mkfifo("\(path)/pipe", 0o600) == 0)
    let cases: [(String, FileError.Reason)] = [
      ("\(path)/absent", .system(ENOENT)), (path, .system(EISDIR)), ("\(path)/pipe", .notRegular),
      ("/dev/null", .notRegular), ("\(path)/a\0b", .system(EINVAL)), ("", .system(ENOENT)),
    ]
    for (path, reason) in cases {
      #expect(throws: FileError(.open, path, reason)) { try MappedFile(path: path) }
    }
    #expect(
      "\(FileError(.open, "m.onnx", .system(ENOENT)))"
        == "cannot open 'm.onnx': No such file or directory; check the path")
    #expect(
      "\(FileError(.open, "/dev/null", .notRegular))"
        == "cannot open '/dev/null': it is not a regular file; give the path of an ordinary file")
  }
}
