import JSON
import Tensors

/// An index of tensors that are spread over several files: `model.safetensors.index.json`, or the same of `.bin` files.
///
/// `weight_map` gives each tensor's file, beside the index (huggingface/transformers, "Sharded checkpoints").
enum ShardIndex {
  /// Opens all files that the index names.
  static func open(_ path: String, reading extent: WeightsFile.Extent) throws(CheckpointError) -> WeightsFile {
    func malformed(_ problem: String) -> CheckpointError {
      .malformed(path: path, part: nil, offset: nil, problem: problem)
    }
    let (index, stamp) = try read(path)
    guard let map = index["weight_map"]?.objectValue else {
      throw malformed("an index has an object 'weight_map' of tensors and their files")
    }
    var shards: [(name: String, tensors: Set<String>)] = []
    var positions: [String: Int] = [:]
    for member in map {
      guard let shard = member.value.stringValue else { throw malformed("'\(member.key)' is given no file name") }
      guard isName(shard) else {
        throw malformed("'\(member.key)' is said to be in '\(shard)'; a shard is a file beside the index")
      }
      let position = positions[shard] ?? shards.count
      if position == shards.count {
        positions[shard] = position
        shards.append((shard, []))
      }
      shards[position].tensors.insert(member.key)
    }
    var result = WeightsFile(path: path, format: .safetensors)
    result.stamps[path] = stamp
    for member in index["metadata"]?.objectValue ?? JSONObject() {
      let text = member.value.stringValue ?? String(decoding: member.value.serialized(), as: UTF8.self)
      result.metadata.append((member.key, text))
    }
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    for (name, tensors) in shards.sorted(by: { $0.name < $1.name }) {
      let shard = try WeightsFile.open(folder + name, reading: extent)
      result.format = shard.format
      result.stamps.merge(shard.stamps) { $1 }
      let found = shard.entries.filter { tensors.contains($0.name) }
      if found.count < tensors.count {
        let missing = tensors.subtracting(found.map(\.name)).sorted()[0]
        throw malformed("'\(missing)' is said to be in '\(name)', which does not have it; download both again")
      }
      result.entries += found
    }
    return result
  }

  private static func read(_ path: String) throws(CheckpointError) -> (JSONObject, FileStamp) {
    let file: MappedFile
    do throws(FileError) {
      file = try MappedFile(path: path)
    } catch {
      throw .file(error)
    }
    guard file.count <= Safetensors.headerLimit else {
      throw .malformed(file, "an index of \(file.count) bytes is above the limit of \(Safetensors.headerLimit)")
    }
    let value: JSONValue
    do throws(JSONError) {
      value = try file.withBytes { bytes throws(JSONError) in try JSONValue(parsing: bytes) }
    } catch {
      throw .malformed(file, "\(error)")
    }
    guard let object = value.objectValue else { throw .malformed(file, "an index is a JSON object") }
    return (object, file.stamp)
  }

  /// Whether the text is the name of a file, and no path or index.
  private static func isName(_ text: String) -> Bool {
    !text.isEmpty && text != "." && text != ".." && !text.utf8.contains(UInt8(ascii: "/")) && !text.utf8.contains(0)
      && !text.hasSuffix(".index.json")
  }
}
