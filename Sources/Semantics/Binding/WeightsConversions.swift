import Syntax
import Tensors

/// Tensors of files whose floating-point elements become those of another type, counted by the files.
struct WeightsConversions {
  private struct Tally {
    var statement: WeightsStatement
    var count = 0
    var found: Set<ElementType> = []
    var wanted: Set<ElementType> = []
  }

  private var tallies: [Tally] = []

  /// The tensor of a file with the elements that a parameter has, where sizes agree and types convert; else as it is.
  mutating func tensor(_ found: Tensor, as wanted: Tensor, _ statement: WeightsStatement) -> Tensor {
    guard found.element != wanted.element, found.sizes == wanted.sizes,
      let converted = found.converted(to: wanted.element)
    else { return found }
    var index = tallies.firstIndex { $0.statement.place == statement.place }
    if index == nil {
      index = tallies.count
      tallies.append(Tally(statement: statement))
    }
    if let index {
      tallies[index].count += 1
      tallies[index].found.insert(found.element)
      tallies[index].wanted.insert(wanted.element)
    }
    return converted
  }

  /// A hint for each file.
  var diagnostics: [Diagnostic] {
    tallies.map {
      .convertedWeights($0.count, from: Array($0.found), to: Array($0.wanted), statement: $0.statement)
    }
  }
}
