import Graphs
import Operators
import Syntax

extension Elaborator {
  /// A call of names that stand for tensors.
  private struct TensorCall {
    var plain: Syntax.PlainCall
    var key: CallMemory.Key
    var arguments = ValueList()
  }

  /// The result of a call; one that was made like this before is only written again.
  mutating func result(of call: Syntax) -> Term {
    guard let tensorCall = tensorCall(call) else { return evaluateAll(call, wanted: Wanted()).first ?? .unknown }
    guard let written = memory.call(tensorCall.key) else { return newResult(of: call, tensorCall) }
    if options.observes { observe(tensorCall.plain, in: call.tree) }
    let origin = Origin(Place(file: call.tree.file, range: tensorCall.plain.range), instance: frame.instance)
    return .tensor(builder.write(again: written, tensorCall.arguments, origin: origin))
  }

  /// The result of a call like which there was none before; the next ones are like it where nothing is wrong with it.
  private mutating func newResult(of call: Syntax, _ tensorCall: TensorCall) -> Term {
    let (extent, errors, problems) = (builder.extent, errorCount, diagnostics.count)
    let result = evaluateAll(call, wanted: Wanted()).first ?? .unknown
    guard case .tensor = result, errorCount == errors, diagnostics.count == problems,
      case .operator? = knownCallees[CalleeKey(name: call.tree.text(tensorCall.plain.callee), file: call.tree.file)],
      call.child(.argumentList)?.children.allSatisfy({ $0.kind == .name || $0.pair?.1.isLiteral == true }) == true,
      let written = builder.writtenCall(since: extent, of: tensorCall.arguments)
    else { return result }
    memory.remember(written, tensorCall.key)
    return result
  }

  /// A call of names that stand for tensors; `nil` for others, and where the frame, or a mistake in the text, may have a
  /// say in what it means.
  @inline(__always)
  private mutating func tensorCall(_ call: Syntax) -> TensorCall? {
    let tree = call.tree
    guard tree.file == frame.file, let plain = call.plainCall,
      program.broken.isEmpty || !program.isBroken(Place(file: tree.file, range: plain.range))
    else { return nil }
    let callee = names.name(tree.bytes(plain.callee), in: tree.source)
    guard !frame.locals.isCallable(callee),
      frame.instances.isEmpty || frame.resolve(names.text(of: callee), in: frame.instances) == nil
    else { return nil }
    var found = TensorCall(
      plain: plain, key: CallMemory.Key(callee: callee, tree: tree, configuration: plain.configuration))
    for index in 0..<plain.argumentCount {
      let name = names.name(tree.bytes(Int(plain.arguments[index])), in: tree.source)
      guard let value = frame.locals.tensor(name), let fact = builder.fact(of: value) else { return nil }
      found.arguments.append(value)
      found.key.append(fact)
    }
    return found
  }

  /// Notes what the names in a call mean that is only written again.
  private mutating func observe(_ plain: Syntax.PlainCall, in tree: SyntaxTree) {
    if let callee = knownCallees[CalleeKey(name: tree.text(plain.callee), file: tree.file)] {
      observe(.callee(callee), at: Place(file: tree.file, range: tree.bytes(plain.callee)))
    }
    for index in 0..<plain.argumentCount {
      let place = Place(file: tree.file, range: tree.bytes(Int(plain.arguments[index])))
      guard let local = frame.locals[names.name(place.range, in: tree.source)] else { continue }
      observe(.use(local.term, definition: local.place), at: place)
    }
  }
}
