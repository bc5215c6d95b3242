import Syntax

/// The standard library: blocks written in Mica, embedded in the program.
///
/// Those in the folder `Library` itself are known everywhere; those in its folders are parts such as `std.vision`, which
/// a file imports.
package enum Library {
  /// The files, parsed on first use.
  ///
  /// Their numbers count down from the top, so that they never meet a user's.
  package static let files: [SourceFile] = texts.enumerated().map { index, text in
    SourceFile(
      path: "std/\(text.name).mica", source: text.bytes, number: UInt32.max - UInt32(index), isLibrary: true)
  }

  /// The files by their numbers.
  static let modules: [UInt32: Module] = Dictionary(
    uniqueKeysWithValues: files.map { file in
      var module = Module(file)
      for declaration in module.importDeclarations {
        guard let part = declaration.firstChild, let numbers = moduleFiles[part.text] else { continue }
        module.imports.append(
          Module.Import(alias: nil, files: numbers, place: declaration.place, text: declaration.text))
      }
      return (file.number, module)
    })

  /// The numbers of the files of each part that can be imported: `std.vision`.
  static let moduleFiles: [String: [UInt32]] = {
    var parts: [String: [UInt32]] = [:]
    for (index, text) in texts.enumerated() {
      guard let slash = text.name.firstIndex(of: "/") else { continue }
      parts["std.\(text.name[..<slash])", default: []].append(UInt32.max - UInt32(index))
    }
    return parts
  }()

  /// The parts that can be imported.
  package static var parts: [String] { moduleFiles.keys.sorted() }

  /// The files of a part; none where there is no such part.
  package static func files(ofPart part: String) -> [SourceFile] {
    let numbers = moduleFiles[part] ?? []
    return files.filter { numbers.contains($0.number) }
  }

  /// The declarations that are known without an import, by name.
  package static let declarations: [String: Declaration] = {
    var declarations: [String: Declaration] = [:]
    for (file, text) in zip(files, texts) where !text.name.contains("/") {
      declarations.merge(modules[file.number]?.declarations ?? [:]) { first, _ in first }
    }
    return declarations
  }()

  /// Every block of the library, file by file as they stand there.
  package static let blocks: [Declaration] = files.flatMap { file in
    file.tree.root.children.compactMap { $0.kind == .blockDeclaration ? Declaration($0, in: file) : nil }
  }

  /// Whether a file is one of the library's.
  package static func contains(_ file: UInt32) -> Bool { file > UInt32.max - UInt32(texts.count) }

  /// Blocks that share an operator's name and mean something else: a call must fit one of the two only.
  package static let apartFromOperators: Set<String> = ["Dropout", "GRU", "LSTM", "RNN"]

  /// The path of each file below `Library`, without its extension, with its text.
  private static let texts: [(name: String, bytes: [UInt8])] = [
    ("linear", PackageResources.linear_mica),
    ("convolution", PackageResources.convolution_mica),
    ("normalization", PackageResources.normalization_mica),
    ("pooling", PackageResources.pooling_mica),
    ("embedding", PackageResources.embedding_mica),
    ("attention", PackageResources.attention_mica),
    ("activation", PackageResources.activation_mica),
    ("dropout", PackageResources.dropout_mica),
    ("position", PackageResources.position_mica),
    ("recurrent", PackageResources.recurrent_mica),
    ("shape", PackageResources.shape_mica),
    ("transformer", PackageResources.transformer_mica),
    ("audio/keyword", PackageResources.keyword_mica),
    ("audio/whisper", PackageResources.whisper_mica),
    ("text/bert", PackageResources.bert_mica),
    ("text/gpt", PackageResources.gpt_mica),
    ("vision/convolutional", PackageResources.convolutional_mica),
    ("vision/vision_transformer", PackageResources.vision_transformer_mica),
  ]
}
