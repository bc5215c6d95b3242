import Tensors

/// Where the storages of a PyTorch file are in it, by their keys.
struct PyTorchStorages {
  let file: MappedFile
  var ranges: [String: Range<Int>] = [:]

  /// The entries of the tensors that a pickle describes.
  ///
  /// A tensor whose elements are a run of its storage is that range of the file; others, such as transposed ones, are written
  /// anew in row-major order where elements are wanted. One that repeats elements is not read: no checkpoint needs it.
  func entries(
    _ found: [(name: String, tensor: Int)], of machine: PickleMachine, reading extent: WeightsFile.Extent,
    into result: inout WeightsFile
  ) throws(CheckpointError) {
    var unpacked = UnpackedElements(of: file.path)
    for (name, index) in found {
      let tensor = machine.tensors[index]
      let storage = machine.storages[tensor.storage]
      let (range, count) = try place(of: tensor, in: storage, called: name)
      var entry = WeightsFile.Entry(
        name: name, dtype: tensor.element.spelling, sizes: tensor.view.sizes, byteCount: count,
        content: .deferred(tensor.element))
      let width = tensor.element.bitWidth! / 8
      if tensor.view.isContiguous {
        let start = range.lowerBound + (count == 0 ? 0 : tensor.view.offset * width)
        entry.content = .tensor(Tensor(tensor.element, tensor.view.sizes, .mapped(file, start..<start + count)))
      } else if count > range.count {
        entry.content = .unreadable("it repeats the elements of its storage (strides \(tensor.view.strides))")
      } else if extent == .elements {
        guard unpacked.count <= file.count - min(count, file.count) else {
          throw .malformed(file, "the tensors that are not in row-major order take more than the file itself")
        }
        try unpacked.add(entry: result.entries.count, tensor.element, tensor.view.sizes) {
          scratch throws(CheckpointError) in
          try file.withBytes(range) { bytes throws(CheckpointError) in
            try tensor.view.write(bytes, width: width, to: scratch)
          }
        }
      }
      result.entries.append(entry)
    }
    try unpacked.place(in: &result)
  }

  /// The bytes of the storage that a tensor is in, and how many the tensor takes.
  private func place(
    of tensor: PickledTensor, in storage: PickledStorage, called name: String
  ) throws(CheckpointError) -> (range: Range<Int>, count: Int) {
    func malformed(_ problem: String) -> CheckpointError { .malformed(file, "tensor '\(name)': \(problem)") }
    guard let whole = ranges[storage.key] else { throw malformed("the file has no storage '\(storage.key)'") }
    let width = tensor.element.bitWidth! / 8
    let storageWidth = (storage.element?.bitWidth ?? 8) / 8
    let (skipped, tooFar) = storage.offset.multipliedReportingOverflow(by: storageWidth)
    let (claimed, tooMany) = storage.elementCount.multipliedReportingOverflow(by: storageWidth)
    guard !tooFar, !tooMany, skipped <= whole.count, claimed <= whole.count - skipped else {
      throw malformed(
        "storage '\(storage.key)' is said to have \(storage.elementCount) elements, and has \(whole.count) bytes")
    }
    let range = whole.lowerBound + skipped..<whole.lowerBound + skipped + claimed
    guard let elements = tensor.view.elementCount, let count = tensor.element.byteCount(of: elements),
      let end = tensor.view.end, elements == 0 || end <= claimed / width
    else {
      throw malformed(
        "\(tensor.element.spelling)\(tensor.view.sizes) in steps of \(tensor.view.strides) from \(tensor.view.offset) on "
          + "goes beyond its storage of \(claimed) bytes")
    }
    return (range, count)
  }
}
