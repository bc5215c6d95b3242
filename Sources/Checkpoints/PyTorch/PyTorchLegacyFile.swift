import Tensors

/// What `torch.save` wrote before PyTorch 1.6: five pickles (a magic number, a version, facts of the machine, the object, the
/// keys of its storages), then for each key an element count and the elements.
enum PyTorchLegacyFile {
  /// The magic number's bytes, little-endian, without the zero of its sign.
  private static let magic: [UInt8] = [0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]
  private static let version: Int64 = 1001

  static func read(_ file: MappedFile, reading extent: WeightsFile.Extent) throws(CheckpointError) -> WeightsFile {
    try file.withBytes { bytes throws(CheckpointError) in
      var cursor = ByteCursor(bytes, path: file.path)
      let (first, number) = try run(&cursor)
      guard case .long(let digits) = number, first.bytes(digits).prefix(Self.magic.count).elementsEqual(Self.magic)
      else {
        throw cursor.malformed("the file is a pickle, and none that torch.save writes", at: 0)
      }
      guard case (_, .integer(Self.version)) = try run(&cursor) else {
        throw cursor.malformed("the version of the format is not \(Self.version)")
      }
      let (facts, machine) = try run(&cursor)
      guard isLittleEndian(machine, facts) else {
        throw cursor.malformed("its numbers are big-endian; save it on a little-endian machine")
      }
      let (object, root) = try run(&cursor)
      let found = try PickledTensors(in: root, of: object)
      var (list, keys) = try run(&cursor)
      guard let keys = try list.elements(of: keys) else { throw cursor.malformed("the storages have no list of keys") }

      var storages = PyTorchStorages(file: file)
      let widths = try widths(of: object, cursor)
      for key in keys {
        guard case .string(let run) = key, case let key = list.text(run), let width = widths[key] else {
          throw cursor.malformed("a storage is listed that no tensor is in")
        }
        let count = try cursor.integer(UInt64.self)
        let (size, overflow) = count.multipliedReportingOverflow(by: UInt64(width))
        storages.ranges[key] = try cursor.skip(overflow ? .max : size)
      }
      var result = WeightsFile(path: file.path, format: .pytorch, metadata: found.metadata)
      result.notes = found.notes
      try storages.entries(found.tensors, of: object, reading: extent, into: &result)
      return result
    }
  }

  /// Runs the pickle at the cursor and passes over it.
  private static func run(_ cursor: inout ByteCursor) throws(CheckpointError) -> (PickleMachine, PickleValue) {
    var machine = PickleMachine(cursor)
    let value = try machine.run()
    cursor = machine.cursor
    return (machine, value)
  }

  private static func isLittleEndian(_ facts: PickleValue, _ machine: PickleMachine) -> Bool {
    guard case .dictionary(let dictionary) = facts else { return true }
    return !machine.containers.items(of: dictionary).contains { key, value in
      guard case .string(let run) = key, case .bool(false) = value else { return false }
      return machine.bytes(run).elementsEqual("little_endian".utf8)
    }
  }

  /// The bytes of one element of each storage.
  private static func widths(
    of machine: PickleMachine, _ cursor: ByteCursor
  ) throws(CheckpointError) -> [String: Int] {
    var widths: [String: Int] = [:]
    for storage in machine.storages {
      let width = (storage.element?.bitWidth ?? 8) / 8
      guard widths.updateValue(width, forKey: storage.key) ?? width == width else {
        throw cursor.malformed("storage '\(storage.key)' is said to be of two types")
      }
    }
    return widths
  }
}
