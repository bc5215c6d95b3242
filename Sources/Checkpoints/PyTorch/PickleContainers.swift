/// The tuples, lists, dictionaries and objects that a pickle makes, by their numbers, in a few flat arrays.
struct PickleContainers {
  private struct Container {
    /// What it was made with, a run of `elements`.
    var start: UInt32
    var count: UInt32
    /// What was added to it, a chain of `added`; -1 where nothing was.
    var first: Int32 = -1
    var last: Int32 = -1
    /// The class of an object, among `PickleMachine.opaque`.
    var type: Int32 = -1
    /// How deep tuples are in it.
    var depth: UInt8 = 0
    /// Whether a tensor or a storage is in it, or in what was in it when it was put there.
    var holdsTensor = false
  }

  private var containers = BlockArray<Container>()
  private var elements = BlockArray<PickleValue>()
  private var added = BlockArray<PickleValue>()
  private var next = BlockArray<Int32>()

  /// Adds a container with values in it.
  ///
  /// - Parameter type: the class of an object.
  /// - Returns: its number; `nil` beyond what `PickleLimits` allow.
  mutating func make(_ values: some Collection<PickleValue>, type: Int? = nil) -> Int? {
    guard containers.count < PickleLimits.containers, hasRoom(for: values.count) else { return nil }
    var container = Container(start: UInt32(elements.count), count: UInt32(values.count), type: Int32(type ?? -1))
    var depth = 0
    for value in values {
      if case .sequence(let inner) = value { depth = max(depth, Int(containers[inner].depth) + 1) }
      if holdsTensor(value) { container.holdsTensor = true }
    }
    guard depth <= PickleLimits.depth else { return nil }
    container.depth = UInt8(depth)
    for value in values { elements.append(value) }
    containers.append(container)
    return containers.count - 1
  }

  /// Adds values to a list or dictionary; keys and values of the latter follow one another.
  ///
  /// - Returns: whether `PickleLimits` allow them.
  mutating func add(_ values: some Collection<PickleValue>, to number: Int) -> Bool {
    guard hasRoom(for: values.count) else { return false }
    for value in values {
      let place = Int32(added.count)
      added.append(value)
      next.append(-1)
      let last = containers[number].last
      if last >= 0 { next[Int(last)] = place } else { containers[number].first = place }
      containers[number].last = place
      if holdsTensor(value) { containers[number].holdsTensor = true }
    }
    return true
  }

  private func hasRoom(for count: Int) -> Bool { elements.count + added.count + count <= PickleLimits.values }

  /// All values of a container, in the order in which they came.
  func values(of number: Int) -> [PickleValue] {
    let container = containers[number]
    let start = Int(container.start)
    var values = (start..<start + Int(container.count)).map { elements[$0] }
    var place = container.first
    while place >= 0 {
      values.append(added[Int(place)])
      place = next[Int(place)]
    }
    return values
  }

  /// The keys and values of a dictionary or object.
  func items(of number: Int) -> [(key: PickleValue, value: PickleValue)] {
    let values = values(of: number)
    return stride(from: 0, to: values.count - 1, by: 2).map { (values[$0], values[$0 + 1]) }
  }

  /// The class of an object.
  func type(of number: Int) -> Int { Int(containers[number].type) }

  /// Whether a value is a tensor or a storage, or holds one.
  func holdsTensor(_ value: PickleValue) -> Bool {
    switch value {
    case .tensor, .storage: true
    case .sequence(let number), .dictionary(let number), .object(let number): containers[number].holdsTensor
    case .none, .bool, .integer, .long, .number, .string, .global, .inert: false
    }
  }
}
