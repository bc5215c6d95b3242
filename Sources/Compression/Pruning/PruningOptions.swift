/// How channels are chosen that go.
package struct PruningOptions: Sendable {
  /// How important a slice of the weights is.
  package enum Importance: String, CaseIterable, Sendable {
    /// The sum of magnitudes.
    case l1
    /// The sum of squares.
    case l2
    /// The squares over those of all slices that are no less important (Lee and others, 2021).
    case lamp
    /// The distance from the other filters: what stands nearest to the geometric median goes (He and others, 2019).
    case fpgm
    /// The magnitude of a BatchNormalization's factors (Liu and others, 2017).
    case batchNormalization = "batch_norm"
    /// The sum of magnitudes of the weights that read a channel, times how large the channel is in samples (after Sun and
    /// others, 2023: Wanda).
    case wanda

    /// The importance that commands and recipes call by a name, which may be `bn` for `batch_norm`; `nil` for no such name.
    package init?(name: String) {
      guard let known = Importance(rawValue: name == "bn" ? "batch_norm" : name) else { return nil }
      self = known
    }
  }

  package enum Amount: Sendable {
    /// This part of all slices, those of the least importance.
    case ratio(Double)
    /// Slices of less importance than this part of the greatest.
    case threshold(Double)
    /// As many as it takes for the MACs to fall by this part.
    case macs(Double)
    /// As many as it takes for the parameters to fall by this part.
    case parameters(Double)
  }

  package var importance = Importance.l2
  /// Whether weights are read to find out what is least important; who only wants to know how much would go needs none.
  package var isMeasured = true
  /// For `wanda`: how large what a weight reads is, for each index of the axis that is summed over.
  package var inputNorms: [StoredAxis: [Float]] = [:]
  package var amount = Amount.ratio(0.3)
  /// Whether slices of all groups are compared with each other.
  package var isGlobal = false
  /// What stays of a group is a multiple of this, where that leaves anything to take away.
  package var roundTo = 1
  /// The most that may go of one group.
  package var largestRatio = 0.9
  /// Nodes and tensors that keep all of their slices: names with `*`.
  package var kept: [String] = []
  /// Nodes and tensors whose results alone may lose slices: names with `*`; empty for all.
  package var chosen: [String] = []
  /// Whether indices may go over which a normalization takes its statistics.
  package var allowsNormChange = false
  /// What open sizes count as in numbers of operations; 1 where nothing is said.
  package var bindings: [String: Int] = [:]

  package init() {}
}

extension PruningOptions.Amount {
  /// What `macs=-40%` or `parameters=-50%` asks for; `nil` for another text.
  package init?(target: String) {
    let parts = target.split(separator: "=", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[1].hasPrefix("-"), parts[1].hasSuffix("%"),
      let percent = Double(parts[1].dropFirst().dropLast()), percent > 0, percent < 100
    else { return nil }
    switch parts[0] {
    case "macs": self = .macs(percent / 100)
    case "parameters": self = .parameters(percent / 100)
    default: return nil
    }
  }
}
