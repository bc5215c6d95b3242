import Tensors

/// Runs a pickle as far as it describes tensors, and runs nothing else.
///
/// A pickle is a program for a stack machine, and Python's own would import and call whatever it names. Here a name is one of
/// `PickleGlobal` or an error, and calling one fills in a description. Whatever the program says, memory is linear in its own
/// bytes: lengths are checked against them before anything is made, and values hold each other by number.
struct PickleMachine {
  /// The longest program that is run, in bytes: its values take several times as much.
  static let longest = 32 << 20
  /// How deep tuples may be in each other.
  private static let deepest = 64

  /// The elements of all tuples, and those that lists are made with.
  private var elements: [PickleValue] = []
  private var runs: [(start: Int, count: Int, depth: UInt8)] = []
  /// What was appended to lists, by their numbers.
  private var appended: [Int: [PickleValue]] = [:]
  var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
  var storages: [PickledStorage] = []
  var tensors: [PickledTensor] = []

  var stack: [PickleValue] = []
  private var marks: [Int] = []
  private var memo: [Int: PickleValue] = [:]
  /// How many instructions were run.
  private(set) var steps = 0
  /// Elements that may still be copied from one container to another.
  var copies: Int
  let isScript: Bool
  var cursor: ByteCursor
  /// Where the instruction at work begins.
  private(set) var place = 0

  /// - Parameters:
  ///   - cursor: at the beginning of the program.
  ///   - isScript: whether it is of a TorchScript archive, which names classes of its own.
  init(_ cursor: ByteCursor, isScript: Bool = false) {
    self.cursor = cursor
    self.isScript = isScript
    copies = min(cursor.remaining, Self.longest)
  }

  /// Runs the program to its end.
  ///
  /// - Returns: what it makes.
  /// - Complexity: O(the length of the program), in memory too
  mutating func run() throws(CheckpointError) -> PickleValue {
    let start = cursor.position
    while true {
      place = cursor.position
      guard place - start <= Self.longest else {
        throw refused("the pickle is longer than \(Self.longest) bytes")
      }
      let byte = try cursor.byte()
      guard let opcode = PickleOpcode(rawValue: byte) else {
        let code = String(byte, radix: 16, uppercase: true)
        throw refused("the pickle has the instruction 0x\(code), which no state dictionary needs")
      }
      steps += 1
      if opcode == .stop { break }
      try run(opcode)
    }
    return try pop()
  }

  func refused(_ problem: String) -> CheckpointError {
    cursor.malformed("\(problem); it is refused, and nothing of it was run", at: place)
  }

  private func broken(_ problem: String) -> CheckpointError {
    cursor.malformed("\(problem); the pickle is damaged or made to mislead", at: place)
  }

  private mutating func run(_ opcode: PickleOpcode) throws(CheckpointError) {
    switch opcode {
    case .proto:
      let version = try cursor.byte()
      guard version <= 5 else { throw broken("protocol \(version) is not known") }
    case .frame: _ = try cursor.integer(UInt64.self)
    case .stop: break
    case .mark: marks.append(stack.count)
    case .pop: if marks.last == stack.count { marks.removeLast() } else { _ = try pop() }
    case .popMark: _ = try popToMark()
    case .dup: stack.append(try top())
    case .none: stack.append(.none)
    case .newTrue: stack.append(.bool(true))
    case .newFalse: stack.append(.bool(false))
    case .binInt: stack.append(.integer(Int64(try cursor.integer(Int32.self))))
    case .binInt1: stack.append(.integer(Int64(try cursor.byte())))
    case .binInt2: stack.append(.integer(Int64(try cursor.integer(UInt16.self))))
    case .long1: try pushLong(UInt64(try cursor.byte()))
    case .long4: try pushLong(UInt64(try cursor.integer(UInt32.self)))
    case .binFloat: stack.append(.number(Double(bitPattern: try cursor.integer(UInt64.self).byteSwapped)))
    case .shortBinString, .shortBinUnicode: stack.append(.string(try cursor.text(UInt64(try cursor.byte()))))
    case .binString, .binUnicode: stack.append(.string(try cursor.text(UInt64(try cursor.integer(UInt32.self)))))
    case .binUnicode8: stack.append(.string(try cursor.text(try cursor.integer())))
    case .shortBinBytes: try pushBytes(UInt64(try cursor.byte()))
    case .binBytes: try pushBytes(UInt64(try cursor.integer(UInt32.self)))
    case .binBytes8: try pushBytes(try cursor.integer())
    case .emptyTuple, .emptyList: try pushSequence([])
    case .tuple, .list: try pushSequence(try popToMark())
    case .tuple1: try pushSequence(try pop(1))
    case .tuple2: try pushSequence(try pop(2))
    case .tuple3: try pushSequence(try pop(3))
    case .append: try append(try pop(1))
    case .appends: try append(try popToMark())
    case .emptyDict: pushDictionary()
    case .dict:
      let items = try popToMark()
      pushDictionary()
      try setItems(items)
    case .setItem: try setItems(try pop(2))
    case .setItems: try setItems(try popToMark())
    case .emptySet: stack.append(.inert)
    case .addItems: _ = try popToMark()
    case .frozenSet:
      _ = try popToMark()
      stack.append(.inert)
    case .binGet: try recall(Int(try cursor.byte()))
    case .longBinGet: try recall(Int(try cursor.integer(UInt32.self)))
    case .binPut: memo[Int(try cursor.byte())] = try top()
    case .longBinPut: memo[Int(try cursor.integer(UInt32.self))] = try top()
    case .memoize: memo[memo.count] = try top()
    case .global: try pushGlobal(try cursor.line(), try cursor.line())
    case .stackGlobal:
      let names = try pop(2)
      guard case .string(let module) = names[0], case .string(let name) = names[1] else {
        throw broken("a global is named by what is no text")
      }
      try pushGlobal(module, name)
    case .reduce:
      let parts = try pop(2)
      stack.append(try reduce(parts[0], parts[1]))
    case .newObject:
      let parts = try pop(2)
      guard case .global(let global) = parts[0], global == .module || global == .orderedDictionary else {
        throw refused("an object is made of a class that is no container of tensors")
      }
      pushDictionary()
    case .build: try build(try pop())
    case .persistentID: stack.append(try storage(try pop()))
    }
  }
}

extension PickleMachine {
  private func top() throws(CheckpointError) -> PickleValue {
    guard stack.count > (marks.last ?? 0), let value = stack.last else { throw broken("the stack is empty") }
    return value
  }

  mutating func pop() throws(CheckpointError) -> PickleValue { try pop(1)[0] }

  private mutating func pop(_ count: Int) throws(CheckpointError) -> [PickleValue] {
    guard stack.count - count >= (marks.last ?? 0) else { throw broken("the stack has fewer than \(count) values") }
    let values = Array(stack.suffix(count))
    stack.removeLast(count)
    return values
  }

  private mutating func popToMark() throws(CheckpointError) -> [PickleValue] {
    guard let mark = marks.popLast(), mark <= stack.count else { throw broken("there is no mark on the stack") }
    let values = Array(stack[mark...])
    stack.removeSubrange(mark...)
    return values
  }

  private mutating func pushSequence(_ values: [PickleValue]) throws(CheckpointError) {
    var depth = 0
    for case .sequence(let inner) in values { depth = max(depth, Int(runs[inner].depth) + 1) }
    guard depth <= Self.deepest else { throw refused("tuples are in each other too often or too deep") }
    stack.append(.sequence(runs.count))
    runs.append((elements.count, values.count, UInt8(depth)))
    elements += values
  }

  /// The elements of a tuple or list.
  func sequence(_ number: Int) -> [PickleValue] {
    let run = runs[number]
    return Array(elements[run.start..<run.start + run.count]) + (appended[number] ?? [])
  }

  mutating func pushDictionary() {
    stack.append(.dictionary(dictionaries.count))
    dictionaries.append([])
  }

  private mutating func pushLong(_ count: UInt64) throws(CheckpointError) {
    let bytes = Array(cursor.bytes[try cursor.skip(count)])
    guard bytes.count <= 8 else {
      stack.append(.long(bytes))
      return
    }
    var value: Int64 = bytes.last.map { $0 >= 0x80 ? -1 : 0 } ?? 0
    for byte in bytes.reversed() { value = value << 8 | Int64(byte) }
    stack.append(.integer(value))
  }

  private mutating func pushBytes(_ count: UInt64) throws(CheckpointError) {
    _ = try cursor.skip(count)
    stack.append(.inert)
  }

  private mutating func recall(_ index: Int) throws(CheckpointError) {
    guard let value = memo[index] else { throw broken("nothing was kept as number \(index)") }
    stack.append(value)
  }

  private mutating func append(_ elements: [PickleValue]) throws(CheckpointError) {
    switch try top() {
    case .sequence(let sequence): appended[sequence, default: []] += elements
    case .inert: break
    default: throw broken("elements are appended to what is no list")
    }
  }

  private mutating func setItems(_ items: [PickleValue]) throws(CheckpointError) {
    guard items.count.isMultiple(of: 2) else { throw broken("a key has no value") }
    guard case .dictionary(let dictionary) = try top() else { throw broken("items are set in what is no dictionary") }
    for index in stride(from: 0, to: items.count, by: 2) {
      dictionaries[dictionary].append((items[index], items[index + 1]))
    }
  }

  private mutating func pushGlobal(_ module: String, _ name: String) throws(CheckpointError) {
    guard let global = PickleGlobal(module: module, name: name, inScript: isScript) else {
      throw refused(
        "the pickle names '\(module.prefix(200)).\(name.prefix(200))', which is nothing that tensors are made of")
    }
    stack.append(.global(global))
  }

  /// Gives an object its attributes.
  private mutating func build(_ state: PickleValue) throws(CheckpointError) {
    guard case .dictionary(let object) = try top() else {
      // A parameter may have attributes of its own, which say nothing of its numbers.
      guard case .tensor = try top() else { throw broken("attributes are given to what is no object") }
      return
    }
    // Those of a dictionary are `_metadata` and the like; those of a TorchScript object are all that it has.
    guard isScript, case .dictionary(let attributes) = state, attributes != object else { return }
    copies -= dictionaries[attributes].count
    guard copies >= 0 else { throw broken("the same attributes are given again and again") }
    dictionaries[object] += dictionaries[attributes]
  }
}
