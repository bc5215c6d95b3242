import Graphs
import Semantics
import Syntax
import Tensors

/// The types of what the statements of a file make.
struct StatementTypes {
  /// What one call makes in one place of the model.
  struct Entry {
    /// The expression that makes it.
    var place: Range<Int>
    /// The calls around it in the file, outermost first.
    var calls: [Range<Int>]
    var type: String
  }

  private(set) var entries: [Entry] = []

  init(_ program: Program) {
    for model in program.models { collect(program.elaborate(model).model.graph) }
  }

  /// The types by place, of the calls that `isWanted` holds for.
  func types(where isWanted: (Range<Int>) -> Bool = { _ in true }) -> [Range<Int>: Set<String>] {
    var types: [Range<Int>: Set<String>] = [:]
    for entry in entries where entry.calls.allSatisfy(isWanted) { types[entry.place, default: []].insert(entry.type) }
    return types
  }

  private mutating func collect(_ graph: Graph) {
    // One call can take several nodes; its result is the last one's.
    var last: [Call: [Value.ID]] = [:]
    for id in graph.nodes.indices {
      let origin = graph.nodes[id].origin
      guard let source = origin.source, source.file == 0 else { continue }
      last[Call(source: source, instance: origin.instance)] = graph.nodes[id].outputs.compactMap(\.self)
    }
    for (call, outputs) in last { add(outputs, at: call.source, in: call.instance, graph) }
    for id in graph.instances.indices where graph.instances[id].kind == .block {
      guard let source = graph.instances[id].call, source.file == 0 else { continue }
      add(graph.instances[id].outputs, at: source, in: graph.instances[id].parent, graph)
    }
  }

  private struct Call: Hashable {
    var source: SourceRange
    var instance: Instance.ID?
  }

  private mutating func add(_ outputs: [Value.ID], at source: SourceRange, in instance: Instance.ID?, _ graph: Graph) {
    let texts = outputs.map { "\(graph.values[$0].type)" }
    guard !texts.isEmpty, outputs.allSatisfy({ graph.values[$0].type != .unknown }) else { return }
    var calls: [Range<Int>] = []
    var around = instance
    while let id = around {
      if let call = graph.instances[id].call, call.file == 0 { calls.append(Int(call.start)..<Int(call.end)) }
      around = graph.instances[id].parent
    }
    let place = Int(source.start)..<Int(source.end)
    entries.append(Entry(place: place, calls: calls.reversed(), type: texts.joined(separator: "; ")))
  }
}

extension Syntax {
  /// The part of a binding's or a return's expression that makes the result, seen from outside: a call behind its label,
  /// the last stage of a pipe.
  var resultPlaces: [Range<Int>] {
    switch kind {
    case .binding: children.first { $0.kind != .target && $0.kind != .annotation }.map(\.resultPlaces) ?? []
    case .returnStatement: children.filter { $0.kind != .annotation }.flatMap(\.resultPlaces)
    case .parenthesized: firstChild?.resultPlaces ?? []
    case .pipe, .label: children.map(\.self).last?.resultPlaces ?? []
    case .conditional: children.dropFirst().flatMap(\.resultPlaces)
    default: [range]
    }
  }
}
