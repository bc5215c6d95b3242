package import Graphs
package import Rewriting
package import Tensors

/// A tensor of a file as an argument of a node, with what lies between.
package struct StoredWeight: Sendable {
  /// The argument's place.
  package let place: Int
  /// The value that the node takes.
  package let argument: Value.ID
  /// The value that is stored: an initializer, or the result of a Constant.
  package let base: Value.ID
  /// What is stored.
  package let tensor: Tensor
  /// The nodes from the stored value to the argument, which move elements and change none, in their order.
  package let steps: [Step]
  /// The sizes of the argument.
  package let sizes: [Int]

  /// A node that moves elements.
  package struct Step: Hashable, Sendable {
    package enum Movement: Hashable, Sendable {
      /// Elements stay in their order.
      case reshape
      /// `Transpose` by the axes that the result's axes come from.
      case transpose([Int])
    }

    package let node: Node.ID
    package let movement: Movement
    package let before: [Int]
    package let after: [Int]
  }

  /// The axis of the stored tensor that is the argument's `axis`, as it was before the steps; `nil` where there is none.
  package func storedAxis(of axis: Int) -> Int? {
    var axis = axis
    for step in steps.reversed() {
      switch step.movement {
      case .transpose(let axes):
        guard axes.indices.contains(axis) else { return nil }
        axis = axes[axis]
      case .reshape:
        guard step.after.indices.contains(axis) else { return nil }
        let inner = step.after[(axis + 1)...].reduce(1, *)
        let same = step.before.indices.first { place in
          step.before[place] == step.after[axis] && step.before[(place + 1)...].reduce(1, *) == inner
        }
        guard let same else { return nil }
        axis = same
      }
    }
    return axis
  }
}

extension Rewriter {
  /// The stored floating-point tensor that a node takes in `place`; `nil` where what it takes there is computed.
  package func storedWeight(of node: Node.ID, at place: Int) -> StoredWeight? {
    guard let argument = input(node, place) else { return nil }
    var base = argument
    var steps: [StoredWeight.Step] = []
    while true {
      if let tensor = storedTensor(base) {
        guard tensor.element.isFloatingPoint else { return nil }
        let sizes = steps.first?.after ?? tensor.sizes
        return StoredWeight(
          place: place, argument: argument, base: base, tensor: tensor, steps: steps.reversed(), sizes: sizes)
      }
      guard let step = movement(giving: base), let source = input(step.node, 0), steps.count < 16 else { return nil }
      steps.append(step)
      base = source
    }
  }

  /// What a file has as a value, be it an initializer or a Constant.
  package func storedTensor(_ value: Value.ID) -> Tensor? {
    stored[value] ?? producer(of: value).flatMap { graph.nodes[$0].constant }
  }

  /// The node that gives a value by moving elements of its first argument.
  private func movement(giving value: Value.ID) -> StoredWeight.Step? {
    guard let node = producer(of: value), isStandard(node), let source = input(node, 0), !hasReferences(node),
      let before = shape(source)?.constants, let after = shape(value)?.constants,
      before.reduce(1, *) == after.reduce(1, *)
    else { return nil }
    switch graph.nodes[node].operatorType {
    case "Identity", "Reshape", "Flatten", "Squeeze", "Unsqueeze":
      return StoredWeight.Step(node: node, movement: .reshape, before: before, after: after)
    case "Transpose":
      let axes = ints(node, "perm") ?? Array(before.indices.reversed())
      guard axes.sorted() == Array(before.indices) else { return nil }
      return StoredWeight.Step(node: node, movement: .transpose(axes), before: before, after: after)
    default: return nil
    }
  }
}
