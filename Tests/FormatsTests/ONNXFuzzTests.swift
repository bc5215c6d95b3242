import Formats
import Glibc
import Graphs
import Testing

@Suite struct ONNXFuzzTests {
  private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  private static func setting(_ name: String) -> UInt64? { getenv(name).flatMap { UInt64(String(cString: $0)) } }

  /// Damaged models are read, or refused at a byte that they have; what is read can be written or is refused too.
  ///
  /// MICA_SOAK_SECONDS says how long, MICA_SOAK_SEED repeats a run.
  @Test func survivesDamage() throws {
    let folder = TemporaryFolder()
    let seconds = Self.setting("MICA_SOAK_SECONDS") ?? 2
    let seed = Self.setting("MICA_SOAK_SEED") ?? UInt64.random(in: 0...UInt64(Int64.max))
    print("ONNX fuzz: seed \(seed), \(seconds) s")
    var random = SplitMix(state: seed)
    try ONNXWriter.write(SampleModels.rich(), to: folder / "rich.onnx")
    let whole = folder.bytes(of: "rich.onnx")
    var read = 0
    var refused = 0
    let deadline = time(nil) + Int(seconds)
    repeat {
      let damaged = Self.damaged(whole, &random)
      let path = folder.write(damaged, to: "damaged.onnx")
      do throws(ONNXError) {
        let model = try ONNXReader.read(path)
        read += 1
        do throws(ONNXError) {
          try ONNXWriter.write(model, to: folder / "written.onnx")
          _ = try ONNXReader.read(folder / "written.onnx")
        } catch {
          guard case .unnamedValue = error else {
            Issue.record("seed \(seed): \(error)")
            return
          }
        }
      } catch {
        refused += 1
        guard case .malformed(_, let offset, _) = error, (0...damaged.count).contains(offset) else {
          Issue.record("seed \(seed): \(error)")
          return
        }
      }
    } while time(nil) < deadline
    print("ONNX fuzz: \(read) read, \(refused) refused")
    #expect(read > 0 && refused > 0)
  }

  /// The bytes after one to four changes: a flipped bit, another byte, bytes left out, doubled or cut off at the end.
  private static func damaged(_ whole: [UInt8], _ random: inout SplitMix) -> [UInt8] {
    var bytes = whole
    for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
      let place = Int.random(in: 0..<bytes.count, using: &random)
      let end = min(bytes.count, place + Int.random(in: 1...16, using: &random))
      switch Int.random(in: 0..<16, using: &random) {
      case 0...6: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 7...11: bytes[place] = UInt8.random(in: 0...255, using: &random)
      case 12: bytes.removeSubrange(place..<end)
      case 13: bytes.insert(contentsOf: bytes[place..<end], at: place)
      case 14: bytes.replaceSubrange(place..<end, with: [UInt8](repeating: 0xFF, count: end - place))
      default: bytes.removeSubrange(place...)
      }
    }
    return bytes
  }
}
