package import Graphs

extension ModelHierarchy {
  /// What is drawn inside a part: its children, the values that come in and go out, and the edges between them.
  package struct Body: Sendable {
    package enum Item: Hashable, Sendable {
      case part(Int)
      /// A value from outside; for one of the rounds of a repetition, which use the same values again and again.
      case entering(Value.ID, round: Int?)
      case leaving(Value.ID)
    }

    package struct Edge: Hashable, Sendable {
      /// Indices of items.
      package var from: Int
      package var to: Int
      /// The type of the value.
      package var label: String
    }

    package var items: [Item] = []
    /// How many of the first items are rounds of one repetition.
    package var roundCount = 0
    package var edges: [Edge] = []
    private var places: [Item: Int] = [:]
    private var seen: Set<Edge> = []

    mutating func add(_ item: Item) -> Int {
      if let place = places[item] { return place }
      places[item] = items.count
      items.append(item)
      return items.count - 1
    }

    mutating func connect(_ from: Item, _ to: Item, _ label: String) {
      let edge = Edge(from: add(from), to: add(to), label: label)
      if seen.insert(edge).inserted { edges.append(edge) }
    }
  }

  /// The bodies of all parts that can be opened.
  package func bodies() -> [Int: Body] {
    var bodies: [Int: Body] = [:]
    for (id, part) in parts.enumerated() where part.isOpenable {
      var body = Body()
      for child in part.children { _ = body.add(.part(child)) }
      if part.kind == .repetition { body.roundCount = part.children.count }
      bodies[id] = body
    }
    for link in links {
      let (from, to) = (Array(chain(of: link.from).reversed()), Array(chain(of: link.to).reversed()))
      let shared = zip(from, to).prefix { $0 == $1 }.count
      guard shared > 0, shared < from.count, shared < to.count else { continue }
      let label = types[link.value] ?? ""
      bodies[from[shared - 1]]?.connect(.part(from[shared]), .part(to[shared]), label)
      for level in shared..<(from.count - 1) {
        bodies[from[level]]?.connect(.part(from[level + 1]), .leaving(link.value), label)
      }
      for level in shared..<(to.count - 1) {
        let round = parts[to[level]].kind == .repetition ? to[level + 1] : nil
        bodies[to[level]]?.connect(.entering(link.value, round: round), .part(to[level + 1]), label)
      }
    }
    return bodies
  }
}
