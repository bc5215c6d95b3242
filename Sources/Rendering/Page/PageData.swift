import Authoring
import Graphs
import JSON
import Semantics
import Syntax

/// What the page knows of a model, for `page.js`.
struct PageData {
  private let hierarchy: ModelHierarchy
  private let bodies: [Int: ModelHierarchy.Body]
  private let layouts: BodyLayouts
  private let files: [UInt32: SourceFile]
  private let options: PictureOptions
  private static let map = Treemap.Rectangle(x: 0, y: 0, width: 1600, height: 900)

  init(_ hierarchy: ModelHierarchy, files: [SourceFile], _ options: PictureOptions) throws(GraphvizProblem) {
    self.hierarchy = hierarchy
    bodies = hierarchy.bodies()
    layouts = try BodyLayouts(bodies, of: hierarchy)
    self.files = Dictionary((files + Library.files).map { ($0.tree.file, $0) }, uniquingKeysWith: { first, _ in first })
    self.options = options
  }

  var json: JSONValue {
    var numbers: [UInt32: Int] = [:]
    var paths: [JSONValue] = []
    let parts = hierarchy.parts.indices.map { part(at: $0, &numbers, &paths) }
    return [
      "model": .string(hierarchy.parts[0].callee),
      "note": .string(options.note),
      "condition": .string(hierarchy.condition), "remedy": .string(ModelHierarchy.remedy),
      "measure": .string(options.measure.rawValue),
      "measures": .array(
        Measure.allCases.map { ["name": .string($0.rawValue), "title": .string($0.title)] as JSONValue }),
      "parts": .array(parts),
      "files": .array(paths),
      "layouts": .array(layouts.layouts.map(Self.json)),
      "treemaps": .array(Measure.allCases.map(treemap)),
    ]
  }

  private func part(at id: Int, _ numbers: inout [UInt32: Int], _ paths: inout [JSONValue]) -> JSONValue {
    let part = hierarchy.parts[id]
    var object: JSONObject = [
      "title": .string(part.title), "lines": .array(PartBox.lines(of: part).map { .string($0) }),
      "path": .string(part.path), "type": .string(part.type),
      "amounts": .array(Measure.allCases.map { .integer(Int64($0.value(of: part.amount))) }),
      "attributes": .string(part.attributes),
      "facts": .array(ModelHierarchy.figures(part.amount).map { .string($0) }),
    ]
    if part.kind == .input || part.kind == .output { object["terminal"] = true }
    if let source = part.source, let file = files[source.file] {
      if numbers[source.file] == nil {
        numbers[source.file] = paths.count
        paths.append(.string(file.path))
      }
      object["source"] = [
        .integer(Int64(numbers[source.file] ?? 0)), .integer(Int64(file.position(of: Int(source.start)).line)),
      ]
    }
    if let body = bodies[id], let layout = layouts.indices[id] {
      object["layout"] = .integer(Int64(layout))
      object["items"] = .array(
        body.items.map { item in
          switch item {
          case .part(let child): .integer(Int64(child))
          case .entering: -1
          case .leaving: -2
          }
        })
      object["labels"] = .array(body.edges.map { .string(EdgeLabel.lines($0.label).joined(separator: "\n")) })
    }
    return .object(object)
  }

  /// Lengths are whole tenths.
  private static func json(_ layout: BodyLayout) -> JSONValue {
    [
      "size": [tenths(layout.width), tenths(layout.height)],
      "boxes": .array(layout.boxes.flatMap { [tenths($0.x), tenths($0.y), tenths($0.width), tenths($0.height)] }),
      "routes": .array(
        layout.routes.map { route in
          [
            "from": .integer(Int64(route.from)), "to": .integer(Int64(route.to)),
            "points": .array(route.points.flatMap { [tenths($0.x), tenths($0.y)] }),
            "label": route.label.map { [tenths($0.x), tenths($0.y)] } ?? .null,
          ]
        }),
    ]
  }

  private func treemap(_ measure: Measure) -> JSONValue {
    let map = Treemap(of: hierarchy, by: measure, in: Self.map)
    return .array(
      map.cells.map { cell in
        let sides = cell.rectangle
        return [
          .integer(Int64(cell.part)), .bool(cell.isGroup), .integer(Int64(cell.depth)), Self.tenths(sides.x),
          Self.tenths(sides.y), Self.tenths(sides.width), Self.tenths(sides.height),
        ]
      })
  }

  private static func tenths(_ value: Double) -> JSONValue { .integer(Int64((value * 10).rounded())) }
}
