package import Graphs
package import Syntax

/// What a place in a text turned out to mean while a model was elaborated: what an editor shows of it.
package struct Observation: Sendable {
  package enum Meaning: Sendable {
    /// The place binds a name to what the term says.
    case binding(Term)
    /// The place names something that was bound elsewhere; `nil` for what the language predefines.
    case use(Term, definition: Place?)
    /// The place is a `return` that gives these.
    case results([Term])
    /// The place is the callee of a call.
    case callee(Callee)
  }

  package var place: Place
  /// The instance of the block that the place was elaborated for.
  package var instance: Graphs.Instance.ID
  package var meaning: Meaning
}

extension Elaborator {
  /// Notes what a place means, where the caller wants to know and the place is the user's.
  mutating func observe(_ meaning: @autoclosure () -> Observation.Meaning, at place: Place) {
    guard options.observes, !Library.contains(place.file) else { return }
    observations.append(Observation(place: place, instance: frame.instance, meaning: meaning()))
  }
}
