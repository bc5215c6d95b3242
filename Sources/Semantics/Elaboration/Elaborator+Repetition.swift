import Graphs
import Operators
import Syntax

extension Elaborator {
  /// The result of a call; one that was made like this before is only written again.
  mutating func result(of call: Syntax) -> Term {
    var plain = Syntax.PlainCall()
    guard call.tree.file == frame.file, call.read(into: &plain), let callee = plainCallee(plain, in: call.tree) else {
      return evaluateAll(call, wanted: Wanted()).first ?? .unknown
    }
    var key = CallMemory.Key(callee: callee, tree: call.tree, configuration: plain.configuration)
    var arguments = ValueList()
    for index in 0..<plain.argumentCount {
      let name = names.name(call.tree.bytes(Int(plain.arguments[index])), in: call.tree.source)
      guard let value = frame.locals.tensor(name), let fact = builder.fact(of: value) else {
        return evaluateAll(call, wanted: Wanted()).first ?? .unknown
      }
      arguments.append(value)
      key.append(fact)
    }
    guard let written = memory.call(key) else { return newResult(of: call, plain, key, arguments) }
    if options.observes { observe(plain, in: call.tree) }
    let origin = Origin(Place(file: call.tree.file, range: plain.range), instance: frame.instance)
    return .tensor(builder.write(again: written, arguments, origin: origin))
  }

  /// The result of a call like which there was none before; the next ones are like it where nothing is wrong with it.
  private mutating func newResult(
    of call: Syntax, _ plain: Syntax.PlainCall, _ key: CallMemory.Key, _ arguments: ValueList
  ) -> Term {
    let (extent, errors, problems) = (builder.extent, errorCount, diagnostics.count)
    let result = evaluateAll(call, wanted: Wanted()).first ?? .unknown
    guard case .tensor = result, errorCount == errors, diagnostics.count == problems,
      case .operator? = knownCallees[CalleeKey(name: call.tree.text(plain.callee), file: call.tree.file)],
      call.child(.argumentList)?.children.allSatisfy({ $0.kind == .name || $0.pair?.1.isLiteral == true }) == true,
      let written = builder.writtenCall(since: extent, of: arguments)
    else { return result }
    memory.remember(written, key)
    return result
  }

  /// The callee of a call of names; `nil` where the frame, or a mistake in the text, may have a say in what it means.
  private mutating func plainCallee(_ plain: Syntax.PlainCall, in tree: SyntaxTree) -> Name? {
    guard program.broken.isEmpty || !program.isBroken(Place(file: tree.file, range: plain.range)) else { return nil }
    let callee = names.name(tree.bytes(plain.callee), in: tree.source)
    guard !frame.locals.isCallable(callee),
      frame.instances.isEmpty || frame.resolve(names.text(of: callee), in: frame.instances) == nil
    else { return nil }
    return callee
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
