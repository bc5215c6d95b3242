import Formats
import Graphs
import Operators
import Semantics
package import Syntax

/// What keeps a file from a newer operator set, or the edit that asks for it.
package struct OpsetRaise: Sendable {
  package var version: Int
  /// The operators that mean something else there, by name; `edits` then are none.
  package var changed: [String]
  package var edits: [Fix.Edit]

  package var title: String { "Raise the opset to \(version)" }
}

extension EditorView {
  /// The newest operator set with which every model is the same graph, where the cursor is on `use onnx`; and the newest one
  /// that there is, where that is another one.
  package func opsetRaises(at range: Range<Int>, proof: RefactoringProof) -> [OpsetRaise] {
    let path = tree.nodes(at: range.lowerBound)
    guard let use = path.last(.useDeclaration), use.firstChild?.text == "onnx", let number = use.child(.integer),
      let old = Int(number.text), old < Program.writableOpsets.upperBound, let proven = try? ProvenTexts(file, proof)
    else { return [] }
    var raises: [OpsetRaise] = []
    for version in stride(from: Program.writableOpsets.upperBound, to: old, by: -1) {
      let changed = analysis.elaborations.flatMap { $0.model.graph.operators(changingFrom: old, to: version) }
      let text = tree.source.replacing([(number.range, "\(version)")])
      if changed.isEmpty, let edits = proven.edits(to: text, takesOpset: true) {
        return raises + [OpsetRaise(version: version, changed: [], edits: edits)]
      }
      if raises.isEmpty {
        raises.append(OpsetRaise(version: version, changed: Array(Set(changed)).sorted(), edits: []))
      }
    }
    return raises
  }
}

extension Graph {
  /// The operators of ONNX whose definition is another one in another operator set.
  fileprivate func operators(changingFrom old: Int, to new: Int) -> [String] {
    nodes.indices.compactMap { id in
      let node = nodes[id]
      guard node.domain.isEmpty, let before = Catalogue.schema(name: node.operatorType, opset: old) else { return nil }
      let after = Catalogue.schema(name: node.operatorType, opset: new)
      return after?.sinceVersion == before.sinceVersion ? nil : node.operatorType
    }
  }
}
