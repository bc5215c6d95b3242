import Graphs
import Semantics
import Syntax

/// Which instance of each block hints and hovers are of, by the block's name, counted from 0; the first one where none is
/// chosen.
package typealias InstanceChoices = [String: Int]

/// The instance of a block that hints and hovers in it are of.
package struct ShownInstance: Sendable {
  package let block: String
  /// Which of the instances it is, counted from 0, and how many there are.
  package let index: Int
  package let count: Int
  let id: Graphs.Instance.ID
  /// The model that has it.
  let model: Syntax
  /// Where the block stands.
  let place: Place

  /// What follows a size of it that others have otherwise.
  var suffix: String { " (\(index + 1) of \(count))" }
}

extension EditorView {
  /// The view with the instances that are chosen in the place of the first ones.
  func showing(_ choices: InstanceChoices) -> EditorView {
    guard !choices.isEmpty else { return self }
    var view = self
    view.shown = analysis.program.main.declarationsInOrder.compactMap { declaration in
      choices[declaration.name].flatMap { shownInstance(of: declaration, choice: $0) }
    }
    return view
  }

  /// The instance of a block that is shown; `nil` where no model uses the block.
  ///
  /// - Parameter choice: the one that is wanted; where there are not so many any more, it is the last one.
  func shownInstance(of declaration: Declaration, choice: Int) -> ShownInstance? {
    let all = instances(of: declaration).flatMap { found in found.instances.map { (id: $0, model: found.model) } }
    guard !all.isEmpty else { return nil }
    let index = min(max(0, choice), all.count - 1)
    return ShownInstance(
      block: declaration.name, index: index, count: all.count, id: all[index].id,
      model: analysis.elaborations[all[index].model].declaration.syntax, place: declaration.syntax.place)
  }

  /// The instance that is shown of the block that a place is in; `nil` where none was chosen.
  func shownInstance(at place: Place) -> ShownInstance? {
    shown.first { $0.place.file == place.file && $0.place.range.contains(place.range.lowerBound) }
  }

  /// Whether something that belongs to an instance of a model stands in the instance that is shown.
  func isShown(_ instance: Graphs.Instance.ID?, in elaboration: Elaboration, _ shown: ShownInstance) -> Bool {
    guard let instance, shown.model == elaboration.declaration.syntax else { return false }
    return elaboration.model.graph.block(around: instance) == shown.id
  }
}

/// Instances of a block in one of the models of a text.
struct ModelInstances {
  /// Which of the analysis' models it is.
  var model: Int
  var instances: [Graphs.Instance.ID]
}

extension EditorView {
  /// The instances of a block in each model that has some; none where no model uses it.
  func instances(of declaration: Declaration) -> [ModelInstances] {
    guard declaration.kind == .block else { return [] }
    return analysis.elaborations.enumerated().compactMap { index, elaboration in
      let graph = elaboration.model.graph
      let instances = Array(graph.instances.indices).filter { id in
        graph.instances[id].kind == .block && graph.instances[id].callee == declaration.name
          && !graph.instances[id].isLibrary
      }
      return instances.isEmpty ? nil : ModelInstances(model: index, instances: instances)
    }
  }

  /// The models, by their places in the analysis, whose instances count together at a place: in a block all of them, in a
  /// model the one that is given.
  func models(at place: Place, besides elaboration: Elaboration) -> [Int] {
    if isInBlock(place) { return Array(analysis.elaborations.indices) }
    return [index(of: elaboration)].compactMap(\.self)
  }

  /// Which of the analysis' models an elaboration is of.
  func index(of elaboration: Elaboration) -> Int? {
    analysis.elaborations.firstIndex { $0.declaration.syntax == elaboration.declaration.syntax }
  }

  /// Whether a place of the file is in a block.
  func isInBlock(_ place: Place) -> Bool {
    tree.root.children.contains { $0.kind == .blockDeclaration && $0.range.contains(place.range.lowerBound) }
  }
}

extension Graph {
  /// The instance of the block that an instance stands in, or is: scopes are part of it.
  func block(around instance: Graphs.Instance.ID) -> Graphs.Instance.ID {
    var instance = instance
    while instances[instance].kind == .scope, let parent = instances[instance].parent { instance = parent }
    return instance
  }
}
