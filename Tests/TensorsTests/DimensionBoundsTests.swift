import Tensors
import Testing

@Suite struct DimensionBoundsTests {
  @Test(
    arguments: [
      ("7", 7, 7), ("N", 1, nil), ("P", 0, nil), ("H", 32, nil), ("K", 12, nil), ("V", -3, nil), ("-N", nil, -1),
      ("N + M", 2, nil), ("N - M", nil, nil), ("N*M - N", 0, nil), ("N*N - N", 0, nil), ("N/2", 0, nil),
      ("H/2", 16, nil),
      ("N % 4", 0, 3), ("N - N/2", 1, nil), ("N/2 - N", nil, -1), ("min(N, 5)", 1, 5), ("max(N, 5)", 5, nil),
      ("min(N, M) - N", nil, 0), ("max(N, M) - M", 0, nil), ("N % M", 0, nil), ("N % M - M", nil, -1), ("N/M", 0, nil),
      ("N/M - N", nil, 0), ("(N + 1)/2", 1, nil), ("N/(M - 1)", nil, nil), ("min(N, 5)*min(M, 2)", 1, 10),
      ("9223372036854775807*N", .max - 1, nil), ("V*V", nil, nil),
    ] as [(String, Int?, Int?)])
  func boundsAreKnown(text: String, lower: Int?, upper: Int?) {
    #expect(size(text).bounds.lower == lower)
    #expect(size(text).bounds.upper == upper)
  }

  @Test(arguments: [
    ("3", "4"), ("N", "0"), ("N", "N + 1"), ("N + M", "M"), ("N", "-M"), ("2*N", "2*M + 1"), ("6*N + 3", "4*M"),
    ("H", "31"), ("H", "1"), ("H", "65"), ("H/2", "H"), ("N*M + 1", "N"), ("N % 4", "4"), ("min(N, 5)", "6"),
  ])
  func differencesAreProved(left: String, right: String) {
    #expect(size(left).isProvablyDifferent(from: size(right)))
    #expect(size(right).isProvablyDifferent(from: size(left)))
    #expect(!size(left).isProvablyEqual(to: size(right)))
  }

  @Test(arguments: [
    ("N", "M"), ("N", "1"), ("P", "0"), ("N", "7"), ("2*N", "3*M"), ("N*N", "N"), ("N/2", "M"), ("H", "64"),
    ("P + N", "N"),
  ])
  func whatMayBeEqualIsNotDifferent(left: String, right: String) {
    #expect(!size(left).isProvablyDifferent(from: size(right)))
    #expect(!size(right).isProvablyDifferent(from: size(left)))
  }

  @Test(arguments: [
    ("N", "1", true), ("N", "2", false), ("P", "0", true), ("P", "1", false), ("N", "M", false), ("N + M", "M", true),
    ("N*M", "M", true), ("H", "32", true), ("H", "33", false), ("N", "min(N, M)", true), ("min(N, M)", "N", false),
    ("5", "5", true), ("4", "5", false), ("ceil(N/2)", "N/2", true), ("N", "N % M", true),
  ])
  func orderIsProved(left: String, right: String, isAtLeast: Bool) {
    #expect(size(left).isProvablyAtLeast(size(right)) == isAtLeast)
  }

  @Test(arguments: [
    ("4*(N/4) + N % 4", "N"), ("N/2 + ceil(N/2)", "N"), ("N % 2 + (N + 1) % 2", "1"), ("M*(N/M) + N % M", "N"),
  ])
  func identitiesBeyondTheNormalFormAreProved(left: String, right: String) {
    #expect(size(left).isProvablyEqual(to: size(right)))
    #expect(!size(left).isProvablyEqual(to: size(right) + 1))
  }
}
