import Graphs
import Semantics
import Syntax

/// What the conditions of a text came to while a model was elaborated: they decide what the model is made of.
struct ModelDecisions {
  struct Place: Hashable {
    /// The path of the instance of the block that the condition is in.
    var instance: String
    var file: UInt32
    /// Where the condition began in the text before it was changed.
    var start: Int
    /// How often it had been evaluated there before.
    var round: Int
  }

  /// In the order of elaboration.
  private(set) var decisions: [(place: Place, decision: Decision)] = []
  private var outcomes: [Place: Bool] = [:]

  /// - Parameters:
  ///   - file: the text that has been changed.
  ///   - offsets: where what begins at an offset of it began before; `nil` for what did not.
  init(_ elaboration: Elaboration, in file: UInt32, _ offsets: (Int) -> Int? = { $0 }) {
    let paths = elaboration.model.graph.instancePaths
    var counts: [Place: Int] = [:]
    for decision in elaboration.decisions {
      let (place, instance) = (decision.condition.place, paths[decision.instance] ?? "")
      guard let start = place.file == file ? offsets(place.range.lowerBound) : place.range.lowerBound else { continue }
      var key = Place(instance: instance, file: place.file, start: start, round: 0)
      let round = counts[key, default: 0]
      counts[key] = round + 1
      key.round = round
      decisions.append((key, decision))
      outcomes[key] = decision.holds
    }
  }

  /// The places where a condition comes to something else than in another text of the model.
  func differences(from wanted: ModelDecisions) -> [Place] {
    decisions.map(\.place).filter { place in
      guard let outcome = wanted.outcomes[place] else { return false }
      return outcome != outcomes[place]
    }
  }
}
