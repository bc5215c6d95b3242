import Graphs
import Tensors
import Testing

/// Sizes as values, and what is known of symbolic ones.
@Suite struct SizeTests {
  static let examples: [Example] = [
    Example(
      "targets of Reshape", inputs: "x: f32[N, S, 12]",
      """
      a = Reshape(x, [N, S, 3, 4])  //: f32[N, S, 3, 4]
      a = Reshape(x, [N * S, 12])  //: f32[N*S, 12]
      a = Reshape(x, [0, -1])  //: f32[N, 12*S]
      a = Reshape(x, [-1])  //: f32[12*N*S]
      a = Reshape(x, [S, N, 12])  //: f32[S, N, 12]
      a = Reshape(a, [N, S, 2, 6])  //: f32[N, S, 2, 6]
      a = Reshape(x, [N, 12 * S])  //: f32[N, 12*S]
      a = Reshape(x, [N, S, 5, 4])  //~ element-count-mismatch: 12*N*S, 20*N*S
      a = Reshape(x, [N, 3, 4, S])  //: f32[N, 3, 4, S]
      """),
    Example(
      "sizes as tensors", inputs: "x: f32[N, S, 12]",
      """
      a = Range(0, S, 1)  //: i64[S]
      a = Range(1, S + 1, 1)  //: i64[S]
      a = Expand(f32(0.5), [N, S])  //: f32[N, S]
      a = ConstantOfShape([N, 1, S])  //: f32[N, 1, S]
      a = Identity(S)  //: i64[]
      a = Identity([N, 2 * S, 3])  //: i64[3]
      a = x * S  //: f32[N, S, 12]
      a = x / (N * S)  //: f32[N, S, 12]
      a = Tile(x, [1, 2, 1])  //: f32[N, 2*S, 12]
      a = Shape(x)  //: i64[3]
      a = Reshape(x, Shape(x))  //: f32[N, S, 12]
      a = Slice(x, [0], [S - 1], [1])  //: f32[N, S - 1, 12]
      """),
    Example(
      "skips of a U-Net",
      """
      block Down(x: T[N, C, H, W], channels: int) -> T[N, channels, H, W] {
          return x |> conv: Conv2d(out_channels=channels, kernel_size=3, padding=1) |> Relu
      }
      block Level(x: T[N, C, H, W], skip: T[N, D, 2 * H, 2 * W], channels: int) -> T[N, channels, 2 * H, 2 * W] {
          x = up: ConvTranspose2d(x, out_channels=D, kernel_size=2, stride=2)
          x = Concat(skip, x, axis=1)
          return x |> conv: Conv2d(out_channels=channels, kernel_size=3, padding=1)
      }
      model unet(image: f32[N, 3, H, W]) -> (mask: f32[N, 2, H, W]) where H % 8 == 0, W % 8 == 0 {
          skips = []
          x = image
          repeat i in 0..<3 {
              x = downs[i]: Down(x, channels=4 * 2 ** i)
              skips = skips + [x]
              x = MaxPool2d(x, kernel_size=2)
          }
          y = Relu(x)  //: f32[N, 16, H/8, W/8]
          repeat i in 0..<3 {
              x = ups[i]: Level(x, skips[-1 - i], channels=16 / 2 ** i)
          }
          z = Relu(x)  //: f32[N, 4, H, W]
          return head: Conv2d(x, out_channels=2, kernel_size=1)  //: f32[N, 2, H, W]
      }
      """),
    Example(
      "without what `where` says, the skips do not fit",
      """
      model m(image: f32[N, 3, H, W]) -> (y: f32[N, 6, H, W]) {
          x = MaxPool2d(image, kernel_size=2)
          x = Resize(x, none, [1.0, 1.0, 2.0, 2.0])
          return Concat(image, x, axis=1)  //~ undetermined-size: H
      }
      """),
    Example(
      "sizes that `where` equates",
      """
      model m(a: f32[M, 4], b: f32[N, 4], c: f32[K, 4]) -> (y: f32[M, 4]) where M == N, K == 2 * N {
          y = a + b  //: f32[N, 4]
          z = Concat(a, b, axis=0) + c  //: f32[2*N, 4]
          return y
      }
      """),
    Example(
      "sizes that `where` fixes",
      """
      model m(a: f32[N, L]) -> (y: f32[N, 16]) where L == 16 {
          if L == 16 {
              a = fc: Linear(a, out_features=L)
          }
          return Relu(a)  //: f32[N, 16]
      }
      """),
    Example(
      "conditions that `where` decides",
      """
      model m(x: f32[N, 3, H, H]) -> (y: f32[N, 3, H, H]) where H % 32 == 0 {
          if H % 16 == 0 && H >= 32 {
              x = Relu(x)  //: f32[N, 3, H, H]
          }
          require H / 2 * 2 == H
          return x
      }
      """),
    Example(
      "several things that `where` says of one size",
      """
      model m(x: f32[N, H]) -> (y: f32[N, H]) where H % 4 == 0, H % 6 == 0, N % 2 == 0 {
          require H % 12 == 0
          require H / 12 * 12 == H && N / 2 * 2 == N
          return Relu(x)
      }
      """),
    Example(
      "a size that no tensor has",
      """
      model m(x: f32[N, 2 * K]) -> (y: f32[N, 2 * K]) {
          return x + K  //~ dimension-without-source: K
      }
      """),
    Example(
      "an unknown size says so when it is needed",
      """
      model m(x: f32[N, ?]) -> (y: f32[N, 3]) {
          return fc: Linear(x, out_features=3)  //~ open-size: weight
      }
      """),
  ]

  @Test(arguments: examples)
  func meetsItsExpectations(_ example: Example) { example.check() }

  /// Reshapes of an f32[N, S, 12] and the constant that is their target, where one is.
  @Test(
    arguments: [
      ("[N, S, 3, 4]", [0, 0, 3, 4]), ("[N, S * 12]", [0, -1]), ("[N * S, 12]", [-1, 12]), ("[3, N, S, 4]", nil),
      ("[0, 0, 2, 6]", [0, 0, 2, 6]), ("[-1, 6]", [-1, 6]), ("[N, 3, S, 4]", [0, 3, -1, 4]), ("[N, -1]", nil),
    ] as [(String, [Int]?)])
  func reshapeTargets(target: String, constant: [Int]?) throws {
    let elaborated = Elaborated("model m(x: f32[N, S, 12]) {\n  return Reshape(x, \(target))\n}\n")
    #expect(elaborated.diagnostics.map(elaborated.describe) == [])
    let graph = elaborated.graph
    let reshape = try #require(graph.nodes.indices.first { graph.nodes[$0].operatorType == "Reshape" })
    let value = try #require(graph.nodes[reshape].inputs[1])
    #expect(graph.integers(of: value) == constant)
  }
}

extension Graph {
  /// The elements of an i64 constant.
  func integers(of value: Value.ID) -> [Int]? {
    let tensor =
      switch values[value].definition {
      case .result(let node, _): nodes[node][attribute: "value"]?.tensor
      default: regions[body].initializers.first { $0.value == value }?.tensor
      }
    guard let tensor, case .bytes(let bytes) = tensor.storage else { return nil }
    return stride(from: 0, to: bytes.count, by: 8).map { start in
      let bits = bytes[start..<(start + 8)].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      return Int(truncatingIfNeeded: bits)
    }
  }
}
