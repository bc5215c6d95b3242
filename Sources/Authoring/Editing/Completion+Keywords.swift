import Syntax

extension EditorView {
  /// The words that begin a statement, or a declaration.
  func keywordItems(inBody: Bool) -> [CompletionItem] {
    (inBody ? Self.statements : Self.declarations).map { word, skeleton in
      CompletionItem(
        label: word, kind: .keyword, detail: "", documentation: "", insertion: word + " ",
        snippet: skeleton.isEmpty ? nil : "\(word) \(skeleton)", rank: 6)
    }
  }

  /// Each with what usually follows, as a snippet.
  private static let statements = [
    ("param", "${1:weight}: ${2:f32[${3:D}]}"), ("buffer", "${1:name}: ${2:f32[${3:D}]}"),
    ("const", "${1:name}: ${2:i64[${3:1}]} = ${4:[0]}"), ("layer", "${1:name} = $0"),
    ("repeat", "${1:i} in 0..<${2:n} {\n    $0\n}"), ("if", "${1:condition} {\n    $0\n}"),
    ("scope", "${1:name} {\n    $0\n}"), ("weights", "\"$1\""), ("require", "${1:condition}, \"${2:why}\""),
    ("return", ""),
  ]
  private static let declarations = [
    ("use", "onnx ${1:21}"), ("import", "$0"),
    ("model", "${1:name}(${2:x}: ${3:f32[N, 3]}) -> (${4:y}: ${5:f32[N, 3]}) {\n    $0\n}"),
    ("block", "${1:Name}(${2:x}: ${3:T[..., D]}) -> ${4:T[..., D]} {\n    $0\n}"),
    ("operator", "${1:com.example.Name}(${2:x}: ${3:T[...]}) -> ${4:T[...]}"),
    ("recipe", "${1:name} for ${2:model} {\n    $0\n}"),
  ]
}
