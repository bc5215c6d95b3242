import Tensors

/// The statements of a block or model as they are found, their results still without names.
struct SkeletonBody {
  /// A call of a layer or block.
  struct Call {
    var label: String
    var callee: String
    var arguments: [String]
    var inputs: [Int]
    var result: Int
    /// Whether the first input is averaged over its positions before.
    var isPooled = false
    /// The value that the result is added to.
    var addend: Int?
  }

  indirect enum Line {
    case parameter(String)
    case call(Call)
    case repetition(variable: String, rounds: ClosedRange<Int>, [Line])
  }

  var lines: [Line] = []
  /// What passes between the calls, by number.
  private(set) var signals: [Signal] = []
  /// The values that come from outside.
  private(set) var inputs: [Int] = []
  /// The values that a call may take, the latest last.
  private(set) var available: [Int] = []
  /// Names that parameters have.
  var parameterNames: Set<String> = []
  /// How many repetitions are open.
  var depth = 0
  /// The call before, where the next one stands beside it.
  var previous: (call: Call, module: String, parent: Int)?

  var inputSignals: [Signal] { inputs.map { signals[$0] } }

  /// The place of the latest value of a signal among those that are available; `nil` where there is none.
  func latest(_ signal: Signal) -> Int? { available.lastIndex { signals[$0] == signal } }

  /// The latest value of a signal, or a new input.
  mutating func take(_ signal: Signal) -> Int {
    if let place = latest(signal) { return available[place] }
    let value = signals.count
    signals.append(signal)
    inputs.append(value)
    available.append(value)
    return value
  }

  mutating func makeResult(_ signal: Signal) -> Int {
    signals.append(signal)
    available.append(signals.count - 1)
    return signals.count - 1
  }

  /// Hides a value that each round of a repetition replaces.
  mutating func hide(_ value: Int) { available.removeAll { $0 == value } }

  /// All calls, in order.
  var calls: [Call] { Self.calls(in: lines) }

  private static func calls(in lines: [Line]) -> [Call] {
    lines.flatMap { line -> [Call] in
      switch line {
      case .parameter: []
      case .call(let call): [call]
      case .repetition(_, _, let lines): calls(in: lines)
      }
    }
  }

  /// The results that no call takes.
  var terminals: [Int] {
    let calls = calls
    let taken = Set(calls.flatMap { $0.inputs + ($0.addend.map { [$0] } ?? []) })
    return calls.map(\.result).filter { !taken.contains($0) }
  }
}
