import Tensors
import Testing

@Suite struct DimensionSubstitutionTests {
  @Test(arguments: [
    ("N + M", ["N": "3"], "M + 3"), ("N + M", ["N": "M", "M": "N"], "N + M"), ("N/2", ["N": "2*M"], "M"),
    ("min(N, M)", ["N": "M + 1"], "M"), ("H", ["H": "64"], "64"), ("H/16", ["H": "64"], "4"),
    ("H/16", ["H": "32*N"], "2*N"), ("H*H", ["H": "M"], "M*M"), ("H/16", ["H": "H"], "H/16"), ("N", ["M": "1"], "N"),
    ("7", ["N": "1"], "7"), ("?", ["N": "1"], "?"), ("N", ["N": "?"], "?"), ("H", ["H": "33"], "?"),
    ("N", ["N": "0"], "?"), ("P + N", ["P": "0"], "N"), ("N/(M - 1)", ["M": "1"], "?"), ("N*M % 6", ["N": "6"], "0"),
  ])
  func symbolsAreReplaced(text: String, bindings: [String: String], expected: String) {
    #expect(size(text).substituting(bindings.mapValues { size($0) }) == size(expected))
  }

  @Test(
    arguments: [
      ("N*M + 1", 13), ("H", 64), ("H/16", 4), ("(N - 2*M)/2", -3), ("(N - 2*M) % 4", 3), ("max(N, M)", 4),
      ("min(N, M)", 3), ("S", nil), ("?", nil), ("N/(M - 4)", nil), ("N % (M - 4)", nil), ("W", nil), ("K", nil),
      ("9223372036854775807*N", nil), ("N + 9223372036854775807", nil), ("M**40", nil),
    ] as [(String, Int?)])
  func bindingsGiveValues(text: String, value: Int?) {
    // W has to be a multiple of 16, K at least 9.
    #expect(size(text).evaluated(["N": 3, "M": 4, "H": 64, "W": 40, "K": 8]) == value)
  }
}
