import Tensors

extension OperatorRules {
  /// The elements of the first argument in the type of the second.
  package static let castLike: OperatorRules = {
    var rules = movement("CastLike") { context in
      context.cast(to: context.element(1))
    }.pruned { context in
      context.keepAxes()
      // Only the type of the second argument counts.
      for axis in 0..<(context.rank(.input(1)) ?? 0) { context.mention(.input(1, axis)) }
    }
    rules.decompose = { context in
      guard let x = context.input(0), let like = context.input(1),
        let element = context.writer.known(like).type.element, let result = context.cast(x, to: element)
      else { return false }
      context.results = [result]
      return true
    }
    return rules
  }()
}
