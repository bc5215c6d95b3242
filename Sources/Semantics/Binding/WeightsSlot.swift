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
    let (opening, closing, kind) = collection.brackets
    let name = collection.rawValue
    guard let arguments = statement.child(.argumentList) else {
      let end = file.place.range.upperBound
      self.init(
        place: Place(file: file.place.file, range: end..<end), before: " (\(name)=\(opening)", after: "\(closing))")
      return
    }
    guard let known = arguments.namedArgument(name) else {
      guard let slot = Self.end(of: arguments, ")") else { return nil }
      self.init(place: slot.place, before: "\(slot.before)\(name)=\(opening)", after: "\(closing)\(slot.after)")
      return
    }
    guard let written = known.children.first(where: { $0.kind == kind }), let slot = Self.end(of: written, closing)
    else { return nil }
    self = slot
  }

  /// The place of the prefix: that of the one that is written, or where one can be added.
  init?(forPrefixIn statement: Syntax, behind file: Syntax) {
    guard let arguments = statement.child(.argumentList) else {
      let end = file.place.range.upperBound
      self.init(place: Place(file: file.place.file, range: end..<end), before: " (prefix=", after: ")")
      return
    }
    guard let known = arguments.namedArgument("prefix") else {
      guard let slot = Self.end(of: arguments, ")") else { return nil }
      self.init(place: slot.place, before: "\(slot.before)prefix=", after: slot.after)
      return
    }
    guard let text = known.children.first(where: { $0.kind == .string }) else { return nil }
    self.init(place: text.place, before: "", after: "")
  }

  /// The place behind the last element of a bracketed list, comments and newlines behind that left out, and what separates a
  /// new one; `nil` where the bracket is open.
  private static func end(of node: Syntax, _ bracket: Unicode.Scalar) -> WeightsStatement.Slot? {
    let tokens = node.tree.tokens
    let range = node.tokens
    guard range.count >= 2, node.tree.source[tokens.range(range.upperBound - 1)].elementsEqual([UInt8(ascii: bracket)])
    else { return nil }
    let last = range.upperBound - 2
    let end = tokens.range(last).upperBound
    let place = Place(file: node.place.file, range: end..<end)
    if last == range.lowerBound { return WeightsStatement.Slot(place: place, before: "", after: "") }
    let hasComma = tokens.kinds[last] == .comma
    return WeightsStatement.Slot(place: place, before: hasComma ? " " : ", ", after: hasComma ? "," : "")
  }

  /// A fix that writes more into the collection.
  func fix(_ title: String, _ entries: [String]) -> Fix {
    Fix(title, [Fix.Edit(place, before + entries.joined(separator: ", ") + after)])
  }
}

extension Syntax {
  /// The named argument of an argument list.
  fileprivate func namedArgument(_ name: String) -> Syntax? {
    children.first { $0.kind == .namedArgument && $0.firstChild?.plainName == name }
  }
}
