import JSON
package import Tensors

/// Writes tensors as safetensors, in one file or in several with an index.
package enum SafetensorsWriter {
  /// Writes the tensors in their order; each goes through in pieces, and files appear whole or not at all.
  ///
  /// - Parameters:
  ///   - path: the file; where several are needed, `NAME-00001-of-00003.safetensors` and so on beside it, and an index
  ///     `NAME.safetensors.index.json`.
  ///   - shardSize: the most bytes of tensors in a file; one that is larger is alone in its own. `nil` for no bound.
  /// - Returns: the paths that were written.
  /// - Throws: `WeightsWritingError` for a tensor that the format has no type for, `FileError`.
  @discardableResult
  package static func write(
    _ tensors: [(name: String, tensor: Tensor)], metadata: [(key: String, value: String)] = [], to path: String,
    shardSize: Int? = nil
  ) throws -> [String] {
    let shards = try split(tensors, shardSize)
    guard shards.count > 1 else {
      try write(file: tensors, metadata, to: path).commit()
      return [path]
    }
    let stem = path.hasSuffix(".safetensors") ? String(path.dropLast(12)) : path
    var outputs: [OutputFile] = []
    var paths: [String] = []
    var map = JSONObject()
    for (index, shard) in shards.enumerated() {
      let name = "\(stem)-\(padded(index + 1))-of-\(padded(shards.count)).safetensors"
      let file = name.split(separator: "/").last.map(String.init) ?? name
      for (tensor, _) in shard { map[tensor] = .string(file) }
      outputs.append(try write(file: shard, metadata, to: name))
      paths.append(name)
    }
    let total = tensors.reduce(0) { $0 + ($1.tensor.byteCount ?? 0) }
    let index: JSONValue = ["metadata": ["total_size": .integer(Int64(total))], "weight_map": .object(map)]
    let indexPath = "\(stem).safetensors.index.json"
    let output = try OutputFile(path: indexPath)
    try output.write(index.serialized(pretty: true) + [UInt8(ascii: "\n")])
    // The index comes last: where it is, so are all that it names.
    for output in outputs + [output] { try output.commit() }
    return paths + [indexPath]
  }

  private static func padded(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
  }

  /// The tensors in runs of at most so many bytes.
  private static func split(
    _ tensors: [(name: String, tensor: Tensor)], _ shardSize: Int?
  ) throws -> [[(name: String, tensor: Tensor)]] {
    var shards: [[(name: String, tensor: Tensor)]] = [[]]
    var size = 0
    for (name, tensor) in tensors {
      guard tensor.element.safetensors != nil, let count = tensor.byteCount else {
        throw WeightsWritingError.elementType(name, tensor.element, format: "safetensors")
      }
      guard name != "__metadata__", !name.utf8.contains(0) else { throw WeightsWritingError.name(name) }
      if let shardSize, size > 0, count > shardSize - size {
        shards.append([])
        size = 0
      }
      shards[shards.count - 1].append((name, tensor))
      size += count
    }
    return shards
  }

  private static func write(
    file tensors: [(name: String, tensor: Tensor)], _ metadata: [(key: String, value: String)], to path: String
  ) throws -> OutputFile {
    var header = JSONObject()
    if !metadata.isEmpty {
      var members = JSONObject()
      for (key, value) in metadata { members[key] = .string(value) }
      header["__metadata__"] = .object(members)
    }
    var offset = 0
    for (name, tensor) in tensors {
      let end = offset + (tensor.byteCount ?? 0)
      header[name] = [
        "dtype": .string(tensor.element.safetensors ?? ""), "shape": .array(tensor.sizes.map { .integer(Int64($0)) }),
        "data_offsets": [.integer(Int64(offset)), .integer(Int64(end))],
      ]
      offset = end
    }
    var text = JSONValue.object(header).serialized()
    while text.count % 8 != 0 { text.append(UInt8(ascii: " ")) }
    let output = try OutputFile(path: path)
    try output.write(withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) })
    try output.write(text)
    for (_, tensor) in tensors { try tensor.forEachChunk { bytes throws(FileError) in try output.write(bytes) } }
    return output
  }
}
