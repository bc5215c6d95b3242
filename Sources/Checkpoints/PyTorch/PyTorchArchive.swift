import Tensors

/// What `torch.save` (since PyTorch 1.6) and `torch.jit.save` write: a zip archive of a pickle and of storages that stand
/// uncompressed beside it.
///
/// Of a TorchScript archive the attributes of the module are read, and the constants of its code as `CONSTANTS.c0`, as the
/// code calls them; the code itself is passed over.
enum PyTorchArchive {
  static func read(_ archive: ZipArchive, reading extent: WeightsFile.Extent) throws(CheckpointError) -> WeightsFile {
    let pickles = archive.entries.filter { $0.name == "data.pkl" || $0.name.hasSuffix("/data.pkl") }
    guard let pickle = pickles.first, pickles.count == 1 else {
      throw .malformed(archive.file, "the archive has several 'data.pkl'")
    }
    let folder = String(pickle.name.dropLast("data.pkl".count))
    if let order = archive[folder + "byteorder"] {
      let text = try archive.withStoredBytes(of: order) { Array($0.prefix(16)) }
      guard text.starts(with: Array("little".utf8)) else {
        throw .malformed(archive.file, "its numbers are big-endian; save it on a little-endian machine")
      }
    }
    let constants = archive[folder + "constants.pkl"]
    let isScript = constants != nil || archive.entries.contains { $0.name.hasPrefix(folder + "code/") }
    var result = WeightsFile(path: archive.file.path, format: .pytorch)
    try read(pickle, storages: folder + "data/", isScript, names: { $0 }, archive, extent, into: &result)
    if let constants {
      try read(
        constants, storages: folder + "constants/", isScript, names: { "CONSTANTS.c\($0)" }, archive, extent,
        into: &result)
    }
    return result
  }

  private static func read(
    _ pickle: ZipArchive.Entry, storages folder: String, _ isScript: Bool, names: (String) -> String,
    _ archive: ZipArchive, _ extent: WeightsFile.Extent, into result: inout WeightsFile
  ) throws(CheckpointError) {
    let (machine, found) = try archive.withStoredBytes(of: pickle) { bytes throws(CheckpointError) in
      var machine = PickleMachine(
        ByteCursor(bytes, path: archive.file.path, part: pickle.name), isScript: isScript)
      let root = try machine.run()
      return (machine, try PickledTensors(in: root, of: machine))
    }
    var storages = PyTorchStorages(file: archive.file)
    for entry in archive.entries where entry.name.hasPrefix(folder) {
      try archive.checkStored(entry)
      storages.ranges[String(entry.name.dropFirst(folder.count))] = entry.range
    }
    result.metadata += found.metadata.map { (names($0.key), $0.value) }
    result.notes += found.notes
    try storages.entries(
      found.tensors.map { (names($0.name), $0.tensor) }, of: machine, reading: extent, into: &result)
  }
}
