/// An array in blocks: to grow, it copies nothing and asks for no more than it needs.
struct BlockArray<Element> {
  private var blocks: [[Element]] = []
  private(set) var count = 0

  private static var blockSize: Int { 1 << 14 }

  subscript(index: Int) -> Element {
    get { blocks[index / Self.blockSize][index % Self.blockSize] }
    set { blocks[index / Self.blockSize][index % Self.blockSize] = newValue }
  }

  mutating func append(_ element: Element) {
    if count.isMultiple(of: Self.blockSize) {
      blocks.append([])
      // The first block grows from nothing: most arrays are small.
      if count > 0 { blocks[blocks.count - 1].reserveCapacity(Self.blockSize) }
    }
    blocks[blocks.count - 1].append(element)
    count += 1
  }
}
