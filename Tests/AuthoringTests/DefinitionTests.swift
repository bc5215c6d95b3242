import Authoring
import Semantics
import Syntax
import Testing

/// Where what stands under the cursor is declared, and where else it is used.
@Suite struct DefinitionTests {
  private static let text = """
    use onnx 21
    block Layer(x: T[N, D], width: int = 4) -> T[N, width] {
        return Linear(x, out_features=width)
    }
    model net(x: f32[N, 8]) -> (y: f32[N, 4]) {
        h = Layer(x)
        h = Layer(h, width=4)
        return h
    }
    """

  /// What the definition of the place behind a text names, and the line it is in.
  private func definition(behind prefix: String) throws -> String {
    let edited = EditedText(Self.text.replacing(prefix, with: prefix + "‸", maxReplacements: 1))
    let place = try #require(edited.view.definition(at: edited.offset))
    let files = edited.view.analysis.program.files + Library.files
    let file = try #require(files.first { $0.number == place.file })
    return "\(edited.text(of: place)) in \(file.path):\(file.position(of: place.range.lowerBound).line)"
  }

  @Test func namesLeadToTheirBinding() throws {
    #expect(try definition(behind: "return h") == "h in test.mica:7")
    #expect(try definition(behind: "Layer(h") == "h in test.mica:6")
  }

  @Test func calleesLeadToTheirDeclaration() throws {
    #expect(try definition(behind: "h = Lay") == "Layer in test.mica:2")
    #expect(try definition(behind: "return Lin") == "Linear in std/linear.mica:4")
  }

  @Test func argumentsLeadToTheirParameter() throws {
    #expect(try definition(behind: "Layer(h, wid") == "width in test.mica:2")
    #expect(try definition(behind: "Linear(x, out_") == "out_features in std/linear.mica:4")
  }

  @Test func referencesAreAllUses() {
    let edited = EditedText(Self.text.replacing("block Lay", with: "block Lay‸"))
    let places = edited.view.references(at: edited.offset, includesDeclaration: true)
    #expect(places.map { edited.view.file.position(of: $0.range.lowerBound).line } == [2, 6, 7])
    #expect(places.allSatisfy { edited.text(of: $0) == "Layer" })
  }
}
