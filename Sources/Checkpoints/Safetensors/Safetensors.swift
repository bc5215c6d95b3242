import JSON
package import Tensors

/// The tensors of a safetensors file; only the header is read, the bytes stay under the map.
///
/// A file is an 8-byte little-endian header size, a JSON header, and the bytes that the header's `data_offsets` point
/// to, which cover them without overlap or hole (huggingface/safetensors, "Format").
package struct Safetensors: Sendable {
  /// The largest header that the reference implementation accepts, in bytes.
  package static let headerLimit = 100_000_000

  package struct Entry: Sendable {
    package var name: String
    /// The element type as the header writes it.
    package var dtype: String
    package var tensor: Tensor
    /// Which of the header's tensors it is.
    package var position: Int
  }

  /// A tensor of an element type that Mica does not have.
  package struct UnsupportedEntry: Hashable, Sendable {
    package var name: String
    package var dtype: String
    package var sizes: [Int]
    /// Where its bytes are in the file.
    package var range: Range<Int>
    /// Which of the header's tensors it is.
    package var position: Int
  }

  package let file: MappedFile
  /// The tensors in the order of the header.
  package private(set) var entries: [Entry] = []
  package private(set) var unsupported: [UnsupportedEntry] = []
  /// The strings of `__metadata__`, such as `format`: `pt`, in the order of the header.
  package private(set) var metadata: [(key: String, value: String)] = []

  private var positions: [String: Int] = [:]

  /// The tensor called `name`.
  ///
  /// - Complexity: O(1)
  package subscript(name: String) -> Tensor? { positions[name].map { entries[$0].tensor } }

  /// Reads the header of the file at `path` and checks it in full.
  ///
  /// - Complexity: O(*n* log *n*) for *n* tensors, whatever their size
  package static func open(_ path: String) throws(SafetensorsError) -> Safetensors {
    let file: MappedFile
    do throws(FileError) {
      file = try MappedFile(path: path)
    } catch {
      throw .file(error)
    }
    return try Safetensors(file)
  }

  /// Reads the header of a mapped file and checks it in full.
  package init(_ file: MappedFile) throws(SafetensorsError) {
    self.file = file
    let header = try SafetensorsHeader(file)
    for (key, value) in header.metadata { metadata.append((key, value)) }
    for (position, entry) in header.entries.enumerated() {
      let range = header.dataStart + entry.offsets.lowerBound..<header.dataStart + entry.offsets.upperBound
      if let element = entry.element {
        positions[entry.name] = entries.count
        entries.append(
          Entry(
            name: entry.name, dtype: entry.dtype, tensor: Tensor(element, entry.sizes, .mapped(file, range)),
            position: position))
      } else {
        unsupported.append(
          UnsupportedEntry(
            name: entry.name, dtype: entry.dtype, sizes: entry.sizes, range: range, position: position))
      }
    }
  }
}
