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
  /// - Parameter rest: what gives the call the rest of what it needs; `nil` where that cannot be written.
  static func naming(_ arguments: [MisplacedConfiguration], rest: Fix? = .nothing) -> [Fix] {
    let names = arguments.compactMap(\.parameter)
    guard let rest, names.count == arguments.count, Set(arguments.map(\.place)).count == arguments.count
    else { return [] }
    let spelling = zip(names, arguments).map { "`\($0)=\($1.text)`" }.joined(separator: ", ")
    let edits = zip(names, arguments).map { name, argument in
      let start = argument.place.range.lowerBound
      return Fix.Edit(
        Place(file: argument.place.file, range: start..<start), "\(Dimension.spelling(ofName: name))=")
    }
    let title = "Write \(spelling)"
    return [Fix(rest.edits.isEmpty ? title : "\(title). \(rest.title)", edits + rest.edits)]
  }
}

extension Fix {
  /// What changes nothing.
  static let nothing = Fix("", [])

  /// Gives parameters that a call lacks the plainest values of their types, for the author to change; `nil` where one has none.
  ///
  /// - Parameter call: the place of the callee with its parentheses, if any.
  static func adding(_ parameters: [Declaration.Parameter], to call: Place, of source: [UInt8]) -> Fix? {
    if parameters.isEmpty { return .nothing }
    let arguments = parameters.compactMap { parameter in
      parameter.type?.plainestValue.map { "\(Dimension.spelling(ofName: parameter.name))=\($0)" }
    }
    return arguments.count == parameters.count ? adding(arguments, to: call, of: source) : nil
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

extension Syntax {
  /// A value of a type of configuration; `nil` where there is none to write.
  fileprivate var plainestValue: String? {
    // One value stands for a list of it.
    if kind == .listType { return firstChild?.plainestValue }
    switch text {
    case "int", "any": return "1"
    case "float": return "1.0"
    case "bool": return "false"
    case "string": return "\"\""
    case "dtype": return "f32"
    case "callee": return "Identity"
    case "tensor": return "f32[]{0.0}"
    case "sparse_tensor": return "sparse f32[1]{0: 0.0}"
    case "type": return "type f32[1]"
    default: return nil
    }
  }
}
