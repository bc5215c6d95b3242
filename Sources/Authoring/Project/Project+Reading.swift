import JSON
import Operators
import Semantics
package import Syntax

extension Project {
  /// Reads the text of a project file: what of it makes sense, and what is wrong with the rest.
  ///
  /// - Parameter number: the file's number in the diagnostics' places.
  package static func read(_ bytes: [UInt8], file number: UInt32) -> (project: Project, diagnostics: [Diagnostic]) {
    let value: JSONValue
    do {
      value = try JSONValue(parsing: bytes)
    } catch {
      let offset = min(error.offset, bytes.count)
      let place = Place(file: number, range: offset..<min(offset + 1, bytes.count))
      return (Project(), [.malformedProject(error, at: place)])
    }
    var reader = ProjectReader(locations: JSONLocations(bytes), file: number)
    reader.read(value)
    return (reader.project, reader.diagnostics)
  }
}

/// Takes a project file's JSON apart.
private struct ProjectReader {
  let locations: JSONLocations
  let file: UInt32
  var project = Project()
  var diagnostics: [Diagnostic] = []

  mutating func read(_ root: JSONValue) {
    guard let members = object(root, at: [], wanted: "an object of settings") else { return }
    for member in members {
      let path = [member.key]
      switch member.key {
      case "opset": opset(member.value, path)
      case "dimensions": project.dimensions = sizes(member.value, path)
      case "models": models(member.value, path)
      case "lint": lint(member.value, path)
      default: unknownKey(path, among: ["opset", "dimensions", "models", "lint"])
      }
    }
  }

  private mutating func opset(_ value: JSONValue, _ path: [String]) {
    let range = Program.writableOpsets
    guard let opset = value.intValue, range.contains(opset) else {
      return wrongValue(value, path, wanted: "a version from \(range.lowerBound) to \(range.upperBound)")
    }
    project.opset = opset
  }

  private mutating func sizes(_ value: JSONValue, _ path: [String]) -> [String: Int] {
    var sizes: [String: Int] = [:]
    for member in object(value, at: path, wanted: #"an object of sizes, such as {"N": 1}"#) ?? [:] {
      guard let size = member.value.intValue, size > 0 else {
        wrongValue(member.value, path + [member.key], wanted: "a size of 1 and more")
        continue
      }
      sizes[member.key] = size
    }
    return sizes
  }

  private mutating func models(_ value: JSONValue, _ path: [String]) {
    for model in object(value, at: path, wanted: "an object of models by name") ?? [:] {
      let path = path + [model.key]
      var settings = Project.ModelSettings()
      for member in object(model.value, at: path, wanted: #"an object with "set" or "dimensions""#) ?? [:] {
        let path = path + [member.key]
        switch member.key {
        case "set": settings.configuration = configuration(member.value, path)
        case "dimensions": settings.dimensions = sizes(member.value, path)
        default: unknownKey(path, among: ["set", "dimensions"])
        }
      }
      project.models[model.key] = settings
    }
  }

  private mutating func configuration(_ value: JSONValue, _ path: [String]) -> [String: String] {
    var configuration: [String: String] = [:]
    for member in object(value, at: path, wanted: #"an object of configuration, such as {"depth": 24}"#) ?? [:] {
      guard let expression = member.value.micaExpression else {
        wrongValue(
          member.value, path + [member.key], wanted: "a number, a string, true, false, null or an array of these")
        continue
      }
      configuration[member.key] = expression
    }
    return configuration
  }

  private mutating func lint(_ value: JSONValue, _ path: [String]) {
    for member in object(value, at: path, wanted: #"an object of levels, such as {"unused-weights": "off"}"#) ?? [:] {
      let path = path + [member.key]
      guard LintLevels.adjustable.contains(member.key) else {
        diagnostics.append(.fixedLevel(member.key, at: keyPlace(path)))
        continue
      }
      guard let level = member.value.stringValue.flatMap(LintLevels.Level.init) else {
        wrongValue(member.value, path, wanted: #""off", "hint", "warning" or "error""#)
        continue
      }
      project.lint.levels[member.key] = level
    }
  }

  // MARK: Problems

  private mutating func object(_ value: JSONValue, at path: [String], wanted: String) -> JSONObject? {
    if let object = value.objectValue { return object }
    wrongValue(value, path, wanted: wanted)
    return nil
  }

  private mutating func wrongValue(_ value: JSONValue, _ path: [String], wanted: String) {
    let range = path.isEmpty ? locations.root : locations.members[path]?.value ?? locations.root
    diagnostics.append(.wrongValue(value, of: path, wanted: wanted, at: Place(file: file, range: range)))
  }

  private mutating func unknownKey(_ path: [String], among keys: [String]) {
    diagnostics.append(.unknownKey(path, among: keys, at: keyPlace(path)))
  }

  private func keyPlace(_ path: [String]) -> Place {
    Place(file: file, range: locations.members[path]?.key ?? locations.root)
  }
}

extension JSONValue {
  /// The value as a Mica expression; `nil` for objects.
  fileprivate var micaExpression: String? {
    switch self {
    case .null: return "none"
    case .bool(let value): return value ? "true" : "false"
    case .integer(let value): return "\(value)"
    case .unsigned(let value): return "\(value)"
    case .number(let value): return "\(value)"
    case .string(let value): return Self.quoted(value)
    case .array(let values):
      let items = values.compactMap(\.micaExpression)
      return items.count == values.count ? "[\(items.joined(separator: ", "))]" : nil
    case .object: return nil
    }
  }

  private static func quoted(_ text: String) -> String {
    let escaped = text.utf8.reduce(into: [UInt8]()) { bytes, byte in
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
      case 0..<0x20: bytes += Array("\\x\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".utf8)
      default: bytes.append(byte)
      }
    }
    return "\"\(String(decoding: escaped, as: UTF8.self))\""
  }
}

/// Problems in a project file.
extension Diagnostic {
  fileprivate static func malformedProject(_ error: JSONError, at place: Place) -> Diagnostic {
    Diagnostic("malformed-project", "this is not JSON: \(error.reason)", at: place)
  }

  fileprivate static func wrongValue(
    _ value: JSONValue, of path: [String], wanted: String, at place: Place
  ) -> Diagnostic {
    let subject = path.isEmpty ? "the file" : "`\(path.joined(separator: "."))`"
    let found =
      switch value {
      case .bool, .integer, .unsigned, .number, .null: String(decoding: value.serialized(), as: UTF8.self)
      case .string(let text) where text.utf8.count <= 40: String(decoding: value.serialized(), as: UTF8.self)
      default: value.kind
      }
    return Diagnostic("wrong-value", "\(subject) takes \(wanted), and this is \(found)", at: place)
  }

  fileprivate static func unknownKey(_ path: [String], among keys: [String], at place: Place) -> Diagnostic {
    let key = path.last ?? ""
    let nearest = Catalogue.nearest(to: key, in: keys)
    let hint = nearest.map { "; did you mean `\($0)`?" } ?? "; there are \(keys.joined(separator: ", "))"
    return Diagnostic(
      "unknown-key", "`\(path.joined(separator: "."))` means nothing here and is left out\(hint)", at: place,
      severity: .warning)
  }

  fileprivate static func fixedLevel(_ identifier: String, at place: Place) -> Diagnostic {
    let known = LintLevels.adjustable
    let nearest = Catalogue.nearest(to: identifier, in: known)
    let hint = nearest.map { "did you mean `\($0)`?" } ?? "warnings and hints are \(known.joined(separator: ", "))"
    return Diagnostic(
      "fixed-level", "`\(identifier)` is no warning or hint, and errors keep their level; \(hint)", at: place)
  }
}
