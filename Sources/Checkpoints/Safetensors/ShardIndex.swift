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
    let (shards, metadata, stamp) = try read(path)
    var result = WeightsFile(path: path, format: .safetensors, metadata: metadata)
    result.stamps[path] = stamp
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

  private typealias Shard = (name: String, tensors: Set<String>)

  private static func read(
    _ path: String
  ) throws(CheckpointError) -> (shards: [Shard], metadata: [(key: String, value: String)], stamp: FileStamp) {
    let file: MappedFile
    do throws(FileError) {
      file = try MappedFile(path: path)
    } catch {
      throw .file(error)
    }
    guard file.count <= Safetensors.headerLimit else {
      throw .malformed(file, "an index of \(file.count) bytes is above the limit of \(Safetensors.headerLimit)")
    }
    do throws(CheckpointError) {
      let (shards, metadata) = try file.withBytes { bytes throws(CheckpointError) in try read(bytes, of: file) }
      if let damage = file.damage { throw .file(damage) }
      return (shards, metadata, file.stamp)
    } catch {
      throw file.damage.map(CheckpointError.file) ?? error
    }
  }

  /// Reads an index member by member: as values, it would take many times its own size.
  private static func read(
    _ bytes: UnsafeRawBufferPointer, of file: MappedFile
  ) throws(CheckpointError) -> (shards: [Shard], metadata: [(key: String, value: String)]) {
    func parsed<Value>(_ body: () throws(JSONError) -> Value) throws(CheckpointError) -> Value {
      do throws(JSONError) {
        return try body()
      } catch {
        throw .malformed(file, "\(error)")
      }
    }
    guard bytes.first(where: { $0 > 0x20 }) == UInt8(ascii: "{") else {
      throw .malformed(file, "an index is a JSON object")
    }
    var shards: [Shard]?
    var metadata: [(key: String, value: String)] = []
    var members = try parsed { () throws(JSONError) in try JSONMembers(of: bytes) }
    while let (key, _, range) = try parsed({ () throws(JSONError) in try members.next() }) {
      let value = UnsafeRawBufferPointer(rebasing: bytes[range])
      if key == "weight_map", value.first == UInt8(ascii: "{") {
        guard shards == nil else { throw .malformed(file, "the index has 'weight_map' twice") }
        shards = try self.shards(value, of: file)
      } else {
        guard value.count <= longestMember else {
          throw .malformed(file, "'\(key.prefix(200))' has \(value.count) bytes, above the limit of \(longestMember)")
        }
        let object = try parsed { () throws(JSONError) in try JSONValue(parsing: value) }
        guard key == "metadata" else { continue }
        for member in object.objectValue ?? JSONObject() {
          let text = member.value.stringValue ?? String(decoding: member.value.serialized(), as: UTF8.self)
          metadata.append((member.key, text))
        }
      }
    }
    guard let shards else { throw .malformed(file, "an index has an object 'weight_map' of tensors and their files") }
    return (shards, metadata)
  }

  /// What stands beside the map has no more bytes than this.
  private static let longestMember = 1 << 20

  /// The longest name of a file, in bytes.
  private static let longestName = 1 << 12

  /// The files of a map, with the tensors of each.
  private static func shards(_ map: UnsafeRawBufferPointer, of file: MappedFile) throws(CheckpointError) -> [Shard] {
    var shards: [Shard] = []
    var positions: [String: Int] = [:]
    var names: Set<String> = []
    func parsed<Value>(_ body: () throws(JSONError) -> Value) throws(CheckpointError) -> Value {
      do throws(JSONError) {
        return try body()
      } catch {
        throw .malformed(file, "'weight_map' is \(error)")
      }
    }
    var members = try parsed { () throws(JSONError) in try JSONMembers(of: map) }
    while let (name, _, range) = try parsed({ () throws(JSONError) in try members.next() }) {
      guard names.count < WeightsFile.tensorLimit else {
        throw .malformed(file, "the index has more than \(WeightsFile.tensorLimit) tensors, which no model has")
      }
      guard names.insert(name).inserted else { throw .malformed(file, "the index names '\(name.prefix(200))' twice") }
      guard range.count <= longestName,
        let shard = try parsed({ () throws(JSONError) in try JSONMembers.value(of: map, range) }).stringValue
      else { throw .malformed(file, "'\(name.prefix(200))' is given no file name") }
      guard isName(shard) else {
        throw .malformed(
          file, "'\(name.prefix(200))' is said to be in '\(shard.prefix(200))'; a shard is a file beside the index")
      }
      let position = positions[shard] ?? shards.count
      if position == shards.count {
        positions[shard] = position
        shards.append((shard, []))
      }
      shards[position].tensors.insert(name)
    }
    return shards
  }

  /// Whether the text is the name of a file, and no path or index.
  private static func isName(_ text: String) -> Bool {
    !text.isEmpty && text != "." && text != ".." && !text.utf8.contains(UInt8(ascii: "/")) && !text.utf8.contains(0)
      && !text.hasSuffix(".index.json")
  }
}
