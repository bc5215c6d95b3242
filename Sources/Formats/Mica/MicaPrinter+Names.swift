import Graphs
import Tensors

extension MicaPrinter {
  /// A name of anything: as it is, or between backquotes.
  static func name(_ name: String) -> String { Dimension.spelling(ofName: name) }

  /// A dotted path, such as a domain.
  static func path(_ path: String) -> String {
    path.split(separator: ".", omittingEmptySubsequences: false).map { name(String($0)) }.joined(separator: ".")
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
