import Tensors
import Testing

@Suite("What integers hold of sizes")
struct SizeLimitsTests {
  private static let n = Dimension.symbol("N", atLeast: 0)
  private static let s = Dimension.symbol("S", atLeast: 0)
  private static let m = Dimension.symbol("M", atLeast: 0)

  /// Of a model whose inputs are `[N, S, 16]` and `[M]`.
  private static let limits: SizeLimits = {
    var limits = SizeLimits()
    limits.declare(.tensor(TensorType(.f32, [n, s, 16])))
    limits.declare(.tensor(TensorType(.f32, [m])))
    return limits
  }()

  @Test(
    "64 bits hold small multiples of the sizes of one tensor",
    arguments: [
      (n, true), (n * s, true), (n * s * 768, true), (n * s * Dimension(1 << 40), false), (n * m, false),
      (m * m, false), (m * Dimension(1 << 22), true), (m * Dimension(1 << 23), false), (n + m + 7, true),
      ((n * m).floorDivided(by: 8), false), (Dimension.minimum(n * m, 4), true), ((n * m).modulo(10), true),
      (Dimension.maximum(n * m, 0), false), (n.floorDivided(by: 2) * s.floorDivided(by: 2), true),
      (.unknown, false),
    ] as [(Dimension, Bool)])
  func wide(size: Dimension, isHeld: Bool) {
    #expect(Self.limits.fits(size, .i64) == isHeld, "\(size)")
  }

  @Test(
    "32 bits hold an axis, and twice an axis",
    arguments: [
      (m, true), (m + 1, true), (2 * m + 1, true), (3 * m, false), (m * 70000, false), (n + m, true), (n * s, false),
      (-m, true), (m - 5, true), (m.floorDivided(by: 2) * 4, true), (m.modulo(70000) * 30000, true),
      (m.modulo(70000) * 31000, false),
    ] as [(Dimension, Bool)])
  func narrow(size: Dimension, isHeld: Bool) {
    #expect(Self.limits.fits(size, .i32) == isHeld, "\(size)")
  }

  @Test("Sizes that one tensor has beside a long axis are few together")
  func beside() {
    var limits = SizeLimits()
    limits.declare(.tensor(TensorType(.f32, [Self.n, Self.s, 768])))
    #expect(limits.fits(Self.n * Self.s, .i32))
  }

  @Test("Unsigned and short types")
  func others() {
    #expect(Self.limits.fits(Self.m, .u32))
    #expect(!Self.limits.fits(Self.m - 3, .u32))
    #expect(!Self.limits.fits(Self.m, .i16))
    #expect(Self.limits.fits(Self.m.modulo(128), .i8) && !Self.limits.fits(Self.m.modulo(130), .i8))
    #expect(Self.limits.fits(Self.m.modulo(256), .u8))
    #expect(!Self.limits.fits(Dimension.minimum(Self.m, 256), .u8))
  }
}
