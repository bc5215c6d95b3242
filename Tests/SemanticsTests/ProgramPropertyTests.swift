import Graphs
import Semantics
import Syntax
import Tensors
import Testing

/// Random programs, and the published ones with random damage.
@Suite struct ProgramPropertyTests {
  /// Whatever the text: no trap, every place in a text that is there, sound graphs where nothing is wrong, and the same
  /// answer twice.
  private static func check(_ source: String, _ rounds: inout Rounds) {
    let options = ElaborationOptions(maximumSteps: 5000)
    let elaborated = Elaborated(source, options: options)
    rounds.all += 1
    let lengths = Dictionary(
      uniqueKeysWithValues: ([elaborated.program.file] + Library.files).map { ($0.number, $0.tree.source.count) })
    for diagnostic in elaborated.diagnostics {
      #expect(!diagnostic.message.isEmpty)
      for place in [diagnostic.place] + diagnostic.related.map(\.place) {
        let length = lengths[place.file]
        #expect(length.map { place.range.upperBound <= $0 } == true, "\(diagnostic) lies outside of\n\(source)")
      }
      #expect(diagnostic.place.file == 0, "\(diagnostic) is not in the user's text:\n\(source)")
    }
    for elaboration in elaborated.elaborations where !elaboration.hasErrors {
      rounds.sound += 1
      let problems = GraphSoundness(elaboration).problems
      #expect(problems == [], "seed \(Soak.seed)\n\(source)")
    }
    let again = Elaborated(source, options: options)
    #expect(again.diagnostics == elaborated.diagnostics)
    #expect(again.elaborations.map(text) == elaborated.elaborations.map(text), "seed \(Soak.seed)\n\(source)")
  }

  private struct Rounds {
    var all = 0
    var sound = 0
  }

  /// Nodes with the names of their inputs and results, in order.
  private static func text(_ elaboration: Elaboration) -> String {
    let graph = elaboration.model.graph
    return graph.nodes.indices.map { id in
      let names = (graph.nodes[id].inputs + graph.nodes[id].outputs).map { $0.map { graph.values[$0].name } ?? "_" }
      return "\(graph.nodes[id].name)(\(names.joined(separator: ", ")))"
    }.joined(separator: "\n")
  }

  @Test func randomProgramsAreSoundOrSayWhyNot() {
    var rounds = Rounds()
    Soak.run("random programs", minimum: 200) { numbers in
      var generator = ProgramGenerator(numbers)
      let source = generator.program()
      numbers = generator.numbers
      Self.check(source, &rounds)
    }
    // The generator writes mistakes, but not everywhere.
    #expect(rounds.sound * 5 > rounds.all, "\(rounds)")
  }

  @Test func damagedProgramsAreReportedInPlace() throws {
    let sources =
      try Project.files(in: "Examples", ending: ".mica").filter { !$0.contains("resnet") }.map { try Project.text($0) }
      + Example.all.map(\.source)
    var rounds = Rounds()
    Soak.run("damaged programs", minimum: 200) { numbers in
      var bytes = Array(sources.randomElement(using: &numbers)?.utf8 ?? "".utf8)
      for _ in 0..<Int.random(in: 1...3, using: &numbers) { Self.damage(&bytes, using: &numbers) }
      Self.check(String(decoding: bytes, as: UTF8.self), &rounds)
    }
  }

  /// Removes, doubles or swaps words of the text, or puts in some of its signs.
  private static func damage(_ bytes: inout [UInt8], using numbers: inout RandomNumbers) {
    guard bytes.count > 4 else { return }
    let start = Int.random(in: 0..<bytes.count, using: &numbers)
    let end = min(bytes.count, start + Int.random(in: 1...12, using: &numbers))
    let signs = [
      ")", "(", "{", "}", "[", "]", ",", "=", ":", "|>", "*", "...", "none", "_", "?", "-1", "0", "9223372036854775807",
      "N",
      "x", "\n", "1.5", "\"a\"", "return ", "`{i}`", ".weight", "repeat i in 0..<2 {", "if ", "f16", " @ ", "**",
    ]
    switch Int.random(in: 0..<4, using: &numbers) {
    case 0: bytes.removeSubrange(start..<end)
    case 1: bytes.insert(contentsOf: bytes[start..<end], at: start)
    case 2:
      let other = Int.random(in: 0..<bytes.count, using: &numbers)
      bytes.swapAt(start, other)
    default: bytes.insert(contentsOf: (signs.randomElement(using: &numbers) ?? "").utf8, at: start)
    }
  }
}
