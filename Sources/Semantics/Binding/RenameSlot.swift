import Syntax

extension WeightsStatement.RenameSlot {
  /// The place in a `weights` statement: in its `rename`, or where one can be added.
  ///
  /// `nil` where a bracket is open.
  init?(in statement: Syntax, behind file: Syntax) {
    func end(of node: Syntax, _ bracket: Unicode.Scalar) -> Place? {
      let last = node.place.range.upperBound - 1
      guard last > node.place.range.lowerBound, node.tree.source[last] == UInt8(ascii: bracket) else { return nil }
      return Place(file: node.place.file, range: last..<last)
    }
    guard let arguments = statement.child(.argumentList) else {
      let end = file.place.range.upperBound
      self.init(
        place: Place(file: file.place.file, range: end..<end), before: " (rename={", after: "})")
      return
    }
    let rename = arguments.children.first { $0.kind == .namedArgument && $0.firstChild?.plainName == "rename" }
    if let map = rename?.children.first(where: { $0.kind == .mapLiteral }) {
      guard let place = end(of: map, "}") else { return nil }
      let isEmpty = !map.children.contains { $0.kind == .mapEntry }
      self.init(place: place, before: isEmpty ? "" : ", ", after: "")
    } else if rename == nil {
      guard let place = end(of: arguments, ")") else { return nil }
      let isEmpty = arguments.firstChild == nil
      self.init(place: place, before: (isEmpty ? "" : ", ") + "rename={", after: "}")
    } else {
      return nil
    }
  }
}
