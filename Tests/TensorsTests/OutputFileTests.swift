import Glibc
import Tensors
import TestSupport
import Testing

@Suite(.serialized) struct OutputFileTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }
  private var target: String { "\(directory.path)/out.onnx" }

  private func mode(_ path: String) -> mode_t {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & 0o777 : 0
  }

  /// Pieces below, at and above the size of the buffer.
  @Test(arguments: [
    [], [0], [1], [10, 20, 30], [1 << 20], [(1 << 20) - 1, 1, 1], [(1 << 20) - 1, 2], [5, 3 << 20, 7],
    [700_000, 700_000, 700_000],
  ])
  func piecesArriveInOrder(sizes: [Int]) throws {
    var expected: [UInt8] = []
    let file = try OutputFile(path: target)
    for (index, size) in sizes.enumerated() {
      let piece = Self.pattern(size, first: index)
      try file.write(piece)
      expected += piece
      #expect(file.count == expected.count)
    }
    #expect(access(target, F_OK) != 0)
    try file.commit()
    #expect(try TemporaryDirectory.read(target) == expected)
    #expect(directory.names() == ["out.onnx"])
  }

  /// Bytes whose period is prime to all sizes of pieces, so that a piece out of its place shows.
  private static func pattern(_ count: Int, first: Int) -> [UInt8] {
    var bytes = (0..<251).map { UInt8(truncatingIfNeeded: $0 + first) }
    while bytes.count < count { bytes += bytes }
    return Array(bytes.prefix(count))
  }

  @Test func droppedFilesLeaveTheTargetAlone() throws {
    let path = try directory.file("out.onnx", [1, 2, 3])
    do {
      let file = try OutputFile(path: path)
      try file.write([UInt8](repeating: 9, count: 3 << 20))
      let temporary = directory.names().filter { $0 != "out.onnx" }
      #expect(temporary.map { "\(directory.path)/\($0)" } == [file.temporaryPath])
      #expect(temporary.allSatisfy { $0.hasPrefix(".out.onnx.mica-") && $0.utf8.count == 21 })
    }
    #expect(directory.names() == ["out.onnx"])
    #expect(try TemporaryDirectory.read(path) == [1, 2, 3])
  }

  @Test func permissions() throws {
    let mask = umask(0)
    umask(mask)
    let file = try OutputFile(path: target)
    try file.commit(synchronized: true)
    #expect(mode(target) == 0o666 & ~mask)

    for bits: mode_t in [0o600, 0o640, 0o755, 0o666] {
      let path = try directory.file("kept", [1], mode: bits)
      let file = try OutputFile(path: path)
      try file.write([2])
      try file.commit()
      #expect(mode(path) == bits)
      #expect(try TemporaryDirectory.read(path) == [2])
    }
  }

  @Test func symbolicLinksAreFollowed() throws {
    let path = try directory.file("real", [1])
    #expect(symlink("real", "\(directory.path)/link") == 0)
    let file = try OutputFile(path: "\(directory.path)/link")
    try file.write([5])
    try file.commit()
    #expect(try TemporaryDirectory.read(path) == [5])
    #expect(directory.names() == ["link", "real"])
  }

  @Test func longNames() throws {
    let path = "\(directory.path)/" + String(repeating: "é", count: 127)
    let file = try OutputFile(path: path)
    try file.commit()
    #expect(access(path, F_OK) == 0)
    #expect(throws: FileError(.create, path + "éé", .system(ENAMETOOLONG))) { try OutputFile(path: path + "éé") }
  }

  @Test func refusals() throws {
    let path = directory.path
    let cases: [(String, FileError.Reason)] = [
      (path, .system(EISDIR)), ("\(path)/", .system(EISDIR)), ("\(path)/absent/x", .system(ENOENT)),
      ("/dev/null", .notRegular), ("/proc/mica", .system(ENOENT)), ("\(path)/a\0", .system(EINVAL)),
      ("", .system(ENOENT)), ("\(path)/absent/", .system(EISDIR)),
    ]
    for (path, reason) in cases {
      #expect(throws: FileError(.create, path, reason), "\(path)") { try OutputFile(path: path) }
    }
    #expect(directory.names() == [])
  }

  @Test(.enabled(if: geteuid() != 0, "the superuser may write everywhere"))
  func permissionsOfOthersAreRespected() throws {
    let path = try directory.file("fixed", [1], mode: 0o444)
    #expect(throws: FileError(.create, path, .system(EACCES))) { try OutputFile(path: path) }
    chmod(directory.path, 0o555)
    defer { chmod(directory.path, 0o755) }
    #expect(throws: FileError(.create, target, .system(EACCES))) { try OutputFile(path: target) }
  }

  @Test func aTargetThatBecomesADirectory() throws {
    let file = try OutputFile(path: target)
    try file.write([1])
    #expect(mkdir(target, 0o755) == 0)
    #expect(throws: FileError(.replace, target, .system(EISDIR))) { try file.commit() }
    #expect(directory.names() == ["out.onnx"])
  }

  /// Memory that may not be read stands for a full disk: the system call fails in the same way.
  @Test func writesThatFail() throws {
    let size = 2 << 20
    let unreadable = mmap(nil, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    try #require(unreadable != MAP_FAILED)
    defer { munmap(unreadable, size) }
    do {
      let file = try OutputFile(path: target)
      try file.write([1, 2, 3])
      let failure = FileError(.write, target, .system(EFAULT))
      #expect(throws: failure) { try file.write(UnsafeRawBufferPointer(start: unreadable, count: size)) }
      // What was written before is not the whole file, so it must not replace the target either.
      #expect(throws: failure) { try file.commit() }
    }
    #expect(directory.names() == [])
    #expect(
      "\(FileError(.write, "m", .system(ENOSPC)))"
        == "cannot write 'm': No space left on device; free some space or choose another place; the old file is unchanged"
    )
  }
}
