/// Sets of numbers that are only ever joined (Galler and Fischer, 1964).
struct DisjointSets {
  private var parents: [Int32]

  /// So many numbers, each a set of its own.
  init(count: Int) { parents = (0..<Int32(count)).map(\.self) }

  /// The least number of the set, which stands for it.
  mutating func representative(of number: Int) -> Int {
    var place = number
    while true {
      let parent = Int(parents[place])
      if parent == place { return place }
      let grandparent = parents[parent]
      parents[place] = grandparent
      place = Int(grandparent)
    }
  }

  mutating func join(_ left: Int, _ right: Int) {
    let (a, b) = (representative(of: left), representative(of: right))
    if a < b { parents[b] = Int32(a) } else if b < a { parents[a] = Int32(b) }
  }

  /// Who stands for each number.
  mutating func representatives() -> [Int32] { parents.indices.map { Int32(representative(of: $0)) } }
}
