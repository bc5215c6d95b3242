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
    instances(of: declaration).map { instances, elaboration in
      let index = min(max(0, choice), instances.count - 1)
      return ShownInstance(
        block: declaration.name, index: index, count: instances.count, id: instances[index],
        model: elaboration.declaration.syntax, place: declaration.syntax.place)
    }
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

extension Graph {
  /// The instance of the block that an instance stands in, or is: scopes are part of it.
  func block(around instance: Graphs.Instance.ID) -> Graphs.Instance.ID {
    var instance = instance
    while instances[instance].kind == .scope, let parent = instances[instance].parent { instance = parent }
    return instance
  }
}
