import Graphs
import Semantics
import Syntax

/// The expressions of the user's text that sizes of a model are, and what each should be whenever it is evaluated.
struct SizeSites {
  struct Site {
    var expression: Syntax
    /// By the frame and the order of evaluation in it.
    var entries: [(frame: Instance.ID, order: Int, value: Int)] = []
    /// Whether one evaluation should have two values.
    var isContradictory = false
  }

  private(set) var sites: [Syntax: Site] = [:]
  /// The site of each place that has one.
  private(set) var expressions: [ModelSizes.Place: Syntax] = [:]

  /// - Parameters:
  ///   - old: the sizes of the graph that the trace is of.
  ///   - wanted: what they should be.
  init(_ trace: ArgumentTrace, old: ModelSizes, wanted: ModelSizes) {
    var seen: [Syntax: [Int: Int]] = [:]
    var chains: [ModelSizes.Place: [Syntax]] = [:]
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
      case .element(let name, _, let element, let count):
        guard let node = old.nodes[name] else { continue }
        found = (trace.sites(ofElement: element, of: count, in: node), node.index)
      case .result: continue
      }
      for site in found.sites {
        let order = site.call?.index ?? found.index
        var known = sites[site.expression] ?? Site(expression: site.expression)
        if let value = seen[site.expression]?[order] {
          if value != target { known.isContradictory = true }
        } else {
          seen[site.expression, default: [:]][order] = target
          known.entries.append((site.frame, order, target))
        }
        sites[site.expression] = known
      }
      chains[place] = found.sites.map(\.expression)
    }
    for key in sites.keys { sites[key]?.entries.sort { $0.order < $1.order } }
    // The outermost says it for all that is inside, where they agree.
    for (place, chain) in chains {
      expressions[place] = chain.last { sites[$0]?.isContradictory == false } ?? chain.first
    }
  }
}
