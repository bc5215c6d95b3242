import Authoring

/// What a picture of a model is to show.
package struct PictureOptions: Sendable {
  /// What parts are coloured by: their share of the model's.
  package var measure = Measure.parameters
  /// How deep blocks are opened in pictures that nobody can open further, from 1.
  package var depth = 1
  /// What is said below the picture: why something is missing.
  package var note = ""

  package init(measure: Measure = .parameters, depth: Int = 1, note: String = "") {
    (self.measure, self.depth, self.note) = (measure, depth, note)
  }
}

extension ModelHierarchy {
  /// A part's share of the model's, from 0 to 1.
  func share(of part: Int, by measure: Measure) -> Double {
    let whole = measure.value(of: parts[0].amount)
    return whole == 0 ? 0 : Double(measure.value(of: parts[part].amount)) / Double(whole)
  }

  /// All that is known of a part, a fact a line.
  func facts(of part: Int) -> [String] {
    let found = parts[part]
    var facts = [found.path.isEmpty || found.path == found.callee ? found.title : "\(found.path) (\(found.callee))"]
    if !found.type.isEmpty { facts.append(found.type) }
    if !found.attributes.isEmpty { facts.append(found.attributes) }
    facts += Self.figures(found.amount)
    return facts
  }
}

/// A colour for a share: from nearly white to orange, in steps, so that small shares differ too.
enum Shade {
  /// The steps, lightest first, as `#RRGGBB`.
  static let steps = ["#f7f7f4", "#fdf0dc", "#fce3bd", "#fad19a", "#f7bb74", "#f2a252", "#e98738"]

  /// The step of a share; square roots set small shares apart.
  static func step(_ share: Double) -> Int {
    guard share > 0 else { return 0 }
    return min(steps.count - 1, 1 + Int((min(1, share).squareRoot() * Double(steps.count - 1)).rounded(.down)))
  }

  static func color(_ share: Double) -> String { steps[step(share)] }
}
