import Graphs
import Semantics
import Syntax

// "Name this layer": a call of a block that has parameters gets the label that it has by itself.

extension EditorView {
  func naming(at range: Range<Int>) -> [RefactoringProposal] {
    guard range.isEmpty else { return [] }
    let path = tree.nodes(at: range.lowerBound)
    guard let callee = path.last(where: { isCallee($0) }), let index = path.lastIndex(of: callee),
      case .declaration(let declaration)? = self.callee(callee), declaration.kind == .block,
      !path[..<index].suffix(2).contains(where: { $0.kind == .label })
    else { return [] }
    let call = path[..<index].last { $0.kind == .call && $0.firstChild == callee } ?? callee
    let texts = labels(of: call, declaration).map { label in
      tree.source.replacing([(call.range.lowerBound..<call.range.lowerBound, "\(label): ")])
    }
    return texts.isEmpty ? [] : [RefactoringProposal(title: "Name this layer", kind: .rewrite, texts: texts)]
  }

  /// The names that the instances of a call may have got; none where they hold no parameters.
  private func labels(of call: Syntax, _ declaration: Declaration) -> [String] {
    for elaboration in analysis.elaborations {
      let graph = elaboration.model.graph
      let totals = figures(of: elaboration).totalParameters()
      let instances = Array(graph.instances.indices).filter { id in
        graph.instances[id].callee == declaration.name && totals[id.index] > 0
          && graph.instances[id].call.map { Place($0).touches(call.place) } ?? false
      }
      guard let first = instances.first else { continue }
      let given = graph.instances[first].label.map { [$0] } ?? []
      let name = declaration.name.lowercased()
      return given + [name] + (1..<10).map { "\(name)_\($0)" }
    }
    return []
  }
}

extension Place {
  /// Whether one of two places holds the other.
  fileprivate func touches(_ other: Place) -> Bool {
    file == other.file && (range.clamped(to: other.range) == range || other.range.clamped(to: range) == other.range)
  }
}
