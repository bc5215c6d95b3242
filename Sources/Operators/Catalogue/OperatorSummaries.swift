extension Catalogue {
  /// What an operator does, in a sentence; `nil` for one that the catalogue has no words for.
  package static func summary(domain: String = "", name: String) -> String? { nil }
}
