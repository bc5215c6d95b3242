import Tensors

/// The tensors in what a pickle makes, by their paths: keys of dictionaries, attributes and places in lists, joined by points.
struct PickledTensors {
  private(set) var tensors: [(name: String, tensor: Int)] = []
  /// Numbers and texts beside tensors: `epoch`, `model_type`.
  private(set) var metadata: [(key: String, value: String)] = []
  /// What is in the pickle and is not shown.
  private(set) var notes: [String] = []

  private let machine: PickleMachine
  private var names: Set<String> = []
  /// The containers around the one at work.
  private var open: Set<Int> = []
  /// Whether a tensor is kept under a key that makes no path.
  private var hasOddKeys = false
  private var visits = 0
  private var nameBytes = 0
  private var keptBytes = 0

  private static let deepest = 64
  private static let longestMetadata = 100

  /// - Parameter root: what the program has made.
  init(in root: PickleValue, of machine: PickleMachine) throws(CheckpointError) {
    self.machine = machine
    try visit(root, name: "", depth: 0)
    if hasOddKeys { notes = ["tensors under keys that are neither texts nor integers are not listed"] }
    guard !machine.opaque.isEmpty else {
      if machine.hidesTensors { notes.append("tensors inside of sets and the like are not listed") }
      return
    }
    let listed = machine.opaque.prefix(Self.listedNames).map { "'\($0)'" }.joined(separator: ", ")
    let rest = machine.opaque.count - Self.listedNames
    let names = listed + (rest > 0 ? " and \(rest) more" : "")
    guard !tensors.isEmpty else {
      throw machine.cursor.malformed(
        "it holds no tensors but objects of \(names), and nothing of them was run; save a dictionary of tensors, such as "
          + "state_dict() gives")
    }
    notes += [
      "left closed, and nothing of it was run: \(names)"
        + (machine.hidesTensors ? "; tensors inside of that are not listed" : "")
    ]
  }

  private static let listedNames = 8

  private mutating func visit(_ value: PickleValue, name: String, depth: Int) throws(CheckpointError) {
    nameBytes += name.utf8.count
    try count(1)
    guard depth <= Self.deepest else { throw entangled }
    switch value {
    case .tensor(let tensor):
      let name = name.isEmpty ? "tensor" : name
      guard names.insert(name).inserted else {
        throw machine.cursor.malformed("two tensors are called '\(name.prefix(200))'")
      }
      keptBytes += name.utf8.count
      guard tensors.count < WeightsFile.tensorLimit, keptBytes <= PickleLimits.nameRatio * machine.length + 65_536
      else {
        throw machine.cursor.malformed("it has more or longer names of tensors than a checkpoint has; it is refused")
      }
      tensors.append((name, tensor))
    case .dictionary(let number), .object(let number):
      guard open.insert(number).inserted else { return }
      let items = machine.containers.items(of: number)
      try count(items.count)
      for (key, value) in items {
        guard let key = text(key) else {
          if machine.containers.holdsTensor(value) { hasOddKeys = true }
          continue
        }
        try visit(value, name: name.isEmpty ? key : "\(name).\(key)", depth: depth + 1)
      }
      open.remove(number)
    case .sequence(let sequence):
      guard open.insert(sequence).inserted else { return }
      let elements = machine.sequence(sequence)
      try count(elements.count)
      for (index, value) in elements.enumerated() {
        try visit(value, name: name.isEmpty ? "\(index)" : "\(name).\(index)", depth: depth + 1)
      }
      open.remove(sequence)
    case .string(let run) where depth == 1 && run.count <= 1000: note(name, machine.text(run))
    case .integer(let value) where depth == 1: note(name, "\(value)")
    case .number(let value) where depth == 1: note(name, "\(value)")
    case .bool(let value) where depth == 1: note(name, "\(value)")
    case .none, .bool, .integer, .long, .number, .string, .global, .storage, .inert: break
    }
  }

  /// Counts values that are looked at: containers may share others, so that paths can be many more than the program has
  /// instructions.
  private mutating func count(_ values: Int) throws(CheckpointError) {
    visits += values
    guard visits <= 32 * machine.steps + 1000, nameBytes <= 64 * machine.steps + 65_536 else { throw entangled }
  }

  private var entangled: CheckpointError {
    machine.cursor.malformed(
      "containers hold each other too often or too deep; the pickle is refused, and nothing of it was run")
  }

  private mutating func note(_ key: String, _ value: String) {
    if metadata.count < Self.longestMetadata { metadata.append((key, value)) }
  }

  private func text(_ key: PickleValue) -> String? {
    switch key {
    case .string(let run): machine.text(run)
    case .integer(let value): "\(value)"
    case .global(.opaque(let number)): machine.opaque[Int(number)]
    default: nil
    }
  }
}
