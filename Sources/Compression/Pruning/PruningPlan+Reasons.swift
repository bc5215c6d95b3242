import Graphs
import Tensors

/// What is said of what stays and goes.
extension PruningPlan {
  /// Why groups lose nothing, each reason with the names of its groups, in the order of the groups.
  package var reasons: [(reason: String, names: [String])] {
    var reasons: [(reason: String, names: [String])] = []
    for group in groups {
      guard let reason = group.stays else { continue }
      if let place = reasons.firstIndex(where: { $0.reason == reason }) {
        reasons[place].names.append(group.name)
      } else {
        reasons.append((reason, [group.name]))
      }
    }
    return reasons
  }

  /// The same as lines, of which none names more than a few groups.
  package var reasonLines: [String] {
    reasons.map { reason, names in
      let few = names.prefix(4).joined(separator: ", ")
      return "\(few)\(names.count > 4 ? " and \(names.count - 4) more" : ""): \(reason)"
    }
  }

  /// Why a plan in which nothing goes is one.
  package var emptiness: String {
    switch options.amount {
    case .ratio(0): "nothing can go: a ratio of 0 takes nothing"
    case .threshold(0): "nothing can go: a threshold of 0 takes nothing"
    case _ where groups.isEmpty: "nothing can go: the model has no channels that a layer makes"
    default: "nothing can go: " + reasonLines.joined(separator: "; ")
    }
  }

  /// That what goes is chosen by random numbers; `nil` where weights say what is important.
  package var chance: String? {
    let isDrawn = groups.contains { group in
      group.reason == nil && group.axes.contains { subject.tensor($0.value)?.isDrawn ?? false }
    }
    return isDrawn && options.isMeasured ? Self.chance : nil
  }

  static let chance = "the text names no `weights`, so that they are drawn, and which of them go is by chance"
}
