package import Compression
import Formats
package import Graphs
import Operators
package import Semantics
import Syntax
package import Tensors

/// A model of a text without some of its channels: the text that says so, and the weights that go with it.
///
/// The plan is the graph's. What the text must say for that is found by trying: numbers are changed whose copies the sizes
/// are, blocks get parameters where their instances no longer agree, and a text counts only where what it exports is
/// the pruned graph. Groups that no text was found for are left alone.
package struct TextPruning: Sendable {
  /// The plan, in which what the text cannot say stays.
  package let plan: PruningPlan
  /// The pruned model, which the text exports.
  package private(set) var model: Model
  /// The new text, in the language's layout where the old one was.
  package let text: [UInt8]
  /// The parameters and buffers for the weights file that the text names, by their paths.
  package private(set) var weights: [(name: String, tensor: Tensor)]

  /// What layers lose.
  package let layers: [Layer]

  /// A layer that makes fewer channels than before.
  package struct Layer: Sendable {
    /// Its path, such as `layer1.0.conv1`.
    package let name: String
    /// The channels that it made, and those that it makes.
    package let before: Int
    package let after: Int
    /// The expressions of the former text that its channels are, from the innermost block outwards.
    package let places: [Range<Int>]
  }

  /// What is needed of the surroundings of a text.
  package struct Surroundings: Sendable {
    /// Elaborates every model of a text of the file, or the one of a name.
    package var elaborate: @Sendable (SourceFile, String?) -> [(elaboration: Elaboration, program: Program)]
    /// Whether the work is to stop.
    package var isCancelled: @Sendable () -> Bool

    package init(
      elaborate: @escaping @Sendable (SourceFile, String?) -> [(elaboration: Elaboration, program: Program)],
      isCancelled: @escaping @Sendable () -> Bool = { false }
    ) {
      (self.elaborate, self.isCancelled) = (elaborate, isCancelled)
    }
  }

  /// Prunes a model of a text.
  ///
  /// - Parameters:
  ///   - bound: the model with its weights.
  ///   - file: the text, which declares the model.
  ///   - weightsName: what the text is to call the file of its weights.
  ///   - leaving: why groups stay that have slices along these axes.
  package init(
    _ bound: Elaboration, in file: SourceFile, _ options: PruningOptions, weightsName: String,
    leaving: [StoredAxis: String] = [:], _ surroundings: Surroundings
  ) throws(TextPruningError) {
    guard !bound.declaration.isVerbatim, bound.references.isEmpty else { throw .imported }
    guard bound.declaration.file.number == file.number else { throw .declaredElsewhere }
    var attempt = try Attempt(bound, file, weightsName, surroundings)
    let inference = ModelInference(of: bound.model)
    var leaving = leaving
    var blamed: [Place?] = []
    // Each round leaves at least one more group alone.
    while true {
      if surroundings.isCancelled() { throw .cancelled }
      let plan: PruningPlan
      do throws(PruningError) { plan = try PruningPlan(of: bound.model, inference, options, leaving: leaving) } catch {
        throw .plan(error)
      }
      guard plan.groups.contains(where: { !$0.removed.isEmpty }) else { throw .nothingGoes(plan) }
      switch try attempt.outcome(of: plan) {
      case .text(let text, let model):
        (self.plan, self.model, self.text) = (plan, model, text)
        layers = attempt.layers(of: plan)
        weights = Self.weights(of: model)
        return
      case .leaves(let more) where plan.losesSlices(along: more.keys):
        leaving.merge(more) { known, _ in known }
      case .leaves, .fails:
        let (culprit, rest) = try attempt.culprit(in: plan)
        let place = attempt.place(ofGroup: culprit, in: plan)
        var groups = [culprit]
        if blamed.count >= Self.maximumBlamed {
          groups += rest
        } else if blamed.contains(place) {
          groups += rest.filter { attempt.place(ofGroup: $0, in: plan) == place }
        }
        blamed.append(place)
        for axis in groups.flatMap({ plan.groups[$0].axes }) where axis.roles.contains(.producer) {
          leaving[axis.stored] = "in the text, no way was found to say what is left of it"
        }
      }
    }
  }

  /// So many groups are found to be to blame, each by texts of a part of the others, before nobody waits any longer: then
  /// those before the last one go.
  private static let maximumBlamed = 8

  /// Puts other elements in the place of the model's, before channels go.
  ///
  /// - Parameter tensors: by values of the model as it was, in their former shapes.
  package mutating func take(_ tensors: [Value.ID: Tensor]) throws(PruningError) {
    model = try plan.applied(tensors)
    weights = Self.weights(of: model)
  }

  static func weights(of model: Model) -> [(name: String, tensor: Tensor)] {
    model.graph.regions[model.graph.body].initializers.filter { $0.role != .constant }.map {
      (model.graph.values[$0.value].name, $0.tensor)
    }
  }
}

extension PruningPlan {
  /// Whether a group loses something that has slices along one of these axes.
  func losesSlices(along others: some Collection<StoredAxis>) -> Bool {
    groups.contains { group in !group.removed.isEmpty && group.axes.contains { others.contains($0.stored) } }
  }
}

/// Why a text cannot be pruned.
package enum TextPruningError: Error, CustomStringConvertible {
  case imported
  case declaredElsewhere
  case plan(PruningError)
  case nothingGoes(PruningPlan)
  case cancelled

  package var description: String {
    switch self {
    case .imported:
      "this text is of an ONNX file, whose tensors it names; `mica prune IN.mica OUT.mica` writes a pruned text of it"
    case .declaredElsewhere: "the model is declared in another file; prune it there"
    case .plan(let error): "\(error)"
    case .nothingGoes(let plan): plan.emptiness
    case .cancelled: "cancelled; nothing was written"
    }
  }
}
