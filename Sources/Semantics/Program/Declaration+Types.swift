import Syntax

// Types in signatures that mean nothing anywhere.

extension Declaration {
  /// Types of parameters that there are not, and packs that stand twice in one type.
  var typeProblems: [Diagnostic] {
    let types = parameters.compactMap(\.type) + (results ?? []).compactMap(\.type)
    return parameters.compactMap { $0.type?.unknownConfigurationType.map { .unknownConfigurationType($0) } }
      + types.compactMap { type in
        let packs = type.child(.dimensions)?.children.filter { $0.kind == .ellipsis } ?? []
        return packs.count > 1 ? .secondEllipsis(at: packs[1].place) : nil
      }
  }
}

extension Syntax {
  /// The name in a type of configuration that is no such type.
  var unknownConfigurationType: Syntax? {
    switch kind {
    case .listType: firstChild?.unknownConfigurationType
    case .configurationType: Configuration.types.contains(text) ? nil : self
    default: nil
    }
  }
}
