import Tensors

/// Elements of a file that are not in it as a tensor has them: unpacked one after another, then given to their entries.
struct UnpackedElements {
  private let path: String
  private var scratch: ScratchFile?
  private var pending: [(entry: Int, range: Range<Int>, element: ElementType, sizes: [Int])] = []

  /// - Parameter path: the file that the elements are of.
  init(of path: String) { self.path = path }

  /// How many bytes there are so far.
  var count: Int { scratch?.count ?? 0 }

  /// Appends the elements of an entry, which `write` passes on in order.
  mutating func add(
    entry: Int, _ element: ElementType, _ sizes: [Int],
    _ write: (ScratchFile) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    let scratch: ScratchFile
    if let known = self.scratch { scratch = known } else { scratch = try ScratchFile() }
    self.scratch = scratch
    try scratch.align()
    let start = scratch.count
    try write(scratch)
    pending.append((entry, start..<count, element, sizes))
  }

  /// Gives the entries their tensors.
  func place(in file: inout WeightsFile) throws(CheckpointError) {
    guard let scratch else { return }
    let mapped = try scratch.mapped(as: path)
    for (entry, range, element, sizes) in pending {
      file.entries[entry].content = .tensor(Tensor(element, sizes, .mapped(mapped, range)))
    }
  }
}
