extension Node {
  /// The module that an exporter named the node after: `/encoder/q_proj` of `/encoder/q_proj/MatMul`; `nil` for none.
  package var module: Substring? {
    let name = name
    guard let end = name.lastIndex(of: "/"), end > name.startIndex else { return nil }
    return name[..<end]
  }
}
