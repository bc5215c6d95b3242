import Tensors

/// Runs a pickle as far as it describes tensors, and runs nothing else.
///
/// A pickle is a program for a stack machine, and Python's own would import and call whatever it names. Here a name is one of
/// `PickleGlobal`, and calling one fills in a description, or makes an object of which nothing is known but the name. Whatever
/// the program says, memory is within `PickleLimits`: lengths are checked before anything is made, texts stay in the program,
/// and values hold each other by number.
struct PickleMachine {
  var containers = PickleContainers()
  var storages: [PickledStorage] = []
  var tensors: [PickledTensor] = []
  /// The names that are not known, each once.
  private(set) var opaque: [String] = []
  /// Whether an object that is not looked into was given tensors.
  private(set) var hidesTensors = false

  var stack: [PickleValue] = []
  private var marks: [Int] = []
  private var memo = PickleMemo()
  private var opaqueNumbers: [String: Int] = [:]
  private var keys: [PickleText: String] = [:]
  /// What names that stand as texts in the program mean.
  private var globals: [[PickleText]: PickleValue] = [:]
  /// How many instructions were run.
  private(set) var steps = 0
  /// Elements that may still be copied out of containers: each was put there by a byte of the program at least, and is
  /// needed a few times at most.
  private var copies: Int
  let isScript: Bool
  var cursor: ByteCursor
  /// Where the instruction at work begins.
  private(set) var place = 0
  private let start: Int

  /// - Parameters:
  ///   - cursor: at the beginning of the program.
  ///   - isScript: whether it is of a TorchScript archive, which names classes of its own.
  init(_ cursor: ByteCursor, isScript: Bool = false) {
    self.cursor = cursor
    self.isScript = isScript
    start = cursor.position
    copies = 4 * min(cursor.remaining, PickleLimits.program)
  }

  /// The bytes of the program that were run.
  var length: Int { cursor.position - start }

  /// Runs the program to its end.
  ///
  /// - Returns: what it makes.
  /// - Complexity: O(the length of the program)
  mutating func run() throws(CheckpointError) -> PickleValue {
    while true {
      place = cursor.position
      guard place - start <= PickleLimits.program else {
        throw refused("the pickle is longer than \(PickleLimits.program) bytes")
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

  func refusedAsTooLarge(_ what: String) -> CheckpointError {
    refused("it makes more \(what) than a checkpoint has")
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
    case .mark:
      guard marks.count < PickleLimits.marks else { throw refusedAsTooLarge("marks") }
      marks.append(stack.count)
    case .pop: if marks.last == stack.count { marks.removeLast() } else { _ = try pop() }
    case .popMark: _ = try popToMark()
    case .dup: try push(try top())
    case .none: try push(.none)
    case .newTrue: try push(.bool(true))
    case .newFalse: try push(.bool(false))
    case .binInt: try push(.integer(Int64(try cursor.integer(Int32.self))))
    case .binInt1: try push(.integer(Int64(try cursor.byte())))
    case .binInt2: try push(.integer(Int64(try cursor.integer(UInt16.self))))
    case .long1: try pushLong(UInt64(try cursor.byte()))
    case .long4: try pushLong(UInt64(try cursor.integer(UInt32.self)))
    case .binFloat: try push(.number(Double(bitPattern: try cursor.integer(UInt64.self).byteSwapped)))
    case .shortBinString, .shortBinUnicode: try push(.string(try run(of: UInt64(try cursor.byte()))))
    case .binString, .binUnicode: try push(.string(try run(of: UInt64(try cursor.integer(UInt32.self)))))
    case .binUnicode8: try push(.string(try run(of: try cursor.integer())))
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
    case .emptyDict: try push(.dictionary(try container()))
    case .dict:
      let items = try popToMark()
      try push(.dictionary(try container()))
      try setItems(items)
    case .setItem: try setItems(try pop(2))
    case .setItems: try setItems(try popToMark())
    case .emptySet: try push(.inert)
    case .addItems: hide(try popToMark())
    case .frozenSet:
      hide(try popToMark())
      try push(.inert)
    case .binGet: try recall(Int(try cursor.byte()))
    case .longBinGet: try recall(Int(try cursor.integer(UInt32.self)))
    case .binPut: try keep(at: Int(try cursor.byte()))
    case .longBinPut: try keep(at: Int(try cursor.integer(UInt32.self)))
    case .memoize: try keep(at: memo.count)
    case .global:
      let (module, name) = (try cursor.line(), try cursor.line())
      try checkGlobal(module.utf8.count, name.utf8.count)
      try pushGlobal(module, name)
    case .stackGlobal:
      let names = try pop(2)
      guard case .string(let module) = names[0], case .string(let name) = names[1] else {
        throw broken("a global is named by what is no text")
      }
      // Who uses a name again writes no more than where it is kept.
      if let known = globals[[module, name]] { return try push(known) }
      try checkGlobal(Int(module.count), Int(name.count))
      try pushGlobal(text(module), text(name))
      globals[[module, name]] = try top()
    case .reduce:
      let parts = try pop(2)
      try push(try reduce(parts[0], parts[1]))
    case .newObject:
      let parts = try pop(2)
      try push(try object(of: parts[0], parts[1...]))
    case .newObjectWithNames:
      let parts = try pop(3)
      try push(try object(of: parts[0], parts[1...]))
    case .build: try build(try pop())
    case .persistentID: try push(.storage(try storage(try pop())))
    }
  }
}

extension PickleMachine {
  /// The text of a run of the program, with what is not UTF-8 replaced.
  func text(_ run: PickleText) -> String { String(decoding: bytes(run), as: UTF8.self) }

  func bytes(_ run: PickleText) -> UnsafeRawBufferPointer {
    let first = start + Int(run.start)
    return UnsafeRawBufferPointer(rebasing: cursor.bytes[first..<first + Int(run.count)])
  }

  /// The same for a key of storages, of which there are fewer than there are mentions.
  mutating func key(_ run: PickleText) -> String {
    if let known = keys[run] { return known }
    let key = text(run)
    keys[run] = key
    return key
  }

  private mutating func run(of count: UInt64) throws(CheckpointError) -> PickleText {
    let range = try cursor.skip(count)
    guard range.upperBound - start <= PickleLimits.program + 9 else {
      throw refused("the pickle is longer than \(PickleLimits.program) bytes")
    }
    return PickleText(start: UInt32(range.lowerBound - start), count: UInt32(range.count))
  }

  private mutating func push(_ value: PickleValue) throws(CheckpointError) {
    guard stack.count < PickleLimits.stack else { throw refusedAsTooLarge("values at a time") }
    stack.append(value)
  }

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
    guard let number = containers.make(values) else {
      throw refused("tuples are in each other too often or too deep, or there are more than a checkpoint has")
    }
    try push(.sequence(number))
  }

  /// Counts elements that are copied out of a container.
  mutating func charge(_ count: Int) throws(CheckpointError) {
    copies -= count
    guard copies >= 0 else { throw refused("the same elements are used again and again") }
  }

  /// The elements of a tuple or list.
  func sequence(_ number: Int) -> [PickleValue] { containers.values(of: number) }

  /// The number of a new dictionary, or of an object of a class.
  mutating func container(type: Int? = nil) throws(CheckpointError) -> Int {
    guard let number = containers.make([], type: type) else { throw refusedAsTooLarge("dictionaries and objects") }
    return number
  }

  private mutating func pushLong(_ count: UInt64) throws(CheckpointError) {
    let run = try run(of: count)
    guard run.count <= 8 else { return try push(.long(run)) }
    let bytes = bytes(run)
    var value: Int64 = bytes.last.map { $0 >= 0x80 ? -1 : 0 } ?? 0
    for byte in bytes.reversed() { value = value << 8 | Int64(byte) }
    try push(.integer(value))
  }

  private mutating func pushBytes(_ count: UInt64) throws(CheckpointError) {
    _ = try cursor.skip(count)
    try push(.inert)
  }

  private mutating func keep(at index: Int) throws(CheckpointError) {
    guard memo.keep(try top(), at: index) else { throw refusedAsTooLarge("entries of the memo") }
  }

  private mutating func recall(_ index: Int) throws(CheckpointError) {
    guard let value = memo[index] else { throw broken("nothing was kept as number \(index)") }
    try push(value)
  }

  private mutating func append(_ elements: [PickleValue]) throws(CheckpointError) {
    switch try top() {
    case .sequence(let sequence):
      guard containers.add(elements, to: sequence) else { throw refusedAsTooLarge("values") }
    case .inert, .object: hide(elements)
    default: throw broken("elements are appended to what is no list")
    }
  }

  private mutating func setItems(_ items: [PickleValue]) throws(CheckpointError) {
    guard items.count.isMultiple(of: 2) else { throw broken("a key has no value") }
    switch try top() {
    case .dictionary(let number), .object(let number):
      guard containers.add(items, to: number) else { throw refusedAsTooLarge("values") }
    default: throw broken("items are set in what is no dictionary")
    }
  }

  /// Notes values that nobody is going to look at.
  mutating func hide(_ values: some Sequence<PickleValue>) {
    if values.contains(where: containers.holdsTensor) { hidesTensors = true }
  }

  /// A name is looked at whenever it is used, so that its length counts each time.
  private func checkGlobal(_ counts: Int...) throws(CheckpointError) {
    for count in counts where count > PickleLimits.globalName {
      throw refused("the pickle names something in \(count) bytes, which no function or class is called")
    }
  }

  private mutating func pushGlobal(_ module: String, _ name: String) throws(CheckpointError) {
    if let global = PickleGlobal(module: module, name: name, inScript: isScript) { return try push(.global(global)) }
    let spelling = PickleRefusal.spelling(module, name)
    guard !PickleRefusal.refuses(module: module, name: name) else {
      throw refused("the pickle names '\(spelling)', which can do harm and is nothing that tensors are made of")
    }
    let number = opaqueNumbers[spelling] ?? opaque.count
    if number == opaque.count {
      opaqueNumbers[spelling] = number
      opaque.append(spelling)
    }
    try push(.global(.opaque(Int32(number))))
  }

  /// Gives an object its attributes.
  private mutating func build(_ state: PickleValue) throws(CheckpointError) {
    guard case .dictionary(let object) = try top() else {
      switch try top() {
      // A parameter may have attributes of its own, which say nothing of its numbers.
      case .tensor: return
      case .object, .inert: return hide(CollectionOfOne(state))
      default: throw broken("attributes are given to what is no object")
      }
    }
    // Those of a dictionary are `_metadata` and the like; those of a TorchScript object are all that it has.
    guard isScript, case .dictionary(let attributes) = state, attributes != object else { return }
    let values = containers.values(of: attributes)
    try charge(values.count)
    guard containers.add(values, to: object) else { throw refusedAsTooLarge("values") }
  }
}
