import Graphs
package import Semantics
import Syntax

/// What a project decides for its Mica files: the contents of a `mica.json`.
///
/// `docs/project.md` describes the file. A command's own options win over it.
package struct Project: Sendable {
  /// What the file is called, in the folder of a Mica file or in one above it.
  package static let fileName = "mica.json"

  /// What is decided for the models of one name.
  package struct ModelSettings: Hashable, Sendable {
    /// Configuration by name, as Mica expressions.
    package var configuration: [String: String] = [:]
    package var dimensions: [String: Int] = [:]

    package init() {}
  }

  /// The operator set of texts without `use onnx`.
  package var opset: Int?
  /// Sizes that views of a model use for open dimensions.
  package var dimensions: [String: Int] = [:]
  package var models: [String: ModelSettings] = [:]
  package var lint = LintLevels()

  package init() {}
}

extension Project {
  /// How a model is elaborated: what the caller gives, and the project's decisions for the rest.
  ///
  /// - Parameter bindsDimensions: whether the project's sizes count, as they do for views of a model; an exported model
  ///   keeps its dimensions open unless the caller binds them.
  package func options(
    for model: Declaration, of program: Program, given: ElaborationOptions, bindsDimensions: Bool
  ) -> ElaborationOptions {
    var options = given
    if options.opset == nil, !program.namesOpset, let opset {
      options.opset = max(opset, program.importedOpset ?? opset)
    }
    let settings = models[model.name] ?? ModelSettings()
    options.configuration.merge(settings.configuration) { given, _ in given }
    if bindsDimensions {
      let known = model.dimensionNames
      let sizes = dimensions.merging(settings.dimensions) { _, ofModel in ofModel }
      options.bindings.merge(sizes.filter { known.contains($0.key) }) { given, _ in given }
    }
    return options
  }
}

extension Declaration {
  /// The names of sizes in the signature's inputs.
  package var dimensionNames: Set<String> {
    var names: Set<String> = []
    func collect(_ syntax: Syntax, isSize: Bool) {
      if isSize, syntax.kind == .name || syntax.kind == .quotedName, let name = syntax.plainName { names.insert(name) }
      for child in syntax.children { collect(child, isSize: isSize || syntax.kind == .dimensions) }
    }
    for input in inputs {
      if let type = input.type { collect(type, isSize: false) }
    }
    return names.subtracting(parameters.map(\.name))
  }
}
