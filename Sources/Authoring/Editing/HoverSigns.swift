import Operators
import Semantics
import Syntax

/// What the sign of an operator means.
private struct Sign {
  var form: String
  /// The operator of ONNX that it is of tensors.
  var name: String
  /// What it is before the graph runs.
  var known = "Of sizes and configuration it is known before the graph runs."

  static let binary: [TokenKind: Sign] = [
    .plus: Sign(form: "a + b", name: "Add"),
    .minus: Sign(form: "a - b", name: "Sub"),
    .star: Sign(form: "a * b", name: "Mul"),
    .slash: Sign(
      form: "a / b", name: "Div", known: "Of sizes it must be a whole number, which is known before the graph runs."),
    .percent: Sign(form: "a % b", name: "Mod"),
    .power: Sign(form: "a ** b", name: "Pow"),
    .at: Sign(form: "a @ b", name: "MatMul", known: ""),
    .equal: Sign(form: "a == b", name: "Equal"),
    .notEqual: Sign(
      form: "a != b", name: "Equal",
      known: "`Not` of that. Of sizes and configuration it is known before the graph runs."),
    .less: Sign(form: "a < b", name: "Less"),
    .lessOrEqual: Sign(form: "a <= b", name: "LessOrEqual"),
    .greater: Sign(form: "a > b", name: "Greater"),
    .greaterOrEqual: Sign(form: "a >= b", name: "GreaterOrEqual"),
    .and: Sign(form: "a && b", name: "And"),
    .or: Sign(form: "a || b", name: "Or"),
  ]
  static let unary: [TokenKind: Sign] = [
    .minus: Sign(form: "-a", name: "Neg"),
    .not: Sign(form: "!a", name: "Not"),
  ]
}

extension EditorView {
  /// The sign of an operator at an offset: what it gives there, and which operator it is in the graph.
  func hoverOfSign(at offset: Int, in path: [Syntax]) -> Hover? {
    guard let node = path.last, node.kind == .binary || node.kind == .unary,
      let token = tree.tokens.last(startingBefore: offset + 1), tree.tokens.range(token).contains(offset),
      let sign = (node.kind == .binary ? Sign.binary : Sign.unary)[tree.tokens.kinds[token]]
    else { return nil }
    let elaboration = analysis.elaborations.first { !results(of: node, in: $0).isEmpty }
    var lines = elaboration.map { amounts(of: node, in: $0) } ?? []
    lines.append("Of tensors, `\(sign.name)`: \(Catalogue.summary(domain: "", name: sign.name) ?? "")")
    if !sign.known.isEmpty { lines.append(sign.known) }
    return Hover(place: Place(file: file.number, range: tree.tokens.range(token)), title: sign.form, lines: lines)
  }
}
