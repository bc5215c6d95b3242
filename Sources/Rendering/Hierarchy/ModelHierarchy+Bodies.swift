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
      /// The type of the value, or how many values there are.
      package var label: String
    }

    private struct Ends: Hashable {
      var from: Int
      var to: Int
    }

    package var items: [Item] = []
    /// How many of the first items are rounds of one repetition.
    package var roundCount = 0
    private var places: [Item: Int] = [:]
    private var ends: [Ends] = []
    private var bundles: [Ends: EdgeBundle] = [:]

    package var edges: [Edge] {
      ends.flatMap { ends in
        (bundles[ends]?.labels ?? []).map { Edge(from: ends.from, to: ends.to, label: $0) }
      }
    }

    mutating func add(_ item: Item) -> Int {
      if let place = places[item] { return place }
      places[item] = items.count
      items.append(item)
      return items.count - 1
    }

    mutating func connect(_ from: Item, _ to: Item, _ value: Value.ID, _ type: String) {
      let ends = Ends(from: add(from), to: add(to))
      if bundles[ends] == nil { self.ends.append(ends) }
      bundles[ends, default: EdgeBundle()].add(value, type)
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
      let (value, type) = (link.value, types[link.value] ?? "")
      bodies[from[shared - 1]]?.connect(.part(from[shared]), .part(to[shared]), value, type)
      for level in shared..<(from.count - 1) {
        bodies[from[level]]?.connect(.part(from[level + 1]), .leaving(value), value, type)
      }
      for level in shared..<(to.count - 1) {
        let round = parts[to[level]].kind == .repetition ? to[level + 1] : nil
        bodies[to[level]]?.connect(.entering(value, round: round), .part(to[level + 1]), value, type)
      }
    }
    return bodies
  }
}
