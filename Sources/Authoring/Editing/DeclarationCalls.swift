package import Semantics
package import Syntax

/// A call of one declaration by another.
package struct DeclarationCall: Sendable {
  package var caller: Declaration
  package var callee: Declaration
  /// Where the callee is named.
  package var place: Place
}

extension EditorView {
  /// The calls in the declarations of the file, in order.
  package var calls: [DeclarationCall] {
    ownDeclarations.flatMap { caller in
      var found: [DeclarationCall] = []
      LocalNames.forEach(in: caller.syntax) { head in
        let path = head.wholePath
        if path.place != caller.namePlace, let callee = called(path) {
          found.append(DeclarationCall(caller: caller, callee: callee, place: path.place))
        }
      }
      return found
    }
  }

  /// The declaration that an offset names, by its own name or by a call.
  package func calledDeclaration(at offset: Int) -> Declaration? {
    let path = tree.nodes(at: offset)
    guard let index = path.lastIndex(where: { $0.kind == .name || $0.kind == .quotedName }) else { return nil }
    // Behind an import's name, or an operator's domain.
    let whole = path[..<index].lastIndex { $0.kind != .member && $0.kind != .overload }.map { path[$0 + 1] }
    let named = whole ?? path[index]
    return ownDeclarations.first { $0.namePlace == named.place } ?? called(named)
  }

  private func called(_ name: Syntax) -> Declaration? {
    let path = tree.nodes(at: name.range.lowerBound)
    guard let index = path.firstIndex(of: name), index > 0, name.isCallee(in: path[index - 1]),
      case .declaration(let declaration)? = callee(name)
    else { return nil }
    return declaration
  }
}
