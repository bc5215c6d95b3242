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

extension Observation.Meaning {
  /// The same with nothing known of tensors, for a place whose graph is not at hand.
  var withoutTensors: Observation.Meaning {
    switch self {
    case .binding(let term): .binding(term.withoutTensors)
    case .use(let term, let definition): .use(term.withoutTensors, definition: definition)
    case .results(let terms): .results(terms.map(\.withoutTensors))
    case .callee: self
    }
  }
}

extension Term {
  fileprivate var withoutTensors: Term {
    switch self {
    case .tensor: .unknown
    case .list(let elements): .list(elements.map(\.withoutTensors))
    default: self
    }
  }
}
