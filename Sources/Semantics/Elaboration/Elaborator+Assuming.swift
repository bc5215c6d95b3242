import Syntax
import Tensors

extension Elaborator {
  /// Takes a condition of the model's signature as true from here on.
  mutating func assume(_ constraint: Syntax) {
    for condition in constraint.conjuncts where condition.kind == .binary {
      let sides = Array(condition.children)
      let count = diagnostics.count
      guard sides.count == 2, case .integer(let left) = evaluate(sides[0]),
        case .integer(let right) = evaluate(sides[1]), diagnostics.count == count
      else { continue }
      facts.assume(condition.operatorKind, left, right)
    }
  }

  /// The fix that says in the model's `where` that the sizes of each pair are equal; none where a pair has no dimension of the
  /// model's own, or nothing but 0 can be equal to the other size.
  func assuming(_ pairs: [(left: Dimension, right: Dimension)]) -> [Fix] {
    guard !model.file.isLibrary else { return [] }
    var conditions: [String] = []
    for (left, right) in pairs {
      guard let (name, value) = [(left, right), (right, left)].first(where: { isOwnName($0, apartFrom: $1) }) else {
        return []
      }
      let condition = "\(name) == \(value)"
      if !conditions.contains(condition) { conditions.append(condition) }
    }
    return [.assuming(conditions, in: model)].compactMap(\.self)
  }

  /// Whether a size is a dimension of the model that the other one does not depend on.
  private func isOwnName(_ size: Dimension, apartFrom other: Dimension) -> Bool {
    guard size.constant == nil, declaredDimensions.contains(size.description) else { return false }
    return size.symbols.isDisjoint(with: other.symbols)
  }
}
