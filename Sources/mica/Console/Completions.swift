import ArgumentParser

// What a shell offers where a command takes a file. Files to write are offered too: to be written anew.
extension CompletionKind {
  /// Mica texts and ONNX files.
  static var models: CompletionKind { .file(extensions: ["mica", "onnx"]) }

  /// Mica texts.
  static var texts: CompletionKind { .file(extensions: ["mica"]) }
}
