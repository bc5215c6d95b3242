import Tensors

/// What one place in the body of a `repeat` is written as in each round.
enum RoundText: Hashable {
  /// `$name`.
  case tensor(String)
  /// Integers with what is between them, such as `[1, 2]`.
  case integers(String)
  case other(String)

  /// The text in a place that is the same in all rounds.
  var text: String {
    switch self {
    case .tensor(let name): "$" + MicaPrinter.name(name)
    case .integers(let text), .other(let text): text
    }
  }

  /// One text for all rounds, in which the numbers of the rounds stand for themselves: ``$`layer.{i}.weight` ``.
  ///
  /// - Parameters:
  ///   - rounds: how often each `repeat` around the place runs, outermost first.
  ///   - counters: the names of their numbers.
  /// - Returns: `nil` where the texts do not follow from the numbers.
  static func common(_ texts: [RoundText], rounds: [Int], counters: [String]) -> (text: String, usesCounter: Bool)? {
    guard let first = texts.first else { return nil }
    if texts.allSatisfy({ $0 == first }) { return (first.text, false) }
    let split = texts.map(\.pieces)
    guard let parts = split.first, !parts.isEmpty,
      split.allSatisfy({
        $0.map(\.text) == parts.map(\.text) && $0.map { $0.number == nil } == parts.map { $0.number == nil }
      })
    else { return nil }
    var result = ""
    for (index, part) in parts.enumerated() {
      guard let number = part.number else {
        result += first.escaped(part.text)
        continue
      }
      let numbers = split.map { $0[index].number ?? 0 }
      if numbers.allSatisfy({ $0 == number }) {
        result += String(number)
        continue
      }
      guard let formula = formula(numbers, rounds: rounds, counters: counters) else { return nil }
      result += first.isTensor ? "{\(formula)}" : formula
    }
    return (first.isTensor ? "$`\(result)`" : result, true)
  }

  /// `2 * i + 1`, where that gives all the numbers.
  private static func formula(_ numbers: [Int], rounds: [Int], counters: [String]) -> String? {
    var strides: [Int] = []
    var stride = numbers.count
    for count in rounds {
      stride /= count
      strides.append(stride)
    }
    let base = numbers[0]
    let steps = zip(rounds, strides).map { count, stride in count > 1 ? numbers[stride] &- base : 0 }
    for (index, number) in numbers.enumerated() {
      var expected = base
      for (level, count) in rounds.enumerated() { expected &+= steps[level] &* (index / strides[level] % count) }
      if expected != number { return nil }
    }
    var formula = ""
    for (step, counter) in zip(steps, counters) where step != 0 {
      let term = step == 1 || step == -1 ? counter : "\(abs(step)) * \(counter)"
      formula += formula.isEmpty ? (step < 0 ? "-" : "") + term : (step < 0 ? " - " : " + ") + term
    }
    if base != 0 { formula += base < 0 ? " - \(-base)" : " + \(base)" }
    return formula
  }

  private var isTensor: Bool { if case .tensor = self { true } else { false } }

  /// A fragment of a name between backquotes.
  private func escaped(_ fragment: String) -> String {
    guard isTensor else { return fragment }
    var text = ""
    for scalar in fragment.unicodeScalars {
      switch scalar {
      case "`", "\\", "{", "}": text += "\\\(scalar)"
      case "\n": text += "\\n"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        text += "\\x" + (scalar.value < 0x10 ? "0" : "") + String(scalar.value, radix: 16)
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }

  private struct Piece {
    var text = ""
    var number: Int?
  }

  /// The text as numbers and what is between them; none where numbers mean something else.
  private var pieces: [Piece] {
    let source: String
    switch self {
    case .tensor(let name): source = name
    case .integers(let text): source = text
    case .other: return []
    }
    var pieces: [Piece] = []
    var digits = ""
    var text = ""
    func isPlain(_ digits: String) -> Bool { digits.count < 10 && (digits == "0" || digits.first != "0") }
    func endNumber() {
      guard !digits.isEmpty else { return }
      if isPlain(digits), isTensor || text.last != "-", let number = Int(digits) {
        pieces.append(Piece(text: text))
        pieces.append(Piece(number: number))
        text = ""
      } else {
        text += digits
      }
      digits = ""
    }
    for character in source {
      if character.isASCII, character.isNumber {
        digits.append(character)
      } else {
        endNumber()
        text.append(character)
      }
    }
    endNumber()
    pieces.append(Piece(text: text))
    return pieces
  }
}
