package import Tensors

/// What a file of weights holds: its tensors in the order of the file, and what it says beside them.
///
/// Numbers stay in the file: opening one reads its headers.
package struct WeightsFile: Sendable {
  package enum Format: String, Sendable {
    case safetensors, npy, npz, pytorch, gguf, onnx
  }

  package struct Entry: Sendable {
    package var name: String
    /// The element type as the file writes it: `F32`, `<f4`, `FloatStorage`, `Q4_K`.
    package var dtype: String
    /// The sizes, outermost first.
    package var sizes: [Int]
    /// What the elements take, uncompressed.
    package var byteCount: Int
    package var content: Content

    package init(name: String, dtype: String, sizes: [Int], byteCount: Int, content: Content) {
      self.name = name
      self.dtype = dtype
      self.sizes = sizes
      self.byteCount = byteCount
      self.content = content
    }

    /// An entry whose tensor can be read.
    package init(name: String, dtype: String, _ tensor: Tensor) {
      self.init(
        name: name, dtype: dtype, sizes: tensor.sizes, byteCount: tensor.byteCount ?? 0, content: .tensor(tensor))
    }

    package var tensor: Tensor? {
      if case .tensor(let tensor) = content { tensor } else { nil }
    }

    /// The element type; `nil` where Mica has none of the kind.
    package var element: ElementType? {
      switch content {
      case .tensor(let tensor): tensor.element
      case .deferred(let element): element
      case .unreadable: nil
      }
    }
  }

  package enum Content: Sendable {
    case tensor(Tensor)
    /// Elements that must be unpacked first, in a file of which headers alone were wanted.
    case deferred(ElementType)
    /// Elements that cannot be read, and why.
    case unreadable(String)
  }

  /// How much of a file to read.
  package enum Extent: Sendable {
    /// Names, types and sizes; elements only where they are in the file as they are.
    case headers
    /// Compressed and strided elements too, unpacked into a file of their own without a name.
    case elements
  }

  /// The most tensors that a file, or all files of an index, may have; the largest published models have half as many.
  package static let tensorLimit = 1 << 18

  package var path: String
  package var format: Format
  package var entries: [Entry]
  /// What the file says of itself, in its order.
  package var metadata: [(key: String, value: String)]
  /// What is to be said of the file as a whole: what it holds beside tensors and nobody looked at.
  package var notes: [String] = []
  /// The files that were read, by their paths: shards beside their index.
  package var stamps: [String: FileStamp] = [:]

  package init(
    path: String, format: Format, entries: [Entry] = [], metadata: [(key: String, value: String)] = []
  ) {
    self.path = path
    self.format = format
    self.entries = entries
    self.metadata = metadata
  }

  /// The tensors that can be read.
  package var tensors: [(name: String, tensor: Tensor)] {
    entries.compactMap { entry in entry.tensor.map { (entry.name, $0) } }
  }
}
