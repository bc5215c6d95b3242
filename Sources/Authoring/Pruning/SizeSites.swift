import Graphs
import Semantics
import Syntax

/// The expressions of the user's text that sizes and conditions of a model are, and what each should be whenever it is
/// evaluated.
struct SizeSites {
  struct Site {
    enum Kind { case size, condition }

    var kind: Kind
    var expression: Syntax
    /// The parameter of a library block that the expression is the default of: a call may say the size instead.
    var parameter: String?
    /// By the frame and the order of evaluation in it.
    var entries: [(frame: Instance.ID, order: Int, text: String)] = []
    /// Whether one evaluation should have two values.
    var isContradictory = false
  }

  private(set) var sites: [Syntax: Site] = [:]
  /// The site of each place that has one.
  private(set) var expressions: [ModelSizes.Place: Syntax] = [:]
  /// The site of each condition.
  private(set) var conditions: [ModelDecisions.Place: Syntax] = [:]

  /// - Parameters:
  ///   - old: the sizes of the graph that the trace is of.
  ///   - wanted: what they should be.
  ///   - decisions: those of the text as it is, which stay.
  init(_ trace: ArgumentTrace, old: ModelSizes, wanted: ModelSizes, _ decisions: ModelDecisions) {
    var seen: [Syntax: [Int: String]] = [:]
    var chains: [ModelSizes.Place: [Syntax]] = [:]
    func note(_ site: ArgumentSite, _ kind: Site.Kind, _ order: Int, _ text: String) {
      let order = site.call?.index ?? order
      var known =
        sites[site.expression] ?? Site(kind: kind, expression: site.expression, parameter: site.parameter)
      if let value = seen[site.expression]?[order] {
        if value != text { known.isContradictory = true }
      } else {
        seen[site.expression, default: [:]][order] = text
        known.entries.append((site.frame, order, text))
      }
      sites[site.expression] = known
    }
    func outermost(_ chain: [Syntax]) -> Syntax? { chain.last { sites[$0]?.isContradictory == false } ?? chain.first }
    for place in old.sizes.keys {
      guard let target = wanted[place] else { continue }
      let found: (sites: [ArgumentSite], index: Int)
      switch place {
      case .axis(let name, let axis):
        guard let value = old.values[name] else { continue }
        found = (trace.sites(ofAxis: axis, of: value), value.index)
      case .attribute(let name, let attribute, let element):
        guard let node = old.nodes[name] else { continue }
        found = (trace.sites(ofAttribute: attribute, element: element, of: node), node.index)
      case .element(let name, let input, let element, let count):
        guard let node = old.nodes[name] else { continue }
        found = (trace.sites(ofElement: element, of: count, input: input, in: node), node.index)
      case .result: continue
      }
      for site in found.sites { note(site, .size, found.index, "\(target)") }
      chains[place] = found.sites.map(\.expression)
    }
    var conditionChains: [ModelDecisions.Place: [Syntax]] = [:]
    for (order, (place, decision)) in decisions.decisions.enumerated() {
      let found = trace.sites(of: decision)
      for site in found { note(site, .condition, order, "\(decision.holds)") }
      conditionChains[place] = found.map(\.expression)
    }
    for key in sites.keys { sites[key]?.entries.sort { $0.order < $1.order } }
    // The outermost says it for all that is inside, where they agree.
    for (place, chain) in chains { expressions[place] = outermost(chain) }
    for (place, chain) in conditionChains { conditions[place] = outermost(chain) }
  }
}
