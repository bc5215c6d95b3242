import Graphs
import Operators
import Semantics
package import Syntax
import Tensors

extension EditorView {
  /// What makes tensors that do not go together fit: a Cast, a Transpose or a Reshape around one of them, or another number
  /// where one decides a size.
  ///
  /// None is tried yet.
  package func reconciliations(of diagnostic: Diagnostic) -> [Fix] {
    guard Self.reconcilable.contains(diagnostic.identifier), diagnostic.place.file == file.number,
      tree.diagnostics.isEmpty
    else { return [] }
    var fixes: [Fix] = []
    for fix in diagnostic.candidates + wrappings(at: diagnostic) where !fixes.contains(where: { $0.edits == fix.edits })
    {
      fixes.append(fix)
    }
    return fixes
  }

  /// Calls around the tensors of the call in which a problem is.
  private func wrappings(at diagnostic: Diagnostic) -> [Fix] {
    let path = tree.nodes(at: diagnostic.place.range.lowerBound)
    let around =
      path.last { node in
        [.call, .binary, .pipe].contains(node.kind) && node.range.clamped(to: diagnostic.place.range) != node.range
      } ?? path.last(.call, .binary, .pipe)
    guard let around else { return [] }
    let operands = around.operands.compactMap { operand in tensorType(of: operand).map { (operand, $0) } }
    return operands.flatMap { operand, type in
      let others = operands.filter { $0.0 != operand }.map(\.1)
      return Self.wrappings(of: operand.text, type, besides: others).map { name, text in
        Fix("Insert \(name) for `\(operand.text)`", [Fix.Edit(operand.place, text)])
      }
    }
  }

  private static var reconcilable: Set<String> {
    ["type-mismatch", "shape-mismatch", "rank-mismatch"]
  }

  /// Calls around an operand that may make it fit others, the likeliest first.
  private static func wrappings(
    of text: String, _ type: TensorType, besides others: [TensorType]
  ) -> [(name: String, text: String)] {
    var found: [(String, String)] = []
    let elements = Set(others.compactMap(\.element)).subtracting([type.element].compactMap(\.self))
    for element in elements.sorted(by: { $0.spelling < $1.spelling }) {
      found.append(("Cast to \(element.spelling)", "Cast(\(text), to=\(element.spelling))"))
    }
    guard let shape = type.shape, (2...4).contains(shape.rank) else { return found }
    let axes = Array(0..<shape.rank)
    var orders: [[Int]] = []
    for first in axes {
      for second in axes.dropFirst(first + 1) {
        var order = axes
        order.swapAt(first, second)
        orders.append(order)
      }
    }
    // Channels first and channels last.
    if shape.rank > 2 { orders += [[0] + axes.dropFirst(2) + [1], [0, shape.rank - 1] + axes[1..<(shape.rank - 1)]] }
    for order in orders.reversed() where order.map({ shape.dimensions[$0] }) != shape.dimensions {
      found.append(("Transpose", "Transpose(\(text), perm=\(order))"))
    }
    for other in others {
      guard let wanted = other.shape, wanted != shape, shape.elementCount.isProvablyEqual(to: wanted.elementCount)
      else {
        continue
      }
      found.append(("Reshape", "Reshape(\(text), \(wanted.dimensions.map(\.description).bracketed))"))
    }
    return found
  }

  /// The type of a name, of what a name is bound to, or of what a call gives.
  private func tensorType(of operand: Syntax) -> TensorType? {
    guard let found = observation(at: operand.place) else { return callType(of: operand) }
    let term: Term
    switch found.observation.meaning {
    case .use(let used, _): term = used
    case .binding(let bound): term = bound
    default: return nil
    }
    guard case .tensor(let value) = term,
      case .tensor(let type) = found.elaboration.model.graph.values[value].type
    else { return nil }
    return type
  }

  /// The type of what a call gives, in the first model that makes it.
  private func callType(of call: Syntax) -> TensorType? {
    guard call.kind == .call else { return nil }
    for elaboration in analysis.elaborations {
      guard let value = results(of: call, in: elaboration).first?.values.first else { continue }
      if case .tensor(let type) = elaboration.model.graph.values[value].type { return type }
    }
    return nil
  }
}

extension Syntax {
  /// The tensors that a call, an operator sign or a pipe is given.
  fileprivate var operands: [Syntax] {
    switch kind {
    case .binary: return Array(children)
    case .pipe: return (firstChild.map { [$0] } ?? []) + (Array(children).last?.operands ?? [])
    case .label: return Array(children).last?.operands ?? []
    case .call:
      return child(.argumentList)?.children.map { $0.kind == .namedArgument ? Array($0.children).last ?? $0 : $0 } ?? []
    default: return []
    }
  }
}

extension [String] {
  fileprivate var bracketed: String { "[" + joined(separator: ", ") + "]" }
}
