import Semantics
import Syntax
import Tensors

extension EditorView {
  /// What the open sizes in a size are, a line for each: what decides them, which inputs have them, and what is assumed of
  /// them.
  func lines(ofOpenSizesIn size: Dimension, in elaboration: Elaboration, location: (Place) -> String?) -> [String] {
    guard size.constant == nil, !size.isUnknown else { return [] }
    return size.symbols.sorted().prefix(4).compactMap { line(ofOpenSize: $0, in: elaboration, location: location) }
  }

  /// `nil` where no input of the model declares it.
  private func line(ofOpenSize name: String, in elaboration: Elaboration, location: (Place) -> String?) -> String? {
    let declaration = elaboration.declaration
    let uses = declaration.inputs.flatMap { $0.uses(ofSize: name) }.map { use in
      use.text + (location(use.place).map { ", \($0)" } ?? "")
    }
    guard !uses.isEmpty else { return nil }
    let rest = uses.count > 6 ? "; and \(uses.count - 6) more" : ""
    let sizes = uses.prefix(6).joined(separator: "; ") + rest
    var line = "`\(name)` is an open size of `\(declaration.name)`, which each run decides: \(sizes)."
    let assumed = declaration.constraints.filter { $0.mentions(size: name) }.map { "`\($0.line)`" }
    if !assumed.isEmpty { line += " Assumed: \(assumed.joined(separator: ", "))." }
    if let shown = self.sizes(of: elaboration).values[name] { line += " Shown as \(shown)." }
    return line
  }
}

extension Declaration.Parameter {
  /// The axes of the input that are of a size, or of an expression that it is in.
  fileprivate func uses(ofSize size: String) -> [(text: String, place: Place)] {
    guard let type else { return [] }
    guard type.kind == .tensorType, let list = type.child(.dimensions) else {
      return type.mentions(size: size) ? [("in the type of `\(name)`", syntax.place)] : []
    }
    let items = Array(list.children)
    let pack = items.firstIndex { $0.kind == .ellipsis }
    return items.enumerated().filter { $0.element.mentions(size: size) }.map { index, item in
      // Behind `...` axes count from the end.
      let axis = pack.map { index > $0 } ?? false ? index - items.count : index
      let expression = item.plainName == nil ? " (`\(item.line)`)" : ""
      return ("axis \(axis) of `\(name)`\(expression)", item.place)
    }
  }
}

extension Syntax {
  fileprivate func mentions(size: String) -> Bool {
    plainName == size || children.contains { $0.mentions(size: size) }
  }
}
