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

  /// An operator as a call names it.
  func callee(_ node: Node) -> String {
    let overload = node.overload.isEmpty ? "" : "~" + Self.name(node.overload)
    if node.domain.isEmpty {
      return (isPlain(node.operatorType) ? "" : "onnx.") + Self.name(node.operatorType) + overload
    }
    return Self.path(node.domain) + "." + Self.name(node.operatorType) + overload
  }
}
