/// Why a model has no Mica text yet.
package struct InexpressibleModel: Error, Hashable, Sendable, CustomStringConvertible {
  /// What there is no spelling for, with its place in the model.
  package var subject: String

  package init(_ subject: String) { self.subject = subject }

  package var description: String { "cannot be written as Mica text yet: \(subject)" }
}
