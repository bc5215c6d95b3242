import Authoring
import Syntax
import Testing

/// What the names of a text stand for.
@Suite struct NamedThingTests {
  /// Wherever the cursor is, all places of what the name there stands for have that name.
  @Test(arguments: FormattingFiles.examples)
  func everyName(path: String) throws {
    let edited = EditedText(String(decoding: try FormattingFiles.bytes(path), as: UTF8.self))
    let tokens = edited.view.tree.tokens
    var found = 0
    for token in 0..<tokens.count {
      let offset = tokens.range(token).lowerBound
      guard let thing = edited.view.namedThing(at: offset) else { continue }
      found += 1
      let others = thing.occurrences.filter { $0.plainName != thing.name }
      #expect(!thing.occurrences.isEmpty && others.isEmpty, "\(thing.name) at \(offset) of \(path)")
    }
    #expect(found > 0)
  }

  /// An operator whose name is a path is no name that could be another one.
  @Test(arguments: ["‸com.acme.Del", "com.‸acme.Del", "com.acme.‸Del", "`my dom‸`.Del", "my.`D‸`~v2"])
  func namesOfOperatorsWithDomains(name: String) {
    let edited = EditedText("operator \(name)(x: T[V]) -> T[V]\n")
    #expect(edited.view.namedThing(at: edited.offset)?.name == nil)
    let inModel = EditedText(
      "use onnx 21\noperator \(name)(x: T[V]) -> T[V]\nmodel m(x: f32[4]) -> f32[4] { return x }\n")
    #expect(inModel.view.namedThing(at: inModel.offset)?.name == nil)
  }
}
