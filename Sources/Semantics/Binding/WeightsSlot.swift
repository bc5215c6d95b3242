import Syntax

extension WeightsStatement.Collection {
  /// The brackets around what it holds.
  fileprivate var brackets: (open: Unicode.Scalar, close: Unicode.Scalar, kind: SyntaxKind) {
    switch self {
    case .rename: ("{", "}", .mapLiteral)
    case .ignore, .transpose: ("[", "]", .list)
    }
  }
}

extension WeightsStatement.Slot {
  /// The place in a `weights` statement: in the collection, or where one can be added.
  ///
  /// `nil` where a bracket is open, or the argument is something else.
  init?(for collection: WeightsStatement.Collection, in statement: Syntax, behind file: Syntax) {
    func end(of node: Syntax, _ bracket: Unicode.Scalar) -> Place? {
      let last = node.place.range.upperBound - 1
      guard last > node.place.range.lowerBound, node.tree.source[last] == UInt8(ascii: bracket) else { return nil }
      return Place(file: node.place.file, range: last..<last)
    }
    let (opening, closing, kind) = collection.brackets
    guard let arguments = statement.child(.argumentList) else {
      let end = file.place.range.upperBound
      self.init(
        place: Place(file: file.place.file, range: end..<end), before: " (\(collection.rawValue)=\(opening)",
        after: "\(closing))")
      return
    }
    let known = arguments.children.first {
      $0.kind == .namedArgument && $0.firstChild?.plainName == collection.rawValue
    }
    if let written = known?.children.first(where: { $0.kind == kind }) {
      guard let place = end(of: written, closing) else { return nil }
      self.init(place: place, before: written.firstChild == nil ? "" : ", ", after: "")
    } else if known == nil {
      guard let place = end(of: arguments, ")") else { return nil }
      let isEmpty = arguments.firstChild == nil
      self.init(
        place: place, before: "\(isEmpty ? "" : ", ")\(collection.rawValue)=\(opening)", after: "\(closing)")
    } else {
      return nil
    }
  }

  /// A fix that writes more into the collection.
  func fix(_ title: String, _ entries: [String]) -> Fix {
    Fix(title, [Fix.Edit(place, before + entries.joined(separator: ", ") + after)])
  }
}
