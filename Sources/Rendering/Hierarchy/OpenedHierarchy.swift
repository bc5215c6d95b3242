/// A hierarchy opened to a depth, for pictures that nobody can open further.
package struct OpenedHierarchy: Sendable {
  package struct Edge: Hashable, Sendable {
    package var from: Int
    package var to: Int
    package var label: String
  }

  private struct Ends: Hashable {
    var from: Int
    var to: Int
  }

  package let hierarchy: ModelHierarchy
  /// Parts with others in them: what is drawn around the parts that are shown.
  package private(set) var opened: Set<Int> = []
  /// Parts whose rounds look the same: the first stands for all.
  package private(set) var repeated: Set<Int> = []
  package private(set) var edges: [Edge] = []

  /// - Parameter depth: how deep blocks are opened, from 1; layers never are.
  package init(_ hierarchy: ModelHierarchy, depth: Int) {
    self.hierarchy = hierarchy
    open(0, depth: depth)
    addEdges()
  }

  private mutating func open(_ part: Int, depth: Int) {
    guard depth > 0, hierarchy.parts[part].isOpenable, !hierarchy.parts[part].isLayer else { return }
    opened.insert(part)
    let children = hierarchy.parts[part].children
    if hierarchy.parts[part].kind == .repetition, children.allSatisfy({ hierarchy.isAlike(children[0], $0) }) {
      repeated.insert(part)
      // The block or round that stands for all is opened with the repetition.
      return open(children[0], depth: depth)
    }
    for child in children { open(child, depth: depth - 1) }
  }

  /// What is drawn inside a part that is opened.
  package func children(of part: Int) -> [Int] {
    let children = hierarchy.parts[part].children
    return repeated.contains(part) ? Array(children.prefix(1)) : children
  }

  /// The part that is drawn in the place of another: itself, one around it, or the one of the first round.
  private func shown(_ part: Int) -> Int {
    var shown = 0
    for id in hierarchy.chain(of: part).reversed().dropFirst() {
      guard opened.contains(shown) else { return shown }
      let parent = hierarchy.parts[id].parent ?? 0
      // Inside the round that stands for all, the part at the same place.
      if let place = hierarchy.parts[parent].children.firstIndex(of: id) {
        let children = hierarchy.parts[shown].children
        shown = children[repeated.contains(shown) ? 0 : min(place, children.count - 1)]
      }
    }
    return shown
  }

  private mutating func addEdges() {
    var places: [Int: Int] = [:]
    for part in hierarchy.parts.indices { places[part] = shown(part) }
    var ends: [Ends] = []
    var bundles: [Ends: EdgeBundle] = [:]
    for link in hierarchy.links where !runsBetweenRounds(link) {
      guard var from = places[link.from], var to = places[link.to], from != to else { continue }
      // What is drawn as a frame has no edges of its own; its last and its first part have them.
      while opened.contains(from), let last = children(of: from).last { from = last }
      while opened.contains(to), let first = children(of: to).first { to = first }
      let pair = Ends(from: from, to: to)
      if bundles[pair] == nil { ends.append(pair) }
      bundles[pair, default: EdgeBundle()].add(link.value, hierarchy.types[link.value] ?? "")
    }
    edges = ends.flatMap { pair in
      (bundles[pair]?.labels ?? []).map { Edge(from: pair.from, to: pair.to, label: $0) }
    }
  }

  /// Whether a value goes from one round to another of rounds that one stands for.
  private func runsBetweenRounds(_ link: ModelHierarchy.Link) -> Bool {
    let (from, to) = (hierarchy.chain(of: link.from).reversed(), hierarchy.chain(of: link.to).reversed())
    let shared = zip(from, to).prefix { $0 == $1 }.map(\.0)
    return shared.last.map { repeated.contains($0) } ?? false
  }
}
