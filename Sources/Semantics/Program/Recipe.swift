package import Syntax

/// `recipe edge for resnet18 { prune(…) … }`: the steps that turn a model into what is shipped.
package struct Recipe: Sendable {
  package var name: String
  package var namePlace: Place
  /// The name of the model that the recipe is for.
  package var model: Syntax
  package var steps: [Syntax]
  package var syntax: Syntax

  /// The recipe that a `recipeDeclaration` node makes; `nil` where its names are missing.
  package init?(_ syntax: Syntax) {
    let names = syntax.children.filter { $0.kind == .name || $0.kind == .quotedName }
    guard names.count == 2, let name = names[0].plainName else { return nil }
    self.name = name
    namePlace = names[0].place
    self.syntax = syntax
    model = names[1]
    steps = syntax.child(.body)?.children.filter { $0.kind == .recipeStep } ?? []
  }

  /// What is wrong with the recipe, in the module that it stands in.
  func problems(in module: Module) -> [Diagnostic] {
    var problems: [Diagnostic] = []
    if let name = model.plainName, module.declarations[name]?.kind != .model {
      problems.append(.unknownRecipeModel(name, models: module.models.map(\.name), at: model.place))
    }
    for step in steps { problems += self.problems(of: step) }
    problems += exportProblems
    if problems.isEmpty {
      for call in calls where RecipeStep.all.contains(where: { $0.name == call.name && !$0.isRun }) {
        problems.append(.stepNotRun(call))
      }
    }
    return problems
  }

  /// The recipes that a text declares, in order.
  package static func all(in tree: SyntaxTree) -> [Recipe] {
    tree.root.children.filter { $0.kind == .recipeDeclaration }.compactMap { Recipe($0) }
  }

  /// The steps as calls, in order; those that are none are left out.
  package var calls: [RecipeCall] { steps.compactMap(RecipeCall.init) }

  private func problems(of step: Syntax) -> [Diagnostic] {
    guard let call = step.firstChild, call.kind != .omitted, call.kind != .error else { return [] }
    let callee = call.kind == .call ? call.firstChild ?? call : call
    guard let name = callee.plainName, call.kind == .call || call.kind == .name else {
      return [.notARecipeStep(callee)]
    }
    guard let known = RecipeStep.all.first(where: { $0.name == name }) else {
      return [.unknownRecipeStep(name, at: callee.place)]
    }
    var problems: [Diagnostic] = []
    var taken: [String: Place] = [:]
    var position = 0
    let arguments = call.child(.argumentList)?.children.map(\.self) ?? []
    let given = arguments.compactMap { $0.kind == .namedArgument ? $0.firstChild?.plainName : nil }
    for argument in arguments {
      let parts = Array(argument.children)
      let isNamed = argument.kind == .namedArgument && parts.count == 2
      let argumentName = isNamed ? parts[0].plainName ?? "" : known.positional[safe: position] ?? ""
      if !isNamed { position += 1 }
      let value = isNamed ? parts[1] : argument
      guard let parameter = known.parameters.first(where: { $0.name == argumentName }) else {
        let place = isNamed ? parts[0].place : argument.place
        problems.append(
          .unknownArgument(
            argumentName, of: name, candidates: known.parameters.map(\.name), given: given, at: place))
        continue
      }
      if let first = taken[argumentName] {
        problems.append(.duplicateName(argumentName, at: argument.place, first: first))
      }
      taken[argumentName] = argument.place
      if let wanted = parameter.kind.mismatch(with: value) {
        problems.append(.wrongRecipeValue(argumentName, of: name, wanted: wanted, at: value.place))
      }
    }
    for parameter in known.parameters where parameter.isRequired && taken[parameter.name] == nil {
      problems.append(.missingRecipeArgument(parameter.name, of: name, at: callee.place))
    }
    if problems.isEmpty, let call = RecipeCall(step) {
      do throws(RecipeProblem) { try known.check(call) } catch { problems.append(error.diagnostic) }
    }
    return problems
  }

  /// Exports that do not go together: one path twice, or two operator sets.
  private var exportProblems: [Diagnostic] {
    var problems: [Diagnostic] = []
    var paths: Set<String> = []
    var opset: Int?
    for call in calls where call.name == "export" {
      guard let export = try? ExportSettings(call) else { continue }
      if !paths.insert(export.path).inserted { problems.append(call.exportedTwice.diagnostic) }
      guard let wanted = export.opset else { continue }
      if let opset, opset != wanted {
        let reason = "a step before is for operator set \(opset), and a recipe has one for all of its files"
        problems.append(call.problem("opset", reason).diagnostic)
      }
      opset = opset ?? wanted
    }
    return problems
  }

  /// The operator set that the recipe's files are written for; `nil` for that of the text.
  package func exportedOpset() throws(RecipeProblem) -> Int? {
    for call in calls where call.name == "export" { _ = try ExportSettings(call) }
    if let problem = exportProblems.first { throw RecipeProblem(diagnostic: problem) }
    return calls.lazy.filter { $0.name == "export" }.compactMap { $0.integer("opset") }.first
  }
}

extension Diagnostic {
  fileprivate static func unknownRecipeModel(_ name: String, models: [String], at place: Place) -> Diagnostic {
    // Of one model there is no doubt.
    let meant = models.count == 1 ? models[0] : suggestion(for: name, among: models).nearest
    return Diagnostic(
      "unknown-name",
      "the file has no model `\(name)` for this recipe; it has \(models.isEmpty ? "none" : models.joined(separator: ", "))",
      at: place, fixes: renaming(meant.map(pathSpelling), at: place))
  }

  fileprivate static func notARecipeStep(_ syntax: Syntax) -> Diagnostic {
    Diagnostic(
      "unknown-step", "a recipe is made of steps such as `prune(ratio=0.4)`; `\(syntax.text)` is none", at: syntax.place
    )
  }

  fileprivate static func unknownRecipeStep(_ name: String, at place: Place) -> Diagnostic {
    let steps = RecipeStep.all.map(\.name)
    return Diagnostic(
      "unknown-step", "recipes have no step `\(name)`; there are \(steps.joined(separator: ", "))", at: place,
      fixes: renaming(suggestion(for: name, among: steps).nearest, at: place))
  }

  fileprivate static func wrongRecipeValue(
    _ name: String, of step: String, wanted: String, at place: Place
  ) -> Diagnostic {
    Diagnostic("wrong-configuration", "`\(name)` of \(step) takes \(wanted)", at: place)
  }

  fileprivate static func missingRecipeArgument(_ name: String, of step: String, at place: Place) -> Diagnostic {
    Diagnostic("missing-argument", "\(step) needs `\(name)`", at: place)
  }

  fileprivate static func stepNotRun(_ call: RecipeCall) -> Diagnostic {
    Diagnostic(
      "step-not-run", "\(call.name) is well formed; this version of Mica does not run it yet", at: call.place,
      severity: .hint)
  }
}
