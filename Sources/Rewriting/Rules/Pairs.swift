import Graphs
import Tensors

extension RewriteRule {
  /// A Transpose of a Transpose is one.
  static let transposePair = RewriteRule(["Transpose"]) { rewriter, node in
    guard rewriter.isOperator(node, "Transpose"), let middle = rewriter.input(node, 0),
      let inner = rewriter.producer(of: middle, named: "Transpose"), let input = rewriter.input(inner, 0),
      let first = rewriter.permutation(inner), let second = rewriter.permutation(node), first.count == second.count
    else { return false }
    rewriter.set("perm", .ints(second.map { Int64(first[$0]) }), of: node)
    rewriter.rewire(node, [input])
    rewriter.tell("joined", "Transpose", "with the one before")
    return true
  }

  /// A Cast of a Cast to a type that holds all of what it took is one.
  static let castPair = RewriteRule(["Cast"]) { rewriter, node in
    guard rewriter.isOperator(node, "Cast"), !rewriter.hasReferences(node), let middle = rewriter.input(node, 0),
      let inner = rewriter.producer(of: middle, named: "Cast"), let input = rewriter.input(inner, 0),
      let source = rewriter.element(input), let wide = rewriter.element(middle), wide.holdsAll(of: source)
    else { return false }
    rewriter.rewire(node, [input])
    rewriter.tell("joined", "Cast", "with the one before")
    return true
  }

  /// A Concat of a Concat along the same axis is one.
  static let concatOfConcat = RewriteRule(["Concat"]) { rewriter, node in
    guard rewriter.isOperator(node, "Concat"), let axis = rewriter.int(node, "axis") else { return false }
    var parts: [Value.ID?] = []
    var joined = 0
    for part in rewriter.graph.nodes[node].inputs {
      if let part, rewriter.isUsedOnce(part), let inner = rewriter.producer(of: part, named: "Concat"),
        rewriter.int(inner, "axis") == axis, rewriter.places[inner.index] == rewriter.places[node.index]
      {
        parts += rewriter.graph.nodes[inner].inputs
        joined += 1
      } else {
        parts.append(part)
      }
    }
    guard joined > 0 else { return false }
    rewriter.rewire(node, parts)
    rewriter.changes.add("joined", "Concat", "with the one behind", count: joined)
    return true
  }

  /// An Unsqueeze behind a reduction that took the same axes away is one that leaves them.
  static let reductionAndUnsqueeze = RewriteRule(["Unsqueeze"]) { rewriter, node in
    guard rewriter.isOperator(node, "Unsqueeze"), let middle = rewriter.input(node, 0), rewriter.isUsedOnce(middle),
      let inner = rewriter.producer(of: middle), rewriter.isStandard(inner),
      rewriter.graph.nodes[inner].operatorType.hasPrefix("Reduce"),
      rewriter.places[inner.index] == rewriter.places[node.index],
      rewriter.int(inner, "keepdims") == 0, !rewriter.hasReferences(inner), let axes = rewriter.axes(node),
      !axes.isEmpty,
      axes.allSatisfy({ $0 >= 0 }), Set(axes).count == axes.count
    else { return false }
    let reduced =
      rewriter.input(inner, 1) != nil ? rewriter.integers(rewriter.input(inner, 1)) : rewriter.ints(inner, "axes")
    guard let reduced, Set(reduced) == Set(axes), reduced.count == axes.count else { return false }
    let content = rewriter.graph.nodes[inner]
    var attributes = content.attributes
    attributes.removeAll { $0.name == "keepdims" }
    rewriter.rewrite(node, as: content.operatorType, content.inputs, attributes)
    rewriter.tell("joined", "Unsqueeze", "with the \(content.operatorType) before")
    return true
  }

  /// Two Slices of different axes are one.
  static let slicePair = RewriteRule(["Slice"]) { rewriter, node in
    guard rewriter.isOperator(node, "Slice"), rewriter.opset >= 10, let middle = rewriter.input(node, 0),
      rewriter.isUsedOnce(middle), let inner = rewriter.producer(of: middle, named: "Slice"),
      rewriter.places[inner.index] == rewriter.places[node.index], let input = rewriter.input(inner, 0),
      let first = rewriter.bounds(ofSlice: inner), let second = rewriter.bounds(ofSlice: node)
    else { return false }
    let rank = rewriter.shape(input)?.rank
    func absolute(_ axes: [Int]) -> [Int]? {
      var result: [Int] = []
      for axis in axes {
        guard axis >= 0 || rank != nil else { return nil }
        result.append(axis < 0 ? axis + (rank ?? 0) : axis)
      }
      return result
    }
    guard let axes = absolute(first.axes), let others = absolute(second.axes), Set(axes).isDisjoint(with: others) else {
      return false
    }
    let columns = [
      first.starts + second.starts, first.ends + second.ends, axes + others, first.steps + second.steps,
    ]
    let names = columns.map { rewriter.makeTensor(.i64($0), like: middle, for: node) }
    rewriter.rewire(node, [input] + names)
    rewriter.tell("joined", "Slice", "with the one before")
    return true
  }
}

extension Rewriter {
  /// The axes of a Transpose in their new order; by default they are reversed.
  fileprivate func permutation(_ node: Node.ID) -> [Int]? {
    guard !hasReferences(node) else { return nil }
    if let axes = ints(node, "perm") { return axes.sorted() == Array(axes.indices) ? axes : nil }
    return input(node, 0).flatMap { shape($0)?.rank }.map { Array((0..<$0).reversed()) }
  }

  /// The constant axes of a Squeeze or an Unsqueeze.
  func axes(_ node: Node.ID) -> [Int]? {
    guard !hasReferences(node) else { return nil }
    return opset < 13 ? ints(node, "axes") : integers(input(node, 1))
  }

  /// What a Slice takes, where all of it is constant.
  fileprivate func bounds(ofSlice node: Node.ID) -> (starts: [Int], ends: [Int], axes: [Int], steps: [Int])? {
    guard let starts = integers(input(node, 1)), let ends = integers(input(node, 2)), starts.count == ends.count else {
      return nil
    }
    let axes = input(node, 3) == nil ? Array(starts.indices) : integers(input(node, 3))
    let steps = input(node, 4) == nil ? starts.map { _ in 1 } : integers(input(node, 4))
    guard let axes, let steps, axes.count == starts.count, steps.count == starts.count else { return nil }
    return (starts, ends, axes, steps)
  }
}

extension ElementType {
  /// Whether every element of `other` is one of this type too.
  fileprivate func holdsAll(of other: ElementType) -> Bool {
    if self == other { return true }
    switch (other, self) {
    case (.f16, .f32), (.f16, .f64), (.bf16, .f32), (.bf16, .f64), (.f32, .f64): return true
    case (.bool, _): return isInteger && (bitWidth ?? 0) >= 8 || [.f16, .f32, .f64].contains(self)
    case (.i8, .i16), (.i8, .i32), (.i8, .i64), (.i16, .i32), (.i16, .i64), (.i32, .i64): return true
    case (.u8, .u16), (.u8, .u32), (.u8, .u64), (.u16, .u32), (.u16, .u64), (.u32, .u64): return true
    case (.u8, .i16), (.u8, .i32), (.u8, .i64), (.u16, .i32), (.u16, .i64), (.u32, .i64): return true
    case (.i8, .f32), (.i8, .f64), (.u8, .f32), (.u8, .f64), (.i16, .f32), (.i16, .f64), (.u16, .f32), (.u16, .f64):
      return true
    case (.i32, .f64), (.u32, .f64): return true
    default: return false
    }
  }
}
