import Authoring

/// A treemap as SVG.
struct TreemapPicture {
  private static let whole = Treemap.Rectangle(x: 0, y: 0, width: 1200, height: 750)
  private static let letterWidth = 6.7

  static func svg(of hierarchy: ModelHierarchy, _ options: PictureOptions, depth: Int?) -> String {
    let map = Treemap(of: hierarchy, by: options.measure, in: whole, depth: depth)
    let root = hierarchy.parts[0]
    let amount = options.measure.text(options.measure.value(of: root.amount))
    let condition = options.measure == .parameters ? "" : hierarchy.conditionWithRemedy
    let title = (["\(root.callee): \(amount)", condition, options.note].filter { !$0.isEmpty }).joined(separator: " · ")
    var lines = [
      """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1200 776" width="1200" height="776" \
      font-family="monospace" font-size="11">
      """,
      "<title>\(XMLText.escaped(title))</title>",
      "<text x=\"4\" y=\"16\" font-size=\"13\">\(XMLText.escaped(title))</text>",
      "<g transform=\"translate(0 26)\" stroke=\"#fff\">",
    ]
    let cells = map.cells
    for cell in cells where !cell.isGroup { lines.append(leaf(cell, hierarchy, options)) }
    for cell in cells where cell.isGroup && cell.depth > 0 {
      let width = max(1, 4 - cell.depth)
      lines.append("<rect \(sides(cell.rectangle)) fill=\"none\" stroke=\"#555\" stroke-width=\"\(width)\"/>")
    }
    return (lines + ["</g>", "</svg>"]).joined(separator: "\n") + "\n"
  }

  private static func leaf(
    _ cell: Treemap.Cell, _ hierarchy: ModelHierarchy, _ options: PictureOptions
  ) -> String {
    let part = hierarchy.parts[cell.part]
    let share = hierarchy.share(of: cell.part, by: options.measure)
    let facts =
      hierarchy.facts(of: cell.part) + ["\(Quantity.fixed(share * 100, digits: 1)) % of \(options.measure.title)"]
    var text = "<g><title>\(XMLText.escaped(facts.joined(separator: "\n")))</title>"
    text += "<rect \(sides(cell.rectangle)) fill=\"\(Shade.color(share))\"/>"
    let letters = Int((cell.rectangle.width - 8) / letterWidth)
    if letters >= 4, cell.rectangle.height >= 16 {
      let name = part.path.isEmpty ? part.title : part.path
      text += label(PartBox.clipped(name, to: letters), cell.rectangle, line: 0)
      let amount = options.measure.text(options.measure.value(of: part.amount))
      if cell.rectangle.height >= 32, amount.count <= letters { text += label(amount, cell.rectangle, line: 1) }
    }
    return text + "</g>"
  }

  private static func label(_ text: String, _ rectangle: Treemap.Rectangle, line: Int) -> String {
    let (x, y) = (number(rectangle.x + 4), number(rectangle.y + 13 + Double(line) * 14))
    return "<text x=\"\(x)\" y=\"\(y)\" stroke=\"none\" fill=\"#222\">\(XMLText.escaped(text))</text>"
  }

  private static func sides(_ rectangle: Treemap.Rectangle) -> String {
    "x=\"\(number(rectangle.x))\" y=\"\(number(rectangle.y))\" width=\"\(number(rectangle.width))\" "
      + "height=\"\(number(rectangle.height))\""
  }

  private static func number(_ value: Double) -> String { Quantity.fixed(value, digits: 1) }
}
