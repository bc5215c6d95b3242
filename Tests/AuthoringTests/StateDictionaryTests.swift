import Authoring
import JSON
import Semantics
import Syntax
import Testing

/// The parameters and buffers of a model by their state-dict paths.
@Suite struct StateDictionaryTests {
  private func dictionary(_ name: String) throws -> StateDictionary {
    let program = Program(SourceFile(path: "test.mica", source: Array(Samples.source(name).utf8), number: 0))
    return StateDictionary(program.elaborate(try #require(program.models.first)))
  }

  @Test func table() throws {
    let text = try dictionary("cnn").table
    #expect(
      text == """
        path             type             role       bytes
        ──────────────────────────────────────────────────
        conv.weight      f32[4, 3, 3, 3]  parameter    432
        conv.bias        f32[4]           parameter     16
        bn.weight        f32[4]           parameter     16
        bn.bias          f32[4]           parameter     16
        bn.running_mean  f32[4]           buffer        16
        bn.running_var   f32[4]           buffer        16
        fc.weight        f32[10, 64]      parameter  2,560
        fc.bias          f32[10]          parameter     40
        ──────────────────────────────────────────────────
        cnn: 6 parameters of 770 elements, 2 buffers of 8 elements, 3.11 kB
        """)
  }

  @Test func json() throws {
    let list = try #require(try dictionary("bodies").json.arrayValue)
    #expect(
      list.map { $0["path"] } == [
        "shift", "shared.weight", "shared.bias", "s.scale", "s.steps", "linear.weight", "linear.bias", "fc.weight",
        "fc.bias",
      ])
    #expect(
      list[4] == [
        "path": "s.steps", "type": "i64[]", "role": "buffer", "element": "i64", "shape": [], "bytes": 8,
      ])
    #expect(
      list[1] == [
        "path": "shared.weight", "type": "f32[6, 6]", "role": "parameter", "element": "f32", "shape": [6, 6],
        "bytes": 144,
      ])
  }

  @Test(arguments: Samples.names) func addsUpToTheSummary(name: String) throws {
    let entries = try dictionary(name).entries
    let summary = try summary(Samples.source(name))
    #expect(entries.filter { $0.role == .parameter }.reduce(0) { $0 + $1.elementCount } == summary.parameters)
    #expect(entries.filter { $0.role == .buffer }.reduce(0) { $0 + $1.elementCount } == summary.buffers)
    #expect(entries.reduce(0) { $0 + $1.bytes } == summary.weightBytes)
  }

  @Test func aModelWithoutParameters() throws {
    let program = Program(
      SourceFile(
        path: "test.mica", source: Array("model m(x: f32[N]) -> (y: f32[N]) {\n return Relu(x)\n}".utf8), number: 0))
    let list = StateDictionary(program.elaborate(try #require(program.models.first)))
    #expect(list.entries.isEmpty)
    #expect(list.json == [])
    #expect(list.table.hasSuffix("m: 0 parameters, 0 buffers, 0 B"))
  }
}
