/// A part of a hint's label: a size of a tensor, or what stands between two.
package struct HintPart: Hashable, Sendable {
  package var text: String
  /// The result whose size it is, and the axis; `nil` for what is no size.
  package var size: (result: Int, axis: Int)? {
    result.flatMap { result in axis.map { (result, $0) } }
  }
  private var result: Int?
  private var axis: Int?

  /// The parts of a label such as `f32[N, 64], i64[N] · 12 parameters`, which together are the label.
  package static func parts(of label: String) -> [HintPart] {
    var parts: [HintPart] = []
    var text = ""
    var (result, axis, depth) = (-1, 0, 0)
    func end(isSize: Bool) {
      guard !text.isEmpty else { return }
      parts.append(HintPart(text: text, result: isSize ? result : nil, axis: isSize ? axis : nil))
      text = ""
    }
    for character in label {
      switch character {
      case "[":
        text.append(character)
        depth += 1
        guard depth == 1 else { continue }
        end(isSize: false)
        (result, axis) = (result + 1, 0)
        continue
      case "]":
        depth -= 1
        if depth == 0 { end(isSize: true) }
      case "(" where depth > 0: depth += 1
      case ")" where depth > 1: depth -= 1
      case "," where depth == 1:
        end(isSize: true)
        axis += 1
      default: break
      }
      // A blank behind a comma belongs to what is between.
      if text == ",", character == " " {
        text.append(character)
        end(isSize: false)
      } else {
        text.append(character)
      }
    }
    end(isSize: false)
    return parts
  }
}
