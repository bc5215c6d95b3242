import Authoring
import Semantics
import Syntax
import Testing

/// The summary of a program's only model, which must have no mistake.
func summary(
  _ source: String, bindings: [String: Int] = [:], depth: Int? = nil, options: ElaborationOptions = ElaborationOptions()
) throws -> ModelSummary {
  let program = Program(SourceFile(path: "test.mica", source: Array(source.utf8), number: 0))
  let elaboration = program.elaborate(try #require(program.models.first), options: options)
  try #require(elaboration.diagnostics.map(\.message) == [])
  return ModelSummary(elaboration, bindings: bindings, depth: depth)
}

/// The programs that several suites look at.
enum Samples {
  static let names = ["cnn", "transformer", "unet", "bodies"]

  static func source(_ name: String) -> String { sources[name] ?? "" }

  private static let sources: [String: String] = [
    "cnn": """
    model cnn(image: f32[N, 3, 8, 8]) -> (logits: f32[N, 10]) {
        x = image |> conv: Conv2d(out_channels=4, kernel_size=3, padding=1) |> bn: BatchNorm2d |> Relu
        x = x |> MaxPool2d(kernel_size=2) |> Flatten
        return fc: Linear(x, out_features=10)
    }
    """,
    "transformer": """
    block Layer(x: T[N, S, D]) -> T[N, S, D] {
        a = x + (x |> norm1: LayerNorm |> attn: SelfAttention(heads=2))
        return a + (a |> norm2: LayerNorm |> mlp: FeedForward(hidden=4 * D))
    }
    model encoder(ids: i64[N, S]) -> (y: f32[N, S, 8]) {
        scope embeddings {
            x = word: Embedding(ids, num_embeddings=100, embedding_dim=8)
            x = x + position: Embedding(Range(0, S, 1), num_embeddings=16, embedding_dim=8)
        }
        repeat i in 0..<2 {
            x = layers[i]: Layer(x)
        }
        param proj: f32[8, 8] = normal(std=0.1)
        return x @ proj
    }
    """,
    "unet": """
    block Level(x: T[N, C, H, W], channels: int) -> T[N, channels, H, W] {
        return x |> conv: Conv2d(out_channels=channels, kernel_size=3, padding=1) |> Relu
    }
    model unet(image: f32[N, 3, H, W]) -> (mask: f32[N, 2, H, W]) where H % 4 == 0, W % 4 == 0 {
        a = down1: Level(image, channels=4)
        b = a |> MaxPool2d(kernel_size=2) |> down2: Level(channels=8)
        c = b |> up: ConvTranspose2d(out_channels=4, kernel_size=2, stride=2)
        return Concat(a, c, axis=1) |> head: Conv2d(out_channels=2, kernel_size=1)
    }
    """,
    "bodies": """
    block Scaled(x: T[N, D]) -> T[N, D] {
        param scale: T[D] = ones
        buffer steps: i64[] = zeros
        return x * scale
    }
    model bodies(x: f32[N, 6], flag: bool[]) -> (y: f32[N, 6]) {
        layer shared = Linear(out_features=6)
        param shift: f32[6] = zeros
        x = x |> shared |> s: Scaled |> act: Relu |> shared
        x = If(flag, then_branch={ return fc: Linear(x, out_features=6) }, else_branch={ return x + shift })
        return SiLU(x) + Linear(x, out_features=6)
    }
    """,
  ]
}
