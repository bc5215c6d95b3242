import Graphs
import Operators
import Tensors

/// The computations of a region that have been met, each by its first node.
struct CommonSubexpressions {
  /// All that the results of a node depend on.
  struct Key: Hashable {
    var domain: String
    var operatorType: String
    var arguments: [Value.ID?]
    var resultCount: Int
    var attributes: [String: AttributeContent]
  }

  /// The elements of a small tensor of integers, as expressions of sizes.
  struct Elements: Hashable {
    var element: ElementType
    var sizes: [Int]
    var elements: [Dimension]
  }

  var nodes: [Key: Node.ID] = [:]
  var elements: [Elements: Value.ID] = [:]
}

/// An attribute's value, where two can be told to be equal at once.
enum AttributeContent: Hashable {
  case float(UInt32)
  case int(Int64)
  case string([UInt8])
  case floats([UInt32])
  case ints([Int64])
  case strings([[UInt8]])
  case tensor(TensorContent)
  case type(ValueType)

  /// `nil` for subgraphs, large tensors and what a function passes on.
  init?(_ value: Attribute.Value) {
    switch value {
    case .float(let value): self = .float(value.bitPattern)
    case .int(let value): self = .int(value)
    case .string(let bytes): self = .string(bytes)
    case .floats(let values): self = .floats(values.map(\.bitPattern))
    case .ints(let values): self = .ints(values)
    case .strings(let values): self = .strings(values)
    case .type(let type): self = .type(type)
    case .tensor(let named):
      guard let content = TensorContent(named.tensor, limit: 4096) else { return nil }
      self = .tensor(content)
    default: return nil
    }
  }
}

/// A tensor by its elements.
struct TensorContent: Hashable {
  var element: ElementType
  var sizes: [Int]
  var bytes: [UInt8]

  /// `nil` for strings, and where there are more than `limit` bytes.
  init?(_ tensor: Tensor, limit: Int) {
    guard let count = tensor.byteCount, count <= limit else { return nil }
    element = tensor.element
    sizes = tensor.sizes
    bytes = []
    bytes.reserveCapacity(count)
    tensor.forEachChunk { bytes.append(contentsOf: $0) }
  }
}

extension Rewriter {
  /// Puts what an equal node before gives in the place of what `node` gives.
  mutating func merge(_ node: Node.ID, in region: Region.ID, _ seen: inout CommonSubexpressions) {
    let content = graph.nodes[node]
    guard Determinism.holds(for: content), !content.results.isEmpty else { return }
    var attributes: [String: AttributeContent] = [:]
    for attribute in content.attributes {
      guard let value = AttributeContent(attribute.value) else { return }
      attributes[attribute.name] = value
    }
    let key = CommonSubexpressions.Key(
      domain: content.domain, operatorType: content.operatorType, arguments: content.inputs,
      resultCount: content.results.count, attributes: attributes)
    guard let first = seen.nodes[key], places[first.index] == region, first != node,
      graph.nodes[first].inputs == content.inputs
    else {
      seen.nodes[key] = node
      return
    }
    var pairs: [(old: Value.ID, new: Value.ID)] = []
    for (old, new) in zip(content.results, graph.nodes[first].results) where isUsed(old) {
      guard let old, let new, canReplace(old, with: new) else { return }
      pairs.append((old, new))
    }
    for (old, new) in pairs { replace(old, with: new) }
    removeIfDead(node)
    tell("merged", content.operatorType, "with an equal one")
  }

  /// Puts a value before that has the same elements in the place of what `node` gives: sizes are read off once.
  mutating func mergeElements(_ node: Node.ID, in region: Region.ID, _ seen: inout CommonSubexpressions) {
    guard graph.nodes[node].results.count == 1, let result = output(node), Determinism.holds(for: graph.nodes[node]),
      !isStored(result), let key = elementsKey(result)
    else { return }
    guard let first = seen.elements[key], self.region(of: first) == region, first != result else {
      seen.elements[key] = result
      return
    }
    let name = graph.nodes[node].operatorType
    guard bypass(node, with: first) else { return }
    tell("merged", name, "with one of the same sizes")
  }

  private func elementsKey(_ value: Value.ID) -> CommonSubexpressions.Elements? {
    let fact = fact(value)
    guard let elements = fact.elements, (1...16).contains(elements.count), !elements.contains(where: \.isUnknown),
      let element = fact.type.element, let sizes = fact.type.shape?.constants
    else { return nil }
    return CommonSubexpressions.Elements(element: element, sizes: sizes, elements: elements)
  }
}
