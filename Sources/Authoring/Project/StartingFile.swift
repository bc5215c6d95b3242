import Semantics
import Syntax

/// What `mica new` writes: a small network that teaches the language.
package enum StartingFile {
  /// Why no file can be written for a model of the name; `nil` where one can.
  package static func objection(to name: String) -> String? {
    let letters = name.utf8.map { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): true
      default: false
      }
    }
    let fits = zip(name.utf8, letters).allSatisfy { byte, isLetter in
      isLetter || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
    guard fits, letters.first == true, name.utf8.count <= 100 else {
      return "`\(name)` is no name: one is made of letters, digits and _, begins with a letter, and names no folder"
    }
    let file = SourceFile(path: "\(name).mica", source: Array(text(model: name).utf8), number: 0)
    let program = Program(file)
    let problems = program.diagnostics + program.models.flatMap { program.elaborate($0).diagnostics }
    return problems.isEmpty && program.models.count == 1
      ? nil : "`\(name)` means something in Mica already; choose another name"
  }

  /// A Mica file with a model of the name.
  package static func text(model name: String) -> String {
    """
    use onnx 21

    /// Two convolutions and a way around them.
    ///
    /// `T[N, C, H, W]` takes a tensor of four axes and names its sizes; what stands behind it is
    /// configuration. Change a number: `mica check` names the line where two sizes no longer agree.
    block Residual(x: T[N, C, H, W], hidden: int = 2 * C) -> T[N, C, H, W] {
        // `expand:` is a label: its weight is `….expand.weight`, as PyTorch's state_dict has it.
        y = x |> expand: Conv2d(out_channels=hidden, kernel_size=3, padding=1, bias=false)
        y = y |> norm: BatchNorm2d |> Relu
        y = y |> project: Conv2d(out_channels=C, kernel_size=1)
        return Relu(x + y)
    }

    /// A classifier of 32 × 32 images; `N`, the number of images, stays open.
    model \(name)(image: f32[N, 3, 32, 32], width: int = 32, depth: int = 3) -> (logits: f32[N, 10]) {
        // weights "\(name).safetensors"   // without this line, weights are drawn by fixed seeds
        x = image |> stem: Conv2d(out_channels=width, kernel_size=3, padding=1) |> Relu
        repeat i in 0..<depth {
            x = blocks[i]: Residual(x)
            x = x |> MaxPool2d(kernel_size=2)
        }
        x = x |> GlobalAveragePool |> Flatten
        return head: Linear(x, out_features=10)
    }

    """
  }

  /// A project file that says what holds without one, so that there is something to change.
  package static let project = """
    {
      "opset": 21,
      "dimensions": { "N": 1 }
    }

    """
}
