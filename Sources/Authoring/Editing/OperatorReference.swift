import Operators

extension OperatorSchema {
  /// The operator sets in which the operator was new or changed, with what changed; this version is told as the text's.
  var historyLines: String {
    let history = Catalogue.history(domain: domain, name: name)
    guard history.count > 1 else { return "Since opset \(sinceVersion)." }
    let lines = history.map { version in
      let isUsed = version.since == sinceVersion
      let changes = version.changes.joined(separator: "; ")
      let number = isUsed ? "**opset \(version.since)**, as here" : "opset \(version.since)"
      return "- \(number)" + (changes.isEmpty ? "" : ": \(changes)")
    }
    return "Opset history:\n" + lines.joined(separator: "\n")
  }

  /// The page that describes the operator; `nil` for an operator of neither ONNX nor ONNX Runtime.
  var reference: (title: String, address: String)? {
    if domain == "com.microsoft" || domain.hasPrefix("com.microsoft.") {
      let file = "https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md"
      return ("\(name) in ONNX Runtime's documentation", "\(file)#\(domain).\(name)")
    }
    guard domain.isEmpty || domain == "ai.onnx.ml" || domain.hasPrefix("ai.onnx.preview") else { return nil }
    let page = "onnx_\(domain.split(separator: ".").joined())_\(name)"
    return ("\(name) in ONNX's documentation", "https://onnx.ai/onnx/operators/\(page).html")
  }
}
