import Authoring
import Testing

/// Numbers as people read them.
struct QuantityTests {
  @Test(
    "counts: three figures from a million on, grouped digits below",
    arguments: [
      (0, "0"), (7, "7"), (999, "999"), (1000, "1,000"), (9408, "9,408"), (999_999, "999,999"),
      (1_000_000, "1.00 M"), (1_005_000, "1.00 M"), (1_234_567, "1.23 M"), (9_994_999, "9.99 M"),
      (9_995_001, "10.0 M"), (10_049_999, "10.0 M"), (99_949_999, "99.9 M"), (99_950_001, "100 M"),
      (118_013_952, "118 M"), (999_499_999, "999 M"), (999_500_000, "1.00 G"), (999_999_999, "1.00 G"),
      (1_000_000_000, "1.00 G"), (1_814_073_344, "1.81 G"),
      (4_089_184_256, "4.09 G"), (2_500_000_000_000, "2.50 T"), (1_234_000_000_000_000, "1,234 T"),
      (Int.max, "9,223,372 T"), (-1, "-1"), (-1000, "-1,000"),
    ])
  func count(_ value: Int, _ text: String) {
    #expect(Quantity.count(value) == text)
  }

  @Test(
    "bytes: powers of 1000",
    arguments: [
      (0, "0 B"), (4, "4 B"), (999, "999 B"), (1000, "1.00 kB"), (1024, "1.02 kB"), (16_384, "16.4 kB"),
      (802_816, "803 kB"), (999_499, "999 kB"), (999_500, "1.00 MB"),
      (46_758_048, "46.8 MB"),
      (3_000_000_000, "3.00 GB"), (7_000_000_000_000, "7,000 GB"),
    ])
  func bytes(_ value: Int, _ text: String) {
    #expect(Quantity.bytes(value) == text)
  }

  @Test(
    "digits in groups of three",
    arguments: [
      (0, "0"), (12, "12"), (123, "123"), (1234, "1,234"), (11_689_512, "11,689,512"), (-123, "-123"),
      (-123_456, "-123,456"), (Int.max, "9,223,372,036,854,775,807"), (Int.min, "-9,223,372,036,854,775,808"),
    ])
  func grouped(_ value: Int, _ text: String) {
    #expect(Quantity.grouped(value) == text)
  }
}
