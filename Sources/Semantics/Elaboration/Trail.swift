import Graphs
import Operators
import Syntax

/// What each statement of a model's own body left behind: enough to execute some of them again.
struct Trail: Sendable {
  /// How much there was before a statement.
  struct Mark: Sendable {
    private let counts: (diagnostics: Int32, observations: Int32, bindings: Int32)
    private let graphCounts: (nodes: Int32, regions: Int32, instances: Int32)

    init(diagnostics: Int, observations: Int, bindings: Int, graph: Graph) {
      counts = (
        Int32(truncatingIfNeeded: diagnostics), Int32(truncatingIfNeeded: observations),
        Int32(truncatingIfNeeded: bindings)
      )
      graphCounts = (
        Int32(truncatingIfNeeded: graph.nodes.count), Int32(truncatingIfNeeded: graph.regions.count),
        Int32(truncatingIfNeeded: graph.instances.count)
      )
    }

    var diagnostics: Int { Int(counts.diagnostics) }
    var observations: Int { Int(counts.observations) }
    var bindings: Int { Int(counts.bindings) }
    var nodes: Int { Int(graphCounts.nodes) }
    var regions: Int { Int(graphCounts.regions) }
    var instances: Int { Int(graphCounts.instances) }
  }

  /// A name that a statement bound in the model's frame.
  struct Binding: Sendable {
    var name: Name
    var local: Frame.Local
  }

  /// What was bound before the first statement.
  var signature = Scope()
  /// One for each statement executed.
  var marks: [Mark] = []
  /// Whether each statement only wrote nodes and bound names, so that executing it again does no harm.
  var isPlain: [Bool] = []
  /// In the order of execution.
  var bindings: [Binding] = []
  /// What was there behind the last statement.
  var end = Mark(diagnostics: 0, observations: 0, bindings: 0, graph: Graph())
  /// The diagnostics of the results.
  var results = 0..<0

  /// What was there before a statement; for the one behind the last, at the end of the body.
  subscript(statement: Int) -> Mark { statement < marks.count ? marks[statement] : end }
}

extension Elaborator {
  /// Executes the statements of the model's own body, and keeps what each left behind where the caller observes.
  mutating func executeOwnBody(_ body: Syntax) {
    guard options.observes else { return execute(body) }
    trail = Trail()
    trail?.signature = frame.locals
    for statement in body.children {
      guard startsStatement(statement, of: body) else {
        // What was not executed cannot be revised.
        trail = nil
        return
      }
      let (mark, extent) = (mark, extent)
      trail?.marks.append(mark)
      execute(statement: statement)
      let isPlain = isPlain(statement, since: extent)
      trail?.isPlain.append(isPlain)
    }
    let end = mark
    trail?.end = end
  }

  var mark: Trail.Mark {
    Trail.Mark(
      diagnostics: diagnostics.count, observations: observations.count, bindings: trail?.bindings.count ?? 0,
      graph: builder.graph)
  }

  /// What a statement may leave behind beside nodes and names.
  struct Extent: Equatable {
    var counts: [Int]
    var observations: Int
  }

  var extent: Extent {
    Extent(
      counts: [
        builder.graph.instances.count, builder.graph.regions.count, weights.count, functions.count, references.count,
        overridableInputs.count, givenNames.count, costs.count, declaredDimensions.count, frame.taken.count,
      ], observations: observations.count)
  }

  /// Whether a statement that was just executed only wrote nodes and bound names.
  func isPlain(_ statement: Syntax, since before: Extent) -> Bool {
    switch statement.kind {
    case .binding, .returnStatement, .requireStatement: break
    default: return false
    }
    guard extent.counts == before.counts else { return false }
    return observations[before.observations...].allSatisfy { observation in
      switch observation.meaning {
      case .callee(.declaration), .callee(.instance): false
      default: true
      }
    }
  }
}
