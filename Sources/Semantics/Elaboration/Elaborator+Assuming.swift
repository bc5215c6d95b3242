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

  /// Fixes that say in the model's `where` that two sizes are equal; nothing where neither is a dimension of its own.
  func assuming(_ left: Dimension, _ right: Dimension) -> [Fix] {
    func isNamed(_ size: Dimension) -> Bool { size.constant == nil && declaredDimensions.contains(size.description) }
    guard !model.file.isLibrary, isNamed(left) || isNamed(right) else { return [] }
    let (name, value) = isNamed(left) ? (left, right) : (right, left)
    return [.assuming("\(name) == \(value)", in: model)].compactMap(\.self)
  }
}
