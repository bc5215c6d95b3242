import Tensors
import Testing

@Suite struct DimensionTests {
  @Test(arguments: [
    ("(N*4)/2", "2*N"), ("(N + M) - M", "N"), ("(N + M)*(N - M)", "N*N - M*M"),
    ("(N + 1)**3", "N*N*N + 3*N*N + 3*N + 1"), ("N**0", "1"), ("-(N - M)", "M - N"), ("N - N", "0"), ("0*N", "0"),
    ("(2*N + 1)/2", "N"), ("(4*N + M)/4", "N + M/4"), ("(6*N)/4", "(3*N)/2"), ("(6*N + 3)/4", "(3*N + 1)/2"),
    ("N/3/5", "N/15"), ("(N/3 + 1)/5", "(N + 3)/15"), ("(1 - N/3)/5", "-((N + 9)/15)"), ("N/M/2", "N/(2*M)"),
    ("N/(-2)", "(-N)/2"), ("N/(-1)", "-N"), ("(3*N)/4", "N - ceil(N/4)"), ("(-N)/3", "-((N + 2)/3)"),
    ("(N*S*384)/(S*12)", "32*N"), ("(N*S + M)/S", "N + M/S"), ("(N*N - M*M)/(N + M)", "N - M"),
    ("(N*S + N + S + 1)/(S + 1)", "N + 1"), ("(N*M*6)/(N*S*4)", "(3*M)/(2*S)"), ("M/(M + N)", "0"),
    ("(S - 1)/S", "0"), ("-1/S", "-1"), ("N/N", "1"), ("ceil(N/4)", "(N + 3)/4"), ("ceil(N/S)", "(N + S - 1)/S"),
    ("ceil(N*S/S)", "N"), ("ceil(2*N/2)", "N"), ("(N - 1)/2 + 1", "ceil(N/2)"), ("ceil((N + M)/2)", "(N + M + 1)/2"),
    ("ceil(N/(-3))", "-(N/3)"), ("ceil(ceil(N/2)/2)", "ceil(N/4)"),
    ("8*N % 4", "0"), ("(8*N + 6) % 4", "2"), ("5*N % 4", "N % 4"), ("(N - 3) % 4", "(N + 1) % 4"),
    ("(N % 8) % 4", "N % 4"), ("(N % 4) % 8", "N % 4"), ("(6*N + 1) % 4", "2*(N % 2) + 1"), ("N*S % S", "0"),
    ("(N*S + S*M) % (S*M)", "S*(N % M)"), ("N % (-4)", "-((-N) % 4)"),
    ("min(N, N)", "N"), ("min(N, N + 1)", "N"), ("max(N, 1)", "N"), ("min(N, 1)", "1"),
    ("min(N, min(M, N))", "min(M, N)"), ("max(max(N, M), S)", "max(S, max(M, N))"), ("max(min(N, M), N)", "N"),
    ("min(N*S, N)", "N"), ("max(-N, -M)", "-min(N, M)"), ("min(-max(N, M), -S)", "-max(N, M, S)"),
    ("min(N/2, N)", "N/2"), ("max(N % M, M)", "M"),
    ("H/16/2", "H/32"), ("H % 8", "0"), ("(H/2)*2", "H"), ("(H + 31)/32", "H/32"), ("(H + 2 - 3)/2 + 1", "H/2"),
    ("(H - 16)/16 + 1", "H/16"), ("(H*W)/(W/16)", "16*H"), ("N + 2 - 3 + 1", "N"), ("(N + 6 - 7)/2 + 1", "(N + 1)/2"),
  ])
  func equalExpressionsHaveOneForm(left: String, right: String) {
    #expect(size(left) == size(right))
    #expect(size(left).hashValue == size(right).hashValue)
    #expect(size(left).description == size(right).description)
    #expect(size(left).isProvablyEqual(to: size(right)))
    #expect(!size(left).isProvablyDifferent(from: size(right)))
  }

  @Test(arguments: [
    ("N", "M"), ("N", "2*N"), ("N/2", "ceil(N/2)"), ("N % 2", "N % 3"), ("min(N, M)", "max(N, M)"), ("N", "?"),
    ("N/M", "N"), ("N/2*2", "N"), ("H", "W"), ("N/4", "N/(4*M)"),
  ])
  func unequalExpressionsDiffer(left: String, right: String) {
    #expect(size(left) != size(right))
    #expect(!size(left).isProvablyEqual(to: size(right)))
  }

  @Test func assumptionsBelongToTheSymbol() {
    #expect(Dimension.symbol("N") == .symbol("N"))
    #expect(Dimension.symbol("N") != .symbol("N", divisibleBy: 2))
    #expect(Dimension.symbol("N") != .symbol("N", atLeast: 0))
    #expect(Dimension.symbol("Q", divisibleBy: 0) == .symbol("Q"))
    #expect(Dimension.symbol("Q", divisibleBy: .min, atLeast: .min).bounds.lower == -.max)
  }

  @Test(arguments: [
    "9223372036854775807 + 1", "-9223372036854775807 - 2", "9223372036854775807*2", "-(-9223372036854775807 - 1)",
    "9223372036854775807*N*2", "9223372036854775807*N + 9223372036854775807*N", "7/0", "N/0", "ceil(N/0)", "7 % 0",
    "N % 0", "N/(N - N)", "(-9223372036854775807 - 1)/(-1)", "10**19", "N**65", "N**9223372036854775807",
    "(N + M + S + H + W + P + 1)**40", "? + 1", "?*0", "1 - ?", "N/?", "N % ?", "min(0, ?)", "max(?, N)", "? - ?",
  ])
  func whatHasNoValueIsUnknown(text: String) {
    let dimension = size(text)
    #expect(dimension.isUnknown)
    #expect(dimension.constant == nil)
    #expect(dimension.description == "?")
    #expect(dimension.evaluated(["N": 1, "M": 1]) == nil)
    #expect(dimension.bounds.lower == nil && dimension.bounds.upper == nil)
    #expect(!dimension.isProvablyEqual(to: dimension))
    #expect(!dimension.isProvablyDifferent(from: 1))
    #expect(!dimension.isProvablyAtLeast(dimension))
    #expect(!Dimension(1).isProvablyAtLeast(dimension))
  }

  @Test(arguments: [
    ("N", "2", "N/2"), ("2*N - 4*M", "-2", "2*M - N"), ("N - M", "2", "?"), ("N", "M - 1", "?"), ("N", "0", "?"),
    ("N*M - N", "M", "(N*M - N)/M"),
  ])
  func truncationNeedsSigns(dividend: String, divisor: String, quotient: String) {
    #expect(size(dividend).truncatingDivided(by: size(divisor)) == size(quotient))
  }

  @Test func powersNeedNaturalExponents() {
    #expect(Dimension(2).power(-1).isUnknown)
    #expect(Dimension(2).power(62) == Dimension(1 << 62))
    #expect(Dimension(2).power(63).isUnknown)
    #expect(Dimension(-1).power(.max) == -1)
  }

  @Test(arguments: [-9, -8, -1, 0, 1, 7, 8, .max, .min] as [Int], [-4, -1, 1, 2, 3, .max, .min] as [Int])
  func constantsDivideLikePython(a: Int, b: Int) {
    let (quotient, overflow) = a.dividedReportingOverflow(by: b)
    let isExact = b == -1 || a % b == 0
    let isNegative = (a < 0) != (b < 0)
    let floor: Int? = overflow ? nil : quotient - (isExact || !isNegative ? 0 : 1)
    let remainder = isExact ? 0 : isNegative ? a % b + b : a % b
    let ceiling = quotient + (isExact || isNegative ? 0 : 1)
    let dividend = Dimension(a)
    let divisor = Dimension(b)
    #expect(dividend.truncatingDivided(by: divisor).constant == (overflow ? nil : quotient))
    #expect(dividend.floorDivided(by: divisor).constant == floor)
    #expect(dividend.modulo(divisor).constant == remainder)
    #expect(dividend.ceilDivided(by: divisor).constant == (overflow ? nil : ceiling))
  }

  @Test(arguments: [("N", "N"), ("H", "H"), ("H/32", nil), ("2*N", nil), ("N*N", nil), ("3", nil), ("?", nil)])
  func symbolIsAPlainName(text: String, name: String?) {
    #expect(size(text).symbol == name)
  }

  @Test func symbolsAreAllNames() {
    #expect(size("min(N*M + 1, S/7) - W % (P + 3)").symbols == ["N", "M", "S", "W", "P"])
    #expect(size("3").symbols.isEmpty)
    #expect(size("?").symbols.isEmpty)
  }
}
