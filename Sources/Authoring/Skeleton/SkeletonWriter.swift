import Semantics
import Tensors

/// Makes blocks and statements of the modules of a checkpoint.
struct SkeletonWriter {
  /// A block that was written.
  struct Block {
    var name: String
    var inputs: [Signal]
    var output: Signal
  }

  let tree: TensorTree
  /// The element type that most parameters have; layers of others stay parameters.
  let element: ElementType
  /// Whether vectors stand in sequences: `[N, S, width]` and not `[N, width]`.
  let hasSequences: Bool
  /// The texts of the blocks, those that others call first.
  private(set) var declarations: [[String]] = []
  private(set) var usesConv1D = false
  private var blocks: [Int: Block] = [:]
  private var names: Set<String>
  /// What modules and tensors are called.
  private let moduleNames: Set<String>
  /// For each module, the number of what it is made of, its own name left out.
  private let structures: [Int]
  private let uses: [Int: Int]
  private let layerCounts: [Int]
  private let guesses: [[LayerGuess]]

  /// What a module is made of.
  private struct Structure: Hashable {
    var type: String?
    var names: [String]
    var parts: [Int]
  }

  /// A module of more layers than this is a block though it is there once.
  private static let inlineLayers = 10

  /// - Parameter taken: names that no block may have.
  init(_ tree: TensorTree, element: ElementType, taken: Set<String>) {
    self.tree = tree
    self.element = element
    names = taken
    moduleNames = Set(tree.modules.map(\.name))
    let modules = tree.modules
    var structures = [Int](repeating: 0, count: modules.count)
    var known: [Structure: Int] = [:]
    var guesses = [[LayerGuess]](repeating: [], count: modules.count)
    var layerCounts = [Int](repeating: 0, count: modules.count)
    // Parts come behind the modules that they are of.
    for index in modules.indices.reversed() {
      let module = modules[index]
      let structure = Structure(
        type: module.tensor?.typeDescription, names: module.parts.map { modules[$0].name },
        parts: module.parts.map { structures[$0] })
      structures[index] = known[structure] ?? known.count
      known[structure] = structures[index]
      guesses[index] = Self.guesses(of: index, tree, element)
      // What is repeated is written once.
      var written: Set<Int> = []
      let parts = module.parts.filter { modules[$0].index == nil || written.insert(structures[$0]).inserted }
      layerCounts[index] = guesses[index].isEmpty ? parts.reduce(0) { $0 + layerCounts[$1] } : 1
    }
    (self.structures, self.guesses, self.layerCounts) = (structures, guesses, layerCounts)
    uses = Self.uses(tree, structures)
    let kinds = Set(guesses.flatMap { $0.map(\.callee) })
    hasSequences =
      kinds.contains("Embedding") || kinds.contains("Conv1D")
      || kinds.contains("LayerNorm") && !kinds.contains { $0.hasPrefix("BatchNorm") }
  }

  private static func guesses(of module: Int, _ tree: TensorTree, _ element: ElementType) -> [LayerGuess] {
    guard module > 0, let tensors = tree.ownTensors(of: module),
      tensors.allSatisfy({ $0.key == "num_batches_tracked" || $0.value.element == element })
    else { return [] }
    return LayerGuess.guesses(tree.modules[module].name, tensors)
  }

  /// How often a text has each structure when each is written once.
  private static func uses(_ tree: TensorTree, _ structures: [Int]) -> [Int: Int] {
    var uses: [Int: Int] = [:]
    var seen: Set<Int> = []
    for module in tree.modules.indices where seen.insert(structures[module]).inserted {
      var last: Int?
      for part in tree.modules[module].parts {
        // Equal parts under numbers are one repetition.
        if tree.modules[part].index == nil || structures[part] != last { uses[structures[part], default: 0] += 1 }
        last = structures[part]
      }
    }
    return uses
  }

  // MARK: Modules

  /// Writes the parts of a module, whose label `base` is.
  mutating func write(partsOf module: Int, _ base: String, to body: inout SkeletonBody) {
    for run in runs(of: module) {
      if run.count > 1 {
        write(run, of: module, base, to: &body)
      } else if let part = run.first {
        write(part, of: module, SkeletonName.label(base, tree.modules[part]), to: &body)
      }
    }
  }

  /// The parts in order, with those together that are the same under consecutive numbers.
  private func runs(of module: Int) -> [[Int]] {
    var runs: [[Int]] = []
    for part in ordered(tree.modules[module].parts) {
      if let last = runs.last?.last, let index = tree.modules[last].index, tree.modules[part].index == index + 1,
        structures[last] == structures[part]
      {
        runs[runs.count - 1].append(part)
      } else {
        runs.append([part])
      }
    }
    return runs
  }

  /// Parts that were sorted by their names, in the order in which layers of such names usually come.
  private func ordered(_ parts: [Int]) -> [Int] {
    // Where types come first, as safetensors has them, the rest counts.
    let names = parts.filter { tree.modules[$0].tensor == nil }.map { tree.modules[$0].name }
    guard names == names.sorted(), !parts.contains(where: { tree.modules[$0].index != nil }) else { return parts }
    return parts.enumerated().sorted {
      (rank($0.element), $0.offset) < (rank($1.element), $1.offset)
    }.map(\.element)
  }

  private static let early: Set<String> = ["self", "query", "q_proj", "ln_1", "norm1", "input_layernorm", "c_attn"]
  private static let late: Set<String> = ["output", "LayerNorm", "out_proj", "o_proj", "down_proj", "c_proj"]
  private static let last: Set<String> = ["pooler", "head", "classifier", "lm_head", "ln_f", "fc", "norm"]

  private func rank(_ part: Int) -> Int {
    let name = tree.modules[part].name
    if guesses[part].first?.callee == "Embedding" || name == "embeddings" { return 0 }
    return Self.early.contains(name) ? 1 : Self.late.contains(name) ? 3 : Self.last.contains(name) ? 4 : 2
  }

  private mutating func write(_ module: Int, of parent: Int, _ label: String, to body: inout SkeletonBody) {
    if let tensor = tree.modules[module].tensor { declare(tensor, label, tree.modules[module].name, in: &body) }
    if !guesses[module].isEmpty {
      let call = call(guesses[module], label, module, of: parent, in: &body)
      body.lines.append(.call(call))
    } else if isBlock(module) {
      body.lines.append(.call(call(block(of: module), label, in: &body)))
    } else {
      write(partsOf: module, label, to: &body)
    }
  }

  private func isBlock(_ module: Int) -> Bool {
    // A list is written where it stands.
    guard tree.modules[module].parts.contains(where: { tree.modules[$0].index == nil }) else { return false }
    return layerCounts[module] > 1 && (uses[structures[module]] ?? 0) > 1 || layerCounts[module] > Self.inlineLayers
  }

  /// Writes equal parts as rounds of a repetition.
  private mutating func write(_ run: [Int], of parent: Int, _ base: String, to body: inout SkeletonBody) {
    guard let first = tree.modules[run[0]].index, let last = tree.modules[run[run.count - 1]].index else { return }
    let letters = ["i", "j", "k", "l"]
    let variable = body.depth < letters.count ? letters[body.depth] : "i\(body.depth)"
    let label = SkeletonName.label(base, variable: variable)
    let outside = body.lines
    body.lines = []
    body.depth += 1
    if !guesses[run[0]].isEmpty {
      body.lines = [.call(call(guesses[run[0]], label, run[0], of: parent, in: &body))]
    } else if layerCounts[run[0]] > 0 {
      body.lines = [.call(call(block(of: run[0]), label, in: &body))]
    } else {
      if let tensor = tree.modules[run[0]].tensor { declare(tensor, label, "", in: &body) }
      write(partsOf: run[0], label, to: &body)
    }
    body.depth -= 1
    // Each round takes the result of the one before where that is of the same kind.
    if case .call(let call)? = body.lines.first, let input = call.inputs.first,
      body.signals[input] == body.signals[call.result], !call.isPooled
    {
      body.hide(input)
    }
    body.previous = nil
    body.lines = outside + [.repetition(variable: variable, rounds: first...last, body.lines)]
  }

  private func declare(_ tensor: Tensor, _ label: String, _ name: String, in body: inout SkeletonBody) {
    body.parameterNames.insert(name)
    let type = tensor.typeDescription
    if [.f64, .f32, .f16, .bf16].contains(tensor.element) {
      body.lines.append(.parameter("param \(label): \(type)"))
    } else {
      body.lines.append(.parameter("buffer \(label): \(type) = zeros"))
    }
  }

  // MARK: Calls

  /// Layers that stand beside each other and take the same input.
  private static let siblings: Set<String> = [
    "query", "key", "value", "q", "k", "v", "q_proj", "k_proj", "v_proj", "to_q", "to_k", "to_v", "wq", "wk", "wv",
    "q_lin", "k_lin", "v_lin", "gate_proj", "up_proj", "w1", "w3",
  ]

  /// Layers whose channels are the second axis, which in a sequence are its positions.
  private static let perChannel: Set<String> = ["BatchNorm1d", "PReLU"]

  private mutating func call(
    _ guesses: [LayerGuess], _ label: String, _ module: Int, of parent: Int, in body: inout SkeletonBody
  ) -> SkeletonBody.Call {
    let name = tree.modules[module].name
    let possible = guesses.filter { !(hasSequences && Self.perChannel.contains($0.callee) && $0.input.isVector) }
    var guess = possible.first ?? guesses[0]
    if let nearest = possible.max(by: { (body.latest($0.input) ?? -1) < (body.latest($1.input) ?? -1) }),
      body.latest(nearest.input) != nil
    {
      guess = nearest
    }
    if guess.callee == "Conv1D" { usesConv1D = true }
    var call = SkeletonBody.Call(
      label: label, callee: guess.callee, arguments: guess.arguments, inputs: [], result: 0)
    let beside = body.previous.flatMap { $0.parent == parent ? $0 : nil }
    if let beside, Self.siblings.contains(name), Self.siblings.contains(beside.module),
      let input = beside.call.inputs.first,
      body.signals[input] == guess.input
    {
      call.inputs = [input]
    } else {
      (call.inputs, call.isPooled) = input(guess.input, in: &body)
    }
    // Embeddings of one thing are summed.
    if let beside, guess.callee == "Embedding", beside.call.callee == "Embedding",
      body.signals[beside.call.result] == guess.output
    {
      call.addend = beside.call.result
    }
    call.result = body.makeResult(guess.output)
    body.previous = (call, name, parent)
    return call
  }

  private mutating func call(_ block: Block, _ label: String, in body: inout SkeletonBody) -> SkeletonBody.Call {
    let inputs = block.inputs.map { body.take($0) }
    body.previous = nil
    return SkeletonBody.Call(
      label: label, callee: block.name, arguments: [], inputs: inputs, result: body.makeResult(block.output))
  }

  /// The latest value that fits, if need be the channels' mean over all positions, or a new input.
  private func input(_ signal: Signal, in body: inout SkeletonBody) -> (values: [Int], isPooled: Bool) {
    if !hasSequences, case .vectors(let width) = signal, body.latest(signal) == nil {
      let maps = (1...3).compactMap { body.latest(.channels(width, axes: $0)) }
      if let place = maps.max() { return ([body.available[place]], true) }
    }
    return ([body.take(signal)], false)
  }

  // MARK: Blocks

  private mutating func block(of module: Int) -> Block {
    if let known = blocks[structures[module]] { return known }
    var body = SkeletonBody()
    if let tensor = tree.modules[module].tensor { declare(tensor, "`@`", "@", in: &body) }
    write(partsOf: module, "", to: &body)
    let result = body.calls.last?.result ?? 0
    let block = Block(
      name: SkeletonName.block(tree.name(of: module), taken: &names), inputs: body.inputSignals,
      output: body.signals[result])
    blocks[structures[module]] = block
    let written = body.written(inputNames: block.inputs.map(\.blockInputName), returning: [result])
    let inputs = types(of: block.inputs)
    let parameters = zip(written.inputs, inputs).map { "\($0): \($1)" }.joined(separator: ", ")
    declarations.append(
      ["block \(block.name)(\(parameters)) {"] + written.lines + ["    return \(written.returned[0])", "}"])
    return block
  }

  /// A name for a size, which is no parameter's.
  func size(_ name: String) -> String { SkeletonBody.free(name, moduleNames) }

  /// The types of inputs; each map has sizes of its own.
  func types(of signals: [Signal]) -> [String] {
    var maps = 0
    return signals.map { signal in
      guard case .channels(let width, let axes) = signal else { return type(of: signal) }
      maps += 1
      let names = ["L", "H", "D"][axes - 1] == "L" ? ["L"] : axes == 2 ? ["H", "W"] : ["D", "H", "W"]
      let sizes = names.map { size(maps > 1 ? "\($0)\(maps)" : $0) }
      return "\(element.spelling)[\(size("N")), \(width), \(sizes.joined(separator: ", "))]"
    }
  }

  /// The type of a result.
  func type(of signal: Signal) -> String {
    switch signal {
    case .indices: "i64[\(size("N")), \(size("S"))]"
    case .vectors(let width):
      "\(element.spelling)[\(size("N")), \(hasSequences ? "\(size("S")), " : "")\(width)]"
    case .channels(let width, let axes):
      "\(element.spelling)[\(size("N")), \(width), \(Array(repeating: "?", count: axes).joined(separator: ", "))]"
    }
  }
}

extension Signal {
  var isVector: Bool { if case .vectors = self { true } else { false } }

  var blockInputName: String { self == .indices ? "ids" : "x" }

  var modelInputName: String {
    switch self {
    case .indices: "ids"
    case .vectors: "x"
    case .channels(_, let axes): ["signal", "image", "volume"][axes - 1]
    }
  }
}
