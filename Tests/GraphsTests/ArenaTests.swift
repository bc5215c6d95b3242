import Graphs
import Testing

@Suite struct ArenaTests {
  @Test func identifiersStayValid() {
    var arena = Arena<String>()
    let first = arena.append("a")
    let others = (0..<1000).map { arena.append("\($0)") }
    arena[first] += "b"
    #expect(arena[first] == "ab")
    #expect(others.map { arena[$0] } == (0..<1000).map { "\($0)" })
    #expect(arena.count == 1001)
  }

  @Test func indicesGoInOrder() {
    var arena = Arena<Int>()
    let identifiers = [3, 1, 2].map { arena.append($0) }
    #expect(Array(arena.indices) == identifiers)
    #expect(identifiers == identifiers.sorted())
  }

  @Test func copiesAreIndependent() {
    var arena = Arena<Int>()
    let id = arena.append(1)
    let copy = arena
    arena[id] = 2
    _ = arena.append(3)
    #expect(copy[id] == 1)
    #expect(copy.count == 1)
  }

  @Test func copiesOfSettledArenasAreIndependent() {
    var arena = Arena<Int>()
    let ids = (0..<3).map { arena.append($0) }
    arena.settle()
    #expect(arena.last == ids.last)
    var copy = arena
    let added = copy.append(3)
    copy[added] += 1
    copy[ids[1]] = 9
    _ = arena.append(7)
    #expect(copy.indices.map { copy[$0] } == [0, 9, 2, 4])
    #expect(arena.indices.map { arena[$0] } == [0, 1, 2, 7])
    #expect(copy.last == added)
    // What is settled stays so: an arena is settled once.
    copy.settle()
    #expect(copy.indices.map { copy[$0] } == [0, 9, 2, 4])
  }
}
