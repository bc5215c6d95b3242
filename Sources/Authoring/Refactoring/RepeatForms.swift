import Syntax

// "Unroll this repeat": its statements as often as it executes them; "Roll up … into a repeat": the other way round.

extension EditorView {
  /// The `repeat` whose head is at a cursor, as the statements of each of its rounds.
  func unrolling(at range: Range<Int>) -> [RefactoringProposal] {
    guard range.isEmpty, let statement = tree.nodes(at: range.lowerBound).last(.repeatStatement),
      let rounds = UnrolledRepeat(statement), range.lowerBound <= rounds.body.range.lowerBound
    else { return [] }
    let text = rounds.texts.joined(separator: "\n")
    return [
      RefactoringProposal(
        title: "Unroll this repeat", kind: .rewrite, texts: [tree.source.replacing([(statement.range, text)])])
    ]
  }

  /// Selected statements that are a few ones again and again, with other numbers, as a `repeat`.
  func rollingUp(_ range: Range<Int>) -> [RefactoringProposal] {
    guard !range.isEmpty, let selection = SelectedStatements(selected: range, in: self) else { return [] }
    let count = selection.statements.count
    for period in 1...count where count.isMultiple(of: period) && count / period > 1 {
      guard let rolled = RolledRepeat(selection, period: period) else { continue }
      return [
        RefactoringProposal(
          title: "Roll up \(count / period) equal parts into a repeat", kind: .rewrite,
          texts: [tree.source.replacing([(selection.range, rolled.text)])])
      ]
    }
    return []
  }
}

/// The rounds of a `repeat` over numbers that stand in the text.
private struct UnrolledRepeat {
  let body: Syntax
  /// The statements of each round.
  private(set) var texts: [String] = []

  private static let maximumRounds = 64

  /// `nil` where the rounds are not known from the statement alone, or are too many to read.
  init?(_ statement: Syntax) {
    let children = statement.children.filter { $0.kind != .annotation }
    guard let body = children.last, body.kind == .body, body.firstChild != nil, children.count >= 3,
      !statement.contains(.annotation), let rounds = Self.rounds(of: children[children.count - 2])
    else { return nil }
    self.body = body
    let names = children.dropLast(2)
    let bound = LocalNames.bound(in: body)
    guard !names.contains(where: { bound.contains($0.text) }) else { return nil }
    let statements = Array(body.children)
    let range = statements[0].range.lowerBound..<statements[statements.count - 1].range.upperBound
    for round in rounds {
      guard names.count == 1 || round.count == names.count else { return nil }
      var values: [String: String] = [:]
      for (name, value) in zip(names, names.count == 1 ? [round.joined(separator: ", ")] : round)
      where name.kind == .name {
        values[name.text] = names.count == 1 && round.count != 1 ? "[\(value)]" : value
      }
      texts.append(body.text(of: range, Self.changes(values, in: body)))
    }
  }

  /// The elements that the names stand for in each round.
  private static func rounds(of expression: Syntax) -> [[String]]? {
    guard LocalNames.all(in: expression).isEmpty else { return nil }
    switch expression.kind {
    case .parenthesized: return expression.firstChild.flatMap(rounds)
    case .range:
      guard let (lower, upper) = expression.pair, let first = Int(lower.text), let end = Int(upper.text), first < end,
        end - first <= maximumRounds
      else { return nil }
      return (first..<end).map { ["\($0)"] }
    case .list:
      let rounds = expression.children.map { element in
        element.kind == .list ? element.children.map(\.text) : [element.text]
      }
      guard !rounds.isEmpty, rounds.count <= maximumRounds,
        expression.children.allSatisfy({ $0.kind != .spread && $0.kind != .ellipsis })
      else { return nil }
      return rounds
    default: return nil
    }
  }

  /// The values in the places of their names; within a quoted name, in those of its interpolations.
  private static func changes(
    _ values: [String: String], in body: Syntax
  ) -> [(range: Range<Int>, text: String)] {
    let (open, close) = (UInt8(ascii: "{"), UInt8(ascii: "}"))
    let source = body.tree.source
    let numbers = numbers(values, in: body)
    let others = LocalNames.renaming(values, in: body).filter { change in
      !numbers.contains { $0.range.contains(change.range.lowerBound) }
    }
    return numbers
      + others.map { change in
        let (before, after) = (change.range.lowerBound - 1, change.range.upperBound)
        if source[before] == open, source[after] == close, body.tree.nodes(at: before + 1).contains(.quotedName) {
          return (before..<after + 1, change.text)
        }
        return (change.range, change.text.hasPrefix("-") ? "(\(change.text))" : change.text)
      }
  }
}

extension UnrolledRepeat {
  /// The interpolations of quoted names that are numbers in a round, with their braces.
  private static func numbers(_ values: [String: String], in node: Syntax) -> [(range: Range<Int>, text: String)] {
    node.children.flatMap { child -> [(range: Range<Int>, text: String)] in
      let source = child.tree.source
      guard node.kind == .quotedName, child.kind != .name, let number = number(child, values),
        let open = source[..<child.range.lowerBound].lastIndex(of: UInt8(ascii: "{")),
        let close = source[child.range.upperBound...].firstIndex(of: UInt8(ascii: "}"))
      else { return numbers(values, in: child) }
      return [(open..<close + 1, "\(number)")]
    }
  }

  /// A sum or product of whole numbers; `nil` for what is none.
  private static func number(_ expression: Syntax, _ values: [String: String]) -> Int? {
    switch expression.kind {
    case .integer: return Int(expression.text)
    case .name: return values[expression.text].flatMap { Int($0) }
    case .parenthesized: return expression.firstChild.flatMap { number($0, values) }
    case .binary:
      guard let (left, right) = expression.pair, let first = number(left, values), let second = number(right, values)
      else { return nil }
      let sign = expression.text(of: left.range.upperBound..<right.range.lowerBound)
      let (result, overflows) =
        switch sign.filter({ $0 != " " }) {
        case "+": first.addingReportingOverflow(second)
        case "-": first.subtractingReportingOverflow(second)
        case "*": first.multipliedReportingOverflow(by: second)
        default: (0, true)
        }
      return overflows ? nil : result
    default: return nil
    }
  }
}

extension [Syntax] {
  fileprivate func contains(_ kind: SyntaxKind) -> Bool { contains { $0.kind == kind } }
}

/// Statements that are a few ones again and again, but for numbers.
private struct RolledRepeat {
  /// Where a number differs from round to round, in the first round, and what it is in each.
  fileprivate struct Column {
    var values: [String]
    var places: [Range<Int>]
  }

  private var columns: [Column] = []
  private let selection: SelectedStatements
  private let rounds: Int
  private let first: Range<Int>

  /// - Parameter period: how many of the statements are one round.
  /// - Returns: `nil` where the rounds differ in more than numbers.
  init?(_ selection: SelectedStatements, period: Int) {
    self.selection = selection
    let statements = selection.statements
    rounds = statements.count / period
    first = statements[0].range.lowerBound..<statements[period - 1].range.upperBound
    let all = (0..<rounds).map { round in
      Self.pieces(Array(statements[(round * period)..<((round + 1) * period)]))
    }
    guard all.allSatisfy({ $0.count == all[0].count }) else { return nil }
    for place in all[0].indices {
      let values = all.map { $0[place].text }
      guard values.contains(where: { $0 != values[0] }) else { continue }
      guard all.allSatisfy({ $0[place].isNumber }) else { return nil }
      if let known = columns.firstIndex(where: { $0.values == values }) {
        columns[known].places.append(all[0][place].range)
      } else {
        columns.append(Column(values: values, places: [all[0][place].range]))
      }
    }
  }

  private struct Piece {
    var text: String
    var range: Range<Int>
    var isNumber: Bool
  }

  /// The tokens of statements; quoted names are taken apart where numbers stand in them.
  private static func pieces(_ statements: [Syntax]) -> [Piece] {
    var pieces: [Piece] = []
    for statement in statements {
      let tokens = statement.tree.tokens
      for token in statement.tokens {
        let (range, text) = (tokens.range(token), statement.tree.text(token))
        guard text.first == "`" else {
          let isNumber = text.first?.isASCII == true && text.first?.isNumber == true
          pieces.append(Piece(text: text, range: range, isNumber: isNumber))
          continue
        }
        var start = range.lowerBound
        let source = statement.tree.source
        while start < range.upperBound {
          let isDigit = source[start].isDigit
          let end = source[start..<range.upperBound].firstIndex { $0.isDigit != isDigit } ?? range.upperBound
          pieces.append(Piece(text: statement.text(of: start..<end), range: start..<end, isNumber: isDigit))
          start = end
        }
      }
    }
    return pieces
  }

  var text: String {
    var taken = selection.takenNames
    var changes: [(range: Range<Int>, text: String)] = []
    var names: [String] = []
    let source = selection.source
    for column in columns {
      let name = LocalNames.fresh(column.counts == nil ? "number" : "i", taken)
      taken.insert(name)
      names.append(name)
      for place in column.places {
        let isInName = source[place.lowerBound - 1] == UInt8(ascii: "`") || isInQuotedName(place.lowerBound)
        changes.append((place, isInName ? "{\(name)}" : name))
      }
    }
    let range: String
    if columns.count <= 1, let counts = columns.first.map(\.counts) ?? 0..<rounds {
      range = "\(counts.lowerBound)..<\(counts.upperBound)"
    } else {
      let rows = (0..<rounds).map { round in columns.map { $0.values[round] } }
      range = "[" + rows.map { $0.count == 1 ? $0[0] : "[\($0.joined(separator: ", "))]" }.joined(separator: ", ") + "]"
    }
    let body = selection.declaration.text(of: first, changes)
    return "repeat \(names.isEmpty ? "_" : names.joined(separator: ", ")) in \(range) {\n\(body)\n}"
  }

  private func isInQuotedName(_ offset: Int) -> Bool {
    selection.declaration.tree.nodes(at: offset).contains(.quotedName)
  }
}

extension RolledRepeat.Column {
  /// The whole numbers one after another that the values are; `nil` for others.
  fileprivate var counts: Range<Int>? {
    guard let first = Int(values[0]), zip(values, first...).allSatisfy({ $0 == "\($1)" }) else { return nil }
    return first..<first + values.count
  }
}

extension UInt8 {
  fileprivate var isDigit: Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= self }
}
