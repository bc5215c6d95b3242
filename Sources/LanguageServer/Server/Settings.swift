import Authoring
import JSON

/// What a user sets in the editor, under `mica`; what has another kind counts as not set.
struct Settings: Hashable, Sendable {
  /// A kind of inlay hints: `mica.hints.types` and so on, all on by default; `mica.hints` alone turns all on or off.
  enum HintKind: String, CaseIterable {
    /// The types of what statements make.
    case types
    /// The numbers of parameters.
    case parameters
    /// The sizes of what the steps of a recipe make.
    case recipes
  }

  var hints = Set(HintKind.allCases)
  /// `mica.lint`: levels by the identifiers of warnings and hints; those of the project file win.
  var lint = LintLevels()
  /// `mica.onnxruntime`: the library of ONNX Runtime, or the folder that has it.
  var onnxRuntime: String?

  init() {}

  init(_ json: JSONValue?) {
    for kind in HintKind.allCases
    where (json?["hints"]?.boolValue ?? json?["hints"]?[kind.rawValue]?.boolValue) == false {
      hints.remove(kind)
    }
    for identifier in LintLevels.adjustable {
      lint.levels[identifier] = json?["lint"]?[identifier]?.stringValue.flatMap(LintLevels.Level.init(rawValue:))
    }
    onnxRuntime = json?["onnxruntime"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
  }
}
