import Graphs
import Tensors
import Texts

extension Tensor {
  /// A few numbers as text, `[0, 1]`; `nil` for what is no number.
  var shortText: String? {
    var numbers: [String]
    if element.isInteger || element == .bool, let elements = try? int64Elements() {
      numbers = elements.map(String.init)
    } else if element.isFloatingPoint, let elements = try? float32Elements() {
      numbers = elements.map { "\($0)" }
    } else {
      return nil
    }
    if sizes.isEmpty, numbers.count == 1 { return numbers.removeFirst() }
    return "[\(numbers.joined(separator: ", "))]"
  }

  /// The 64-bit FNV-1a hash of the bytes, eight at a time, in hexadecimal digits.
  var hash: String {
    let digits = String(contentHash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  private var contentHash: UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    func add(_ word: UInt64) { hash = (hash ^ word) &* 0x0000_0100_0000_01b3 }
    if case .strings(let strings) = storage {
      for string in strings { for byte in string + [0] { add(UInt64(byte)) } }
      return hash
    }
    guard byteCount != nil else { return hash }
    forEachChunk { bytes in
      let words = bytes.count / 8
      for index in 0..<words { add(bytes.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self)) }
      for index in (8 * words)..<bytes.count { add(UInt64(bytes[index])) }
    }
    return hash
  }
}

extension Tensor {
  /// The type, and the elements where they are few and their text says them exactly; else a hash of them.
  var summary: String {
    let isExact = element.isInteger || element == .bool || element == .f32
    let literal = isExact && elementCount <= 4 ? shortText : nil
    return "\(type) \(literal ?? hash)"
  }
}

extension SparseTensor {
  /// The sizes, the elements that are there, and where they are.
  var summary: String { "sparse \(sizes): \(values.tensor.summary) at \(indices.tensor.summary)" }
}

extension Attribute.Value {
  /// The value in a few words.
  var summary: String {
    func list(_ parts: [String]) -> String { "[\(parts.joined(separator: ", "))]" }
    return switch self {
    case .float(let value): "\(value)"
    case .int(let value): "\(value)"
    case .string(let bytes): "\"\(String(anyBytes: bytes))\""
    case .floats(let values): list(values.map { "\($0)" })
    case .ints(let values): list(values.map(String.init))
    case .strings(let values): list(values.map { "\"\(String(anyBytes: $0))\"" })
    case .tensor(let named): named.tensor.summary
    case .type(let type): "\(type)"
    // What is inside is compared node by node.
    case .graph, .graphs: "a subgraph"
    case .tensors(let tensors): list(tensors.map(\.tensor.summary))
    case .sparseTensor(let tensor): tensor.summary
    case .sparseTensors(let tensors): list(tensors.map(\.summary))
    case .types(let types): list(types.map { "\($0)" })
    case .reference(let name, _): "the function's \(name)"
    }
  }
}
