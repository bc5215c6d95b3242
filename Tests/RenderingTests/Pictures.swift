import Rendering
import Semantics
import Syntax
import Testing

/// The elaborated model of a text.
func elaborated(_ source: String) throws -> (elaboration: Elaboration, files: [SourceFile]) {
  let program = Program(SourceFile(path: "test.mica", source: Array(source.utf8), number: 0))
  return (program.elaborate(try #require(program.models.first)), program.files)
}

func hierarchy(_ source: String) throws -> ModelHierarchy {
  let (elaboration, files) = try elaborated(source)
  try #require(elaboration.diagnostics.map(\.message) == [])
  return ModelHierarchy(elaboration, files: files)
}

extension ModelHierarchy {
  /// The parts as lines, what is in a part indented below it.
  var outline: String { outline(of: 0, indent: "").joined(separator: "\n") }

  private func outline(of part: Int, indent: String) -> [String] {
    [indent + parts[part].title] + parts[part].children.flatMap { outline(of: $0, indent: indent + "  ") }
  }

  func index(ofTitle title: String) -> Int? { parts.firstIndex { $0.title == title } }
}

enum Texts {
  /// A `repeat` of one block, and one of several statements.
  static let repeated = """
    use onnx 21

    block Layer(x: T[N, D]) -> T[N, D] {
        h = x |> up: Linear(out_features=2 * D) |> Relu
        return x + down: Linear(h, out_features=D)
    }

    model net(x: f32[N, 8]) -> (y: f32[N, 8]) {
        repeat i in 0..<3 {
            x = h[i]: Layer(x)
        }
        repeat i in 0..<4 {
            x = Tanh(x)
            x = norms[i]: LayerNorm(x)
        }
        return x
    }
    """
}
