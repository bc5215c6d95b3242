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
    analysis.program.main.declarationsInOrder.filter { $0.file.number == file.number }.flatMap { caller in
      var found: [DeclarationCall] = []
      LocalNames.forEach(in: caller.syntax) { name in
        if let callee = called(name), name.place != caller.namePlace {
          found.append(DeclarationCall(caller: caller, callee: callee, place: name.place))
        }
      }
      return found
    }
  }

  /// The declaration that an offset names, by its own name or by a call.
  package func calledDeclaration(at offset: Int) -> Declaration? {
    guard let leaf = tree.nodes(at: offset).last(.name, .quotedName) else { return nil }
    return analysis.program.main.declarationsInOrder.first { $0.namePlace == leaf.place } ?? called(leaf)
  }

  private func called(_ name: Syntax) -> Declaration? {
    guard let parent = tree.nodes(at: name.range.lowerBound).dropLast().last, name.isCallee(in: parent),
      case .declaration(let declaration)? = callee(name)
    else { return nil }
    return declaration
  }
}
