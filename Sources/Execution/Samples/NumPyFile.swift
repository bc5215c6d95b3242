package import Tensors

/// Arrays in NumPy's files: `.npy`, and `.npz` whose members are stored as they are.
///
/// Tensors are ranges of the mapped file. The formats are those of NumPy's `numpy.lib.format` and of PKWARE's APPNOTE for
/// ZIP files, with its 64-bit sizes.
package enum NumPyFile {
  /// The arrays of an `.npz` file by name, or that of an `.npy` file under its name without the ending.
  package static func arrays(at path: String) throws(SampleError) -> [String: Tensor] {
    let file: MappedFile
    do throws(FileError) { file = try MappedFile(path: path) } catch { throw .file(error) }
    let parser = Parser(file: file)
    guard path.hasSuffix(".npz") else { return [stem(of: path): try parser.array(in: 0..<file.count)] }
    var arrays: [String: Tensor] = [:]
    for (name, range) in try parser.members() where name.hasSuffix(".npy") {
      arrays[String(name.dropLast(4))] = try parser.array(in: range)
    }
    return arrays
  }

  /// The name of a file without its folder and ending.
  package static func stem(of path: String) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
  }
}

extension NumPyFile {
  private struct Parser {
    let file: MappedFile

    // MARK: NPY

    private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

    func array(in range: Range<Int>) throws(SampleError) -> Tensor {
      guard range.count >= 12, bytes(range.lowerBound, 6).elementsEqual(Self.magic) else {
        throw malformed("is no NumPy array")
      }
      let hasLongHeader = byte(range.lowerBound + 6) >= 2
      let start = range.lowerBound + (hasLongHeader ? 12 : 10)
      let length = number(range.lowerBound + 8, hasLongHeader ? 4 : 2)
      guard length <= range.upperBound - start else { throw malformed("is cut off in the header of an array") }
      let header = String(decoding: bytes(start, length), as: UTF8.self)
      guard let description = value(of: "descr", in: header)?.quoted, let shape = value(of: "shape", in: header),
        let order = value(of: "fortran_order", in: header)
      else { throw malformed("has an array with a header that tells no type, order and shape") }
      guard let element = Self.elements[description.drop(while: { "<|=".contains($0) })], !description.hasPrefix(">")
      else {
        throw malformed("has an array of type \(description), which is not read; convert it with `astype`")
      }
      guard let sizes = Self.sizes(shape), let count = Tensor.elementCount(of: sizes),
        let byteCount = element.byteCount(of: count)
      else { throw malformed("has an array of an impossible shape") }
      guard !order.hasPrefix("True") || sizes.count < 2 else {
        throw malformed("has an array in Fortran's order; save `numpy.ascontiguousarray` of it")
      }
      guard byteCount <= range.upperBound - start - length else {
        throw malformed("is cut off: an array lacks elements")
      }
      return Tensor(element, sizes, .mapped(file, start + length..<start + length + byteCount))
    }

    private static let elements: [Substring: ElementType] = [
      "f2": .f16, "f4": .f32, "f8": .f64, "i1": .i8, "i2": .i16, "i4": .i32, "i8": .i64, "u1": .u8, "u2": .u16,
      "u4": .u32, "u8": .u64, "b1": .bool, "c8": .c64, "c16": .c128,
    ]

    /// The text after a key of the header, which is a dictionary of Python's.
    private func value(of key: String, in header: String) -> Substring? {
      for quote in ["'", "\""] {
        let parts = header.components(separatedBy: quote + key + quote)
        guard parts.count == 2 else { continue }
        return parts[1].drop { $0 == ":" || $0 == " " }
      }
      return nil
    }

    private static func sizes(_ text: Substring) -> [Int]? {
      guard text.first == "(", let end = text.firstIndex(of: ")") else { return nil }
      var sizes: [Int] = []
      for piece in text[text.index(after: text.startIndex)..<end].split(separator: ",") {
        let digits = piece.filter { $0 != " " && $0 != "L" }
        if digits.isEmpty { continue }
        guard let size = Int(digits), size >= 0 else { return nil }
        sizes.append(size)
      }
      return sizes
    }

    // MARK: ZIP

    private static let unknown32 = 0xFFFF_FFFF

    /// The members of the file and where their bytes are.
    func members() throws(SampleError) -> [(name: String, range: Range<Int>)] {
      var (count, at) = try directory()
      var members: [(String, Range<Int>)] = []
      while count > 0 {
        guard has(at, 46), number(at, 4) == 0x0201_4B50 else { throw malformed("has a damaged list of members") }
        let (nameLength, extraLength) = (number(at + 28, 2), number(at + 30, 2))
        guard has(at + 46, nameLength + extraLength) else { throw malformed("has a damaged list of members") }
        let name = String(decoding: bytes(at + 46, nameLength), as: UTF8.self)
        guard number(at + 10, 2) == 0 else {
          throw malformed("is compressed, which is not read; save it with `numpy.savez`")
        }
        var fields = [number(at + 24, 4), number(at + 20, 4), number(at + 42, 4)]
        try widen(&fields, extra: at + 46 + nameLength..<at + 46 + nameLength + extraLength)
        let local = fields[2]
        guard has(local, 30), number(local, 4) == 0x0403_4B50 else { throw malformed("has a damaged member, \(name)") }
        let start = local + 30 + number(local + 26, 2) + number(local + 28, 2)
        guard has(start, fields[1]) else { throw malformed("is cut off in its member \(name)") }
        members.append((name, start..<start + fields[1]))
        at += 46 + nameLength + extraLength + number(at + 32, 2)
        count -= 1
      }
      return members
    }

    /// The number of members, and where the list of them begins.
    private func directory() throws(SampleError) -> (count: Int, start: Int) {
      var at = file.count - 22
      while at >= max(0, file.count - 22 - 0xFFFF), number(at, 4) != 0x0605_4B50 { at -= 1 }
      guard has(at, 22), number(at, 4) == 0x0605_4B50 else { throw malformed("is no .npz file, which is a ZIP file") }
      if has(at - 20, 20), number(at - 20, 4) == 0x0706_4B50 {
        let wide = number(at - 12, 8)
        if has(wide, 56), number(wide, 4) == 0x0606_4B50 { return (number(wide + 32, 8), number(wide + 48, 8)) }
      }
      return (number(at + 10, 2), number(at + 16, 4))
    }

    /// Puts 64-bit numbers in the place of those that do not fit 32 bits.
    private func widen(_ fields: inout [Int], extra: Range<Int>) throws(SampleError) {
      var at = extra.lowerBound
      while at + 4 <= extra.upperBound {
        let (kind, length) = (number(at, 2), number(at + 2, 2))
        guard at + 4 + length <= extra.upperBound else { return }
        if kind == 1 {
          var place = at + 4
          for index in fields.indices where fields[index] == Self.unknown32 {
            guard place + 8 <= at + 4 + length else { throw malformed("has a damaged list of members") }
            fields[index] = number(place, 8)
            place += 8
          }
        }
        at += 4 + length
      }
    }

    // MARK: Bytes

    private func has(_ start: Int, _ count: Int) -> Bool { file.range(offset: start, count: count) != nil }

    private func bytes(_ start: Int, _ count: Int) -> [UInt8] { file.withBytes(start..<start + count) { Array($0) } }

    private func byte(_ at: Int) -> UInt8 { file.withBytes { $0[at] } }

    /// The little-endian number in bytes that are there; one that no file has, beyond `Int`.
    private func number(_ at: Int, _ count: Int) -> Int {
      let bits = bytes(at, count).reversed().reduce(into: UInt64(0)) { $0 = $0 << 8 | UInt64($1) }
      return Int(exactly: bits) ?? Int.max
    }

    private func malformed(_ reason: String) -> SampleError { .malformed(path: file.path, reason: reason) }
  }
}

extension String {
  fileprivate func components(separatedBy separator: String) -> [Substring] {
    split(separator: separator, omittingEmptySubsequences: false)
  }
}

extension Substring {
  /// The text between the quotes that the text begins with.
  fileprivate var quoted: String? {
    guard let quote = first, quote == "'" || quote == "\"" else { return nil }
    return dropFirst().firstIndex(of: quote).map { String(self[index(after: startIndex)..<$0]) }
  }
}
