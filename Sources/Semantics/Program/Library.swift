import Syntax

/// The standard library: blocks written in Mica, embedded in the program.
package enum Library {
  /// The files, parsed on first use.
  ///
  /// Their numbers count down from the top, so that they never meet a user's.
  package static let files: [SourceFile] = texts.enumerated().map { index, text in
    SourceFile(
      path: "std/\(text.name).mica", source: text.bytes, number: UInt32.max - UInt32(index), isLibrary: true)
  }

  /// The library's declarations by name.
  package static let declarations: [String: Declaration] = {
    var declarations: [String: Declaration] = [:]
    for file in files {
      for child in file.tree.root.children where child.kind == .blockDeclaration {
        if let declaration = Declaration(child, in: file) { declarations[declaration.name] = declaration }
      }
    }
    return declarations
  }()

  private static let texts: [(name: String, bytes: [UInt8])] = [
    ("linear", PackageResources.linear_mica),
    ("convolution", PackageResources.convolution_mica),
    ("normalization", PackageResources.normalization_mica),
    ("pooling", PackageResources.pooling_mica),
    ("embedding", PackageResources.embedding_mica),
    ("attention", PackageResources.attention_mica),
    ("activation", PackageResources.activation_mica),
  ]
}
