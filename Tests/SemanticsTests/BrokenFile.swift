import Semantics
import Syntax
import Testing

/// A broken file of `Tests/Broken`, with what is to be told of it.
///
/// `NAME.expected` has a line for each problem: the bytes that it points at, its identifier, and those bytes as they
/// stand in the file, which keeps the line readable and honest: ``81..<85 unknown-name `hide` ``. A problem in an
/// imported file begins with the file's path.
struct BrokenFile: Sendable, CustomTestStringConvertible {
  /// The path from the project's root, without its ending.
  let path: String

  var testDescription: String { String(path.dropFirst("Tests/Broken/".count)) }

  static let all: [BrokenFile] = Project.files(in: "Tests/Broken", ending: ".expected").map {
    BrokenFile(path: String($0.dropLast(".expected".count)))
  }

  func expected() throws -> [String] {
    try Project.text("\(path).expected").split(separator: "\n").map(String.init)
  }

  /// What is reported, in the order of the places.
  func reported() throws -> [String] {
    let program = Program(
      SourceFile(path: "\(path).mica", source: try Project.bytes("\(path).mica"), number: 0), imports: Self.loader)
    var found: [Diagnostic] = []
    for diagnostic in program.models.flatMap({ program.elaborate($0).diagnostics }) + program.diagnostics
    where !found.contains(diagnostic) {
      found.append(diagnostic)
    }
    let files = Dictionary(uniqueKeysWithValues: program.files.map { ($0.number, $0) })
    return found.sorted { Self.order($0.place) < Self.order($1.place) }.map { Self.line($0, in: files) }
  }

  private static func order(_ place: Place) -> (UInt32, Int, Int) {
    (place.file, place.range.lowerBound, place.range.upperBound)
  }

  private static func line(_ diagnostic: Diagnostic, in files: [UInt32: SourceFile]) -> String {
    let place = diagnostic.place
    guard let file = files[place.file], place.range.upperBound <= file.tree.source.count else {
      return "\(place) lies in no file"
    }
    let text = String(decoding: file.tree.source[place.range], as: UTF8.self)
    let excerpt = text.isEmpty ? "" : " `\(escaped(text))`"
    let prefix = place.file == 0 ? "" : file.path.dropFirst("Tests/Broken/".count) + " "
    return "\(prefix)\(place.range) \(diagnostic.identifier)\(excerpt)"
  }

  private static func escaped(_ text: String) -> String {
    text.unicodeScalars.map { scalar in
      switch scalar {
      case "\\": "\\\\"
      case "\n": "\\n"
      case "\r": "\\r"
      case "\t": "\\t"
      case "\0": "\\0"
      default: String(scalar)
      }
    }.joined()
  }

  /// Finds imports by their paths from the folder of the importing file.
  private static let loader = ImportLoader { path, importer in
    let folder = importer.path[..<(importer.path.lastIndex(of: "/") ?? importer.path.startIndex)]
    let found = "\(folder)/\(path.hasPrefix("./") ? String(path.dropFirst(2)) : path)"
    guard let text = try? Project.bytes(found) else {
      return .failure(ImportLoader.Failure(message: "\(path): there is no such file"))
    }
    return .success(ImportLoader.Found(path: found, text: text))
  }
}
