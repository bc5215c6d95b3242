import Tensors

extension WeightsFile {
  /// The ends of file names that weights have.
  package static let suffixes = [
    ".safetensors", ".index.json", ".npz", ".npy", ".pt", ".pth", ".bin", ".jit", ".ckpt", ".gguf",
  ]

  /// Opens a file of any format, which its first bytes tell.
  package static func open(_ path: String, reading extent: Extent = .elements) throws(CheckpointError) -> WeightsFile {
    if path.hasSuffix(".index.json") { return try ShardIndex.open(path, reading: extent) }
    let file: MappedFile
    do throws(FileError) {
      file = try MappedFile(path: path)
    } catch {
      throw .file(error)
    }
    var result: WeightsFile
    do throws(CheckpointError) {
      result = try read(file, reading: extent)
    } catch {
      throw file.damage.map(CheckpointError.file) ?? error
    }
    if let damage = file.damage { throw .file(damage) }
    result.stamps[path] = file.stamp
    return result
  }

  private static func read(_ file: MappedFile, reading extent: Extent) throws(CheckpointError) -> WeightsFile {
    switch signature(of: file) {
    case .zip: return try openArchive(file, reading: extent)
    case .numpy: return try NumPyFile.open(file, reading: extent)
    case .gguf: return try GGUFReader.read(file)
    case .pickle: return try PyTorchLegacyFile.read(file, reading: extent)
    case .other(let hint):
      if let hint { throw .malformed(file, hint) }
      do throws(SafetensorsError) {
        return WeightsFile(try Safetensors(file))
      } catch {
        throw .safetensors(error)
      }
    }
  }

  private enum Signature {
    case zip, numpy, gguf, pickle
    /// Safetensors, or what the file is by its name and cannot be by its bytes.
    case other(String?)
  }

  private static func signature(of file: MappedFile) -> Signature {
    let start = file.withBytes { Array($0.prefix(8)) }
    if start.starts(with: [0x50, 0x4B, 3, 4]) || start.starts(with: [0x50, 0x4B, 5, 6]) { return .zip }
    if start.starts(with: NumPyHeader.magic) { return .numpy }
    if start.starts(with: GGUFReader.magic) { return .gguf }
    // A pickle of protocol 2 and above begins with its number.
    if start.count >= 2, start[0] == 0x80, start[1] <= 5, !file.path.hasSuffix(".safetensors") { return .pickle }
    let expected: [(suffixes: [String], start: String)] = [
      ([".npz"], "a .npz file is a zip archive and begins with PK"),
      ([".npy"], "a .npy file begins with \\x93NUMPY"),
      ([".gguf"], "a GGUF file begins with GGUF"),
      (
        [".pt", ".pth", ".bin", ".jit", ".ckpt"], "a PyTorch file is a zip archive or a pickle of protocol 2 and above"
      ),
    ]
    let mismatch = expected.first { $0.suffixes.contains { file.path.hasSuffix($0) } }
    return .other(mismatch.map { "\($0.start), and this does not; it may be damaged, or be of another format" })
  }

  private static func openArchive(_ file: MappedFile, reading extent: Extent) throws(CheckpointError) -> WeightsFile {
    let archive = try ZipArchive(file)
    if archive.entries.contains(where: { $0.name == "data.pkl" || $0.name.hasSuffix("/data.pkl") }) {
      return try PyTorchArchive.read(archive, reading: extent)
    }
    return try NumPyArchive.read(archive, reading: extent)
  }

  /// A safetensors file as any other.
  init(_ file: Safetensors) {
    self.init(path: file.file.path, format: .safetensors, metadata: file.metadata)
    let readable = file.entries.map { ($0.position, Entry(name: $0.name, dtype: $0.dtype, $0.tensor)) }
    let others = file.unsupported.map { entry in
      (
        entry.position,
        Entry(
          name: entry.name, dtype: entry.dtype, sizes: entry.sizes, byteCount: entry.range.count,
          content: .unreadable("Mica has no element type \(entry.dtype)"))
      )
    }
    entries = (readable + others).sorted { $0.0 < $1.0 }.map(\.1)
  }
}
