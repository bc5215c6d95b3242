import Checkpoints
import Tensors
import TestSupport
import Testing

/// Pickles of the legacy form, instruction by instruction.
@Suite struct PickleTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private static let magic: [UInt8] =
    [0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19] + Array(".".utf8)
  private static let version: [UInt8] = [0x80, 2, 0x4D, 0xE9, 3] + Array(".".utf8)
  private static let facts: [UInt8] = [0x80, 2] + Array("}.".utf8)

  private static func text(_ value: String) -> [UInt8] {
    [0x58, UInt8(value.utf8.count), 0, 0, 0] + Array(value.utf8)
  }

  /// A tensor of two elements of storage `0`.
  private static let tensor: [UInt8] =
    Array("ctorch._utils\n_rebuild_tensor_v2\n((".utf8) + text("storage") + Array("ctorch\nFloatStorage\n".utf8)
    + text("0") + text("cpu") + [0x4B, 2] + Array("tQ".utf8) + [0x4B, 0] + Array("(".utf8) + [0x4B, 2]
    + Array("t(".utf8) + [0x4B, 1] + Array("t".utf8) + [0x89] + Array("NtR".utf8)

  private func open(_ program: [UInt8]) throws -> WeightsFile {
    let keys = [0x80, 2] + Array("](".utf8) + Self.text("0") + Array("e.".utf8)
    let data: [UInt8] = [2, 0, 0, 0, 0, 0, 0, 0] + [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0]
    let bytes = Self.magic + Self.version + Self.facts + [0x80, 2] + program + Array(".".utf8) + keys + data
    return try WeightsFile.open(directory.file("m.pt", bytes))
  }

  @Test func pathsOfTensors() throws {
    // {"a": tensor, "b": {"c": the same}}
    let program =
      Array("}(".utf8) + Self.text("a") + Self.tensor + [0x71, 5] + Self.text("b") + Array("}".utf8)
      + Self.text("c") + [0x68, 5] + Array("su".utf8)
    let file = try open(program)
    #expect(file.entries.map(\.name) == ["a", "b.c"])
    #expect(try file.tensors.map { try $0.tensor.float32Elements() } == [[1, -2], [1, -2]])
  }

  @Test(arguments: [
    ("cos\nsystem\n", "os.system"), ("cbuiltins\neval\n", "builtins.eval"), ("ctorch\nload\n", "torch.load"),
    ("i", "0x69"), ("P0\n", "0x50"),
  ])
  func refusesWhatIsNoTensor(program: String, reason: String) throws {
    do {
      _ = try open(Array(program.utf8))
      Issue.record("\(program) was read")
    } catch {
      #expect("\(error)".contains(reason) && "\(error)".contains("nothing of it was run"), "\(error)")
    }
  }
}
