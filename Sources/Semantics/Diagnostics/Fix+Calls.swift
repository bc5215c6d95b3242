import Syntax
import Tensors

// Fixes that change the arguments of a call.

/// Configuration that stands among a call's tensors, and the parameters that it is probably meant for.
struct MisplacedConfiguration {
  /// The argument as the text has it, without its place where the text is not at hand.
  var text: String
  var place: Place
  var parameter: String?

  /// Names each of the arguments; nothing where one of them can be meant for no parameter.
  ///
  /// - Parameter rest: what gives the call the rest of what it needs, the likeliest first; nothing where that cannot be written.
  static func naming(_ arguments: [MisplacedConfiguration], rest: [Fix] = [.nothing]) -> [Fix] {
    let names = arguments.compactMap(\.parameter)
    guard names.count == arguments.count, Set(arguments.map(\.place)).count == arguments.count else { return [] }
    let spelling = zip(names, arguments).map { "`\($0)=\($1.text)`" }.joined(separator: ", ")
    let edits = zip(names, arguments).map { name, argument in
      let start = argument.place.range.lowerBound
      return Fix.Edit(
        Place(file: argument.place.file, range: start..<start), "\(Dimension.spelling(ofName: name))=")
    }
    let title = "Write \(spelling)"
    return rest.map { rest in Fix(rest.edits.isEmpty ? title : "\(title). \(rest.title)", edits + rest.edits) }
  }
}

extension Fix {
  /// What changes nothing.
  static let nothing = Fix("", [])

  /// How many sets of values are proposed for one call.
  private static let proposals = 16

  /// Gives parameters that a call lacks values of their types, for the author to change, the likeliest first; nothing where one
  /// has none.
  ///
  /// - Parameters:
  ///   - call: the place of the callee with its parentheses, if any.
  ///   - callee: the place of its name alone.
  ///   - guesses: whether what stands around the call is looked at.
  static func adding(
    _ parameters: [Declaration.Parameter], to call: Place, callee: Place, in file: SourceFile, guesses: Bool
  ) -> [Fix] {
    if parameters.isEmpty { return [.nothing] }
    let source = file.tree.source
    let name = String(decoding: source[callee.range], as: UTF8.self)
    let around = guesses ? ArgumentGuesses(call, in: file) : nil
    var lists: [[String]] = [[]]
    for parameter in parameters {
      let plainest = parameter.type?.plainestValue.map { [$0] } ?? []
      let values = around?.values(for: parameter, of: name) ?? plainest
      let arguments = values.map { "\(Dimension.spelling(ofName: parameter.name))=\($0)" }
      lists = Array(lists.flatMap { list in arguments.map { list + [$0] } }.prefix(proposals))
    }
    return lists.map { adding($0, to: call, of: source) }
  }

  private static func adding(_ arguments: [String], to call: Place, of source: [UInt8]) -> Fix {
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
