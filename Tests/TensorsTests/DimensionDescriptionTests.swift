import Tensors
import Testing

@Suite struct DimensionDescriptionTests {
  @Test(arguments: [
    "0", "-3", "?", "N", "-N", "2*N + 1", "N - 1", "1 - N", "M + S", "S - M", "-M - N", "M*N", "M**2 + N", "-N**2",
    "3*N*S**2", "P + S", "H", "H/32", "H/16", "3*H/8", "-H/2", "2*H", "H*W", "H*W/256 + 1", "H*N/4", "H/64",
    "(H + 32)/64", "N/2", "-(N/2)", "M - N/2", "N - N/2", "2*(N/4)", "(N/4)**2", "(N + 1)/2", "3*N/4", "5*N/8",
    "M*(3*N/4)", "(N**2 - N)/2", "(N - M)/3", "S + (N - M)/2 + 1", "N/M", "N/(M*S)", "N/(M + 1)", "ceil(N/M)",
    "M*ceil(N/S)", "ceil(N/M) + 2", "-ceil(N/(M - 1))", "N % 4", "3*(N % 4)", "-(N % 4)", "N % 4 + 1", "N/2 % 3",
    "(N + 1) % 3", "(N + 1) % M", "(N % 4)/3", "min(N, 5)", "max(N - 3, 0)", "min(M, N, S)", "N - 4*(N/4)",
    "min(N, 5) - min(N, 2)", "K*ceil(V/K)/4 - (K*ceil(V/K) + 16)/20",
  ])
  func sizesReadLikeSizes(text: String) {
    #expect(size(text).description == text)
  }

  @Test(arguments: [
    ("ceil(N/4)", "(N + 3)/4"), ("(N - 1)/2 + 1", "(N + 1)/2"), ("(N + 2*S - M)/2 + 1", "S + (N - M)/2 + 1"),
    ("4*S*N*S", "4*N*S**2"), ("-1 + N", "N - 1"), ("min(5, N)", "min(N, 5)"), ("-N + M", "M - N"),
    ("(H/32 + 1)/2", "(H + 32)/64"), ("6*(H/32)", "3*H/16"), ("-9223372036854775807 - 1", "-9223372036854775808"),
    ("3*K*ceil(V/K)/15", "K*ceil(V/K)/4 - (K*ceil(V/K) + 16)/20"),
    ("(((((N - 1)/2 + 1) - 1)/2 + 1) - 1)/2 + 1", "(N + 7)/8"),
  ])
  func sizesAreShownInNormalForm(text: String, shown: String) {
    #expect(size(text).description == shown)
  }

  @Test(arguments: [
    ("batch_size", "batch_size"), ("batch size", "`batch size`"), ("f32", "`f32`"), ("none", "`none`"), ("_", "`_`"),
    ("2d", "`2d`"), ("", "``"), ("a{b}`c\\", "`a\\{b}\\`c\\\\`"), ("a\nb\u{1}", "`a\\nb\\x01`"), ("größe", "`größe`"),
  ])
  func namesAreQuotedWhereNeeded(name: String, text: String) {
    #expect(Dimension.symbol(name).description == text)
  }
}
