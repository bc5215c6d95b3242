import Syntax

// Fixes that change the arguments of a call.

/// Configuration that stands among a call's tensors, and the parameters that it is probably meant for.
struct MisplacedConfiguration {
  /// The argument as the text has it, without its place where the text is not at hand.
  var text: String
  var place: Place
  var parameter: String?

  /// Names each of the arguments; nothing where one of them can be meant for no parameter.
  static func naming(_ arguments: [MisplacedConfiguration]) -> [Fix] {
    let names = arguments.compactMap(\.parameter)
    guard names.count == arguments.count, Set(arguments.map(\.place)).count == arguments.count else { return [] }
    let spelling = zip(names, arguments).map { "`\($0)=\($1.text)`" }.joined(separator: ", ")
    let edits = zip(names, arguments).map { name, argument in
      let start = argument.place.range.lowerBound
      return Fix.Edit(Place(file: argument.place.file, range: start..<start), "\(name)=")
    }
    return [Fix("Write \(spelling)", edits)]
  }
}

extension Fix {
  /// Puts arguments behind those that a call has; `call` is the place of the callee with its parentheses, if any.
  static func adding(_ arguments: [String], to call: Place, of source: [UInt8]) -> Fix {
    let text = arguments.joined(separator: ", ")
    let title = "Add \(arguments.map { "`\($0)`" }.joined(separator: ", "))"
    let end = call.range.upperBound
    guard call.range.count > 1, source[end - 1] == UInt8(ascii: ")") else {
      return Fix(title, [Edit(Place(file: call.file, range: end..<end), "(\(text))")])
    }
    func isBlank(_ byte: UInt8) -> Bool { " \t\r\n".utf8.contains(byte) }
    var last = end - 2
    while last > call.range.lowerBound, isBlank(source[last]) { last -= 1 }
    let separator =
      switch source[last] {
      case UInt8(ascii: "("): ""
      case UInt8(ascii: ","): " "
      default: ", "
      }
    return Fix(title, [Edit(Place(file: call.file, range: (last + 1)..<(last + 1)), separator + text)])
  }
}
