package import Compression

/// A pruning that is worth offering, where a list has to be short.
package struct PruningChoice: Sendable {
  /// A name for commands, such as `channels-30`.
  package let name: String
  /// The part of the channels that goes.
  package let ratio: Double

  package static let all = [10, 30, 50].map { PruningChoice(name: "channels-\($0)", ratio: Double($0) / 100) }

  package var title: String { "\(Int((ratio * 100).rounded())) % of the channels" }

  package var options: PruningOptions {
    var options = PruningOptions()
    options.amount = .ratio(ratio)
    return options
  }

  /// What goes, in a few words: `44.7 MB → 24.1 MB, MACs −48 %`.
  package static func text(from before: PruningFigures, to after: PruningFigures) -> String {
    let sizes = "\(Quantity.bytes(before.bytes)) → \(Quantity.bytes(after.bytes))"
    guard let macs = before.macs, let macsAfter = after.macs, macs > 0 else { return sizes }
    let percent = Int((100 * (1 - Double(macsAfter) / Double(macs))).rounded())
    return "\(sizes), MACs −\(percent) %"
  }
}
