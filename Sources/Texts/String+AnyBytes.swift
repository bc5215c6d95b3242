// Texts of files need not be UTF-8, though they should: names and docs of ONNX files are whatever their writer put there.
//
// A byte that is no part of UTF-8 is the scalar U+10FF00 + the byte, the last of the private use planes. What of these a
// file has in UTF-8 is taken byte by byte too, so that each text stands for one run of bytes and the other way round.
//
// Texts that Unicode holds to be equal, such as `é` and `e` with an accent behind it, are one to `==`, but to a file two: so
// is every scalar taken byte by byte that may be another one together with its neighbours, or alone.

extension String {
  /// The text of bytes, whatever they are.
  ///
  /// Complexity: linear.
  package init(anyBytes bytes: UnsafeRawBufferPointer) {
    if bytes.allSatisfy({ $0 < 0x80 }) {
      self.init(decoding: bytes, as: UTF8.self)
    } else if !bytes.contains(0xF4), let text = String(validating: bytes, as: UTF8.self),
      text.unicodeScalars.allSatisfy(\.isOnlyItself)
    {
      self = text
    } else {
      self = Self.escaped(bytes)
    }
  }

  /// The text of bytes, whatever they are.
  package init(anyBytes bytes: [UInt8]) {
    self = bytes.withUnsafeBytes { String(anyBytes: $0) }
  }

  /// The bytes that the text stands for: its UTF-8, with the bytes that are none in their places.
  package var anyBytes: [UInt8] {
    var text = self
    return text.withAnyBytes { Array($0) }
  }

  /// Calls `body` with the bytes that the text stands for.
  package mutating func withAnyBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    let isPlain = withUTF8 { !$0.contains(0xF4) }
    if isPlain { return withUTF8(body) }
    var bytes: [UInt8] = []
    for scalar in unicodeScalars {
      if let byte = scalar.loneByte { bytes.append(byte) } else { bytes += UTF8.encode(scalar).map(Array.init) ?? [] }
    }
    return bytes.withUnsafeBufferPointer(body)
  }

  private static func escaped(_ bytes: UnsafeRawBufferPointer) -> String {
    var text = ""
    var index = 0
    while index < bytes.count {
      let end = index + length(ofSequenceAt: index, in: bytes)
      let sequence = UnsafeRawBufferPointer(rebasing: bytes[index..<Swift.min(end, bytes.count)])
      if end > index, end <= bytes.count,
        let scalar = String(validating: sequence, as: UTF8.self)?.unicodeScalars.first,
        scalar.loneByte == nil, scalar.isOnlyItself
      {
        text.unicodeScalars.append(scalar)
        index = end
      } else {
        text.unicodeScalars.append(Unicode.Scalar(loneByte: bytes[index]))
        index += 1
      }
    }
    return text
  }

  /// How many bytes a sequence of UTF-8 has, as its first one says; 0 where no sequence begins.
  private static func length(ofSequenceAt index: Int, in bytes: UnsafeRawBufferPointer) -> Int {
    switch bytes[index] {
    case 0..<0x80: 1
    case 0xC2..<0xE0: 2
    case 0xE0..<0xF0: 3
    case 0xF0..<0xF5: 4
    default: 0
    }
  }
}

extension Unicode.Scalar {
  /// The byte outside of UTF-8 that the scalar stands for in a text.
  package var loneByte: UInt8? { value >= 0x10FF80 ? UInt8(truncatingIfNeeded: value) : nil }

  /// Whether no other text is canonically equal to one that has the scalar, of all those of such scalars: it is its own
  /// normalisation form C (Unicode Standard Annex 15), whatever stands beside it.
  ///
  /// Marks count as if they composed with any letter, which a few do not.
  fileprivate var isOnlyItself: Bool {
    if value < 0x300 { return true }
    switch properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark: return false
    default: break
    }
    // The vowels and last consonants of Hangul compose too.
    if 0x1161...0x1175 ~= value || 0x11A8...0x11C2 ~= value { return false }
    return properties.canonicalCombiningClass == .notReordered && !properties.isFullCompositionExclusion
  }

  /// The scalar that stands for a byte that is no part of UTF-8.
  fileprivate init(loneByte byte: UInt8) {
    // All of these are scalars: the range holds no surrogate.
    self = Unicode.Scalar(0x10FF00 + UInt32(byte)) ?? "\u{FFFD}"
  }
}
