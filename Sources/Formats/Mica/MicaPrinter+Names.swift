import Graphs
import Tensors

extension MicaPrinter {
  /// A name of anything: as it is, or between backquotes.
  static func name(_ name: String) -> String { Dimension.spelling(ofName: name) }

  /// A dotted path, such as a domain.
  static func path(_ path: String) -> String {
    path.split(separator: ".", omittingEmptySubsequences: false).map { name(String($0)) }.joined(separator: ".")
  }

  /// What the text calls a value.
  func textName(_ value: Value.ID) -> String { Self.name(otherNames[value] ?? graph.values[value].name) }

  /// What the text calls an initialiser of the file, behind `$`.
  func storedName(_ name: String) -> String {
    guard prefix.isEmpty else { return Self.name("@\(prefix)\(name)") }
    return Self.name(name.hasPrefix("@") ? StoredTensors.place(ofInitializer: name) : name)
  }

  /// What stands before a call, or an operator with a body, whose name the language spells otherwise than the file.
  ///
  /// That is where `ai.onnx` is spelt out, where a name has dots of its own or none of the letters that it needs, and where
  /// an operator of ONNX has an overload.
  static func operatorAnnotation(
    _ domain: String, _ name: String, overload: String, isFunction: Bool = false
  ) -> String? {
    let isSpelt =
      !["onnx", "ai.onnx"].contains(domain) && !domain.contains("~") && name == spelt(name)
      && (isFunction || !domain.isEmpty || overload.isEmpty)
    if isSpelt { return nil }
    let texts = [domain, name] + (overload.isEmpty ? [] : [overload])
    return "@operator(\(texts.map { MicaString.quoted($0) }.joined(separator: ", ")))"
  }

  /// A name of an operator without what parts its name from its domain and its overload.
  private static func spelt(_ name: String) -> String {
    name.isEmpty
      ? "unnamed"
      : String(String.UnicodeScalarView(name.unicodeScalars.map { ".~".contains(Character($0)) ? "_" : $0 }))
  }

  /// An operator, or a function, as the text names it; `@operator` says what it is where that is something else.
  static func operatorPath(_ domain: String, _ name: String, overload: String) -> String {
    if operatorAnnotation(domain, name, overload: overload, isFunction: true) != nil {
      let name = self.name(spelt(name))
      return domain.isEmpty || domain == "ai.onnx" ? "onnx.\(name)" : "\(path("other.\(spelt(domain))")).\(name)"
    }
    return (domain.isEmpty ? "onnx" : path(domain)) + "." + self.name(name)
      + (overload.isEmpty ? "" : "~" + self.name(overload))
  }

  /// An operator as a call names it.
  func callee(_ node: Node) -> String {
    if Self.operatorAnnotation(node.domain, node.operatorType, overload: node.overload) != nil {
      return Self.operatorPath(node.domain, node.operatorType, overload: "")
    }
    if node.domain.isEmpty, isPlain(node.operatorType) { return Self.name(node.operatorType) }
    return Self.operatorPath(node.domain, node.operatorType, overload: node.overload)
  }
}
