import Graphs
import Operators
import Semantics
import Syntax
import Tensors

extension EditorView {
  /// What may stand behind a dot: labels and parameters behind `encoder`, declarations behind an import's name, operators behind
  /// their domain.
  func memberItems(before dot: Int, _ path: [Syntax]) -> [CompletionItem] {
    let start = pathStart(before: dot)
    let prefix = String(decoding: tree.source[start..<dot], as: UTF8.self)
    let form = callForm(before: start, path)
    let imported = analysis.program.main.imports.filter { $0.alias == prefix }.flatMap(\.files).flatMap {
      analysis.program.declarations(in: $0)
    }
    let domain = prefix == "onnx" ? "" : Catalogue.canonical(prefix)
    let operators =
      prefix == "onnx" || Catalogue.domains.contains(domain) && !domain.isEmpty
      ? operatorItems(of: domain, form) : []
    let parts = pathItems(behind: prefix.replacing("[", with: ".").replacing("]", with: ""))
    let callees = imported.map { CompletionItem($0, named: $0.name, form) } + operators
    return parts + callees + domainParts(behind: prefix)
  }

  /// What goes on with the names of domains that begin with a prefix: `microsoft` behind `com`.
  private func domainParts(behind prefix: String) -> [CompletionItem] {
    let own = analysis.program.opsets.keys + ownDeclarations.compactMap { $0.operatorName?.domain }
    let parts = Set(Catalogue.domains + own).filter { $0.hasPrefix(prefix + ".") }.map {
      String($0.dropFirst(prefix.count + 1).prefix { $0 != "." })
    }
    return Set(parts).sorted().map {
      CompletionItem(label: $0, kind: .library, detail: "operator set", documentation: "", insertion: $0, rank: 0)
    }
  }

  /// Where the path begins that ends at an offset; a bracket in which it stands is none of it.
  private func pathStart(before end: Int) -> Int {
    let source = tree.source
    var start = end
    var depth = 0
    while start > 0 {
      switch source[start - 1] {
      case UInt8(ascii: "]"): depth += 1
      case UInt8(ascii: "["):
        guard depth > 0 else { return start }
        depth -= 1
      case UInt8(ascii: "."): break
      default: guard source[start - 1].isWordPart else { return start }
      }
      start -= 1
    }
    return start
  }

  /// Labels and parameters behind `encoder.`.
  private func pathItems(behind prefix: String) -> [CompletionItem] {
    var names: [String: String] = [:]
    for elaboration in analysis.elaborations {
      let graph = elaboration.model.graph
      let paths = InstancePaths(graph)
      func add(_ path: String, _ detail: String) {
        guard let range = path.range(after: prefix) else { return }
        let name = String(range.prefix { $0 != "." })
        if !name.isEmpty, names[name] == nil { names[name] = detail }
      }
      for id in graph.instances.indices { add(paths.path(of: id), graph.instances[id].callee) }
      for initializer in graph.regions[graph.body].initializers where initializer.role != .constant {
        let value = graph.values[initializer.value]
        add(value.name, sizes(of: elaboration).applied(to: value.type).description)
      }
    }
    return names.sorted { $0.key < $1.key }.map { name, detail in
      let text = Int(name) == nil ? name : "[\(name)]"
      return CompletionItem(label: text, kind: .path, detail: detail, documentation: "", insertion: text, rank: 0)
    }
  }

  /// The operators of a domain that the text's version of it has.
  private func operatorItems(of domain: String, _ form: CallForm) -> [CompletionItem] {
    let opset =
      analysis.program.opsets[domain] ?? (domain.isEmpty ? Program.defaultOpset : Catalogue.newestOpset(domain: domain))
    guard let opset else { return [] }
    return Catalogue.names(domain: domain).filter {
      Catalogue.availability(domain: domain, name: $0, opset: opset) == .available
    }.map { CompletionItem(operator: $0, domain: domain, opset: opset, form) }
  }
}

extension String {
  /// What follows a path's prefix and its dot, wherever in the path the prefix begins.
  fileprivate func range(after prefix: String) -> Substring? {
    if hasPrefix(prefix + ".") { return dropFirst(prefix.count + 1) }
    return firstRange(of: "." + prefix + ".").map { self[$0.upperBound...] }
  }
}
