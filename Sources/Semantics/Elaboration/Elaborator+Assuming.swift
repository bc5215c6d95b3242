import Syntax
import Tensors

extension Elaborator {
  /// Fixes that say in the model's `where` that two sizes are equal; nothing where neither is a dimension of its own.
  func assuming(_ left: Dimension, _ right: Dimension) -> [Fix] {
    func isNamed(_ size: Dimension) -> Bool { size.constant == nil && declaredDimensions.contains(size.description) }
    guard !model.file.isLibrary, isNamed(left) || isNamed(right) else { return [] }
    let (name, value) = isNamed(left) ? (left, right) : (right, left)
    return [.assuming("\(name) == \(value)", in: model)].compactMap(\.self)
  }
}
