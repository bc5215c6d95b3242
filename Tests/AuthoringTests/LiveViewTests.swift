import Authoring
import Semantics
import Syntax
import Testing

/// What an editor shows while a text is edited.
@Suite struct LiveViewTests {
  /// Ways to break a statement: it does not parse, or it parses and has a mistake.
  enum Damage: CaseIterable {
    case cutInHalf, lastTokenMissing, twoSigns, misspeltName

    /// The statement's text with the damage; `nil` where it has no place for it.
    func applied(to text: String) -> String? {
      switch self {
      case .cutInHalf: return String(text.prefix(text.count / 2))
      case .lastTokenMissing: return String(text.dropLast())
      case .twoSigns: return text.contains("=") ? text.replacing("=", with: "= =", maxReplacements: 1) : text + " = ="
      case .misspeltName:
        guard let parenthesis = text.firstIndex(of: "("), parenthesis != text.startIndex,
          text[text.index(before: parenthesis)].isLetter
        else { return nil }
        return text.replacing("(", with: "Qx(", maxReplacements: 1)
      }
    }
  }

  /// Hints and hovers elsewhere are those of the whole file, with any one statement broken.
  @Test(arguments: Damage.allCases) func brokenStatementsHideNothingElse(_ damage: Damage) throws {
    let whole = try LiveText(example: "gpt2")
    var broken = 0
    for statement in statements(of: whole.live.file.tree.root) {
      let range = lines(of: statement.head, in: whole.source)
      let text = String(decoding: whole.source[statement.head], as: UTF8.self)
      guard let damaged = damage.applied(to: text) else { continue }
      let edited = whole.replacing(statement.head, with: damaged)
      let growth = damaged.utf8.count - text.utf8.count
      let now = range.lowerBound..<(range.upperBound + growth)
      guard edited.live.diagnostics.contains(where: { $0.severity == .error }) else { continue }
      broken += 1
      #expect(edited.live.hints(besides: now) == whole.live.hints(besides: range), "\(damaged)")
      #expect(edited.live.hovers(besides: now) == whole.live.hovers(besides: range), "\(damaged)")
      // Put right, it is the whole file again.
      let mended = edited.replacing(statement.head.lowerBound..<(statement.head.upperBound + growth), with: text)
      #expect(mended.live.hints(besides: 0..<0) == whole.live.hints(besides: 0..<0))
      #expect(mended.live.diagnostics.map(\.message) == whole.live.diagnostics.map(\.message))
    }
    #expect(broken >= 9, "only \(broken) statements were broken")
  }

  /// A half-typed statement is completed with what the whole text knew, and what is typed before it.
  @Test func brokenTextsAreCompleted() throws {
    let whole = LiveText(
      """
      use onnx 21
      model m(x: f32[N, 8]) -> (y: f32[N, 8]) {
          a = Relu(x)
          b = Neg(a)
          return b
      }

      """)
    let place = try #require(whole.source.firstRange(of: Array("Neg(a)".utf8)))
    let broken = whole.replacing(place, with: "Add(a, ")
    let items = broken.live.completions(at: place.lowerBound + 7).items
    #expect(items.first { $0.label == "a" }?.detail == "f32[N, 8]")
    #expect(items.contains { $0.label == "x" })
    let signature = try #require(broken.live.signatureHelp(at: place.lowerBound + 7))
    #expect(signature.label.hasPrefix("Add("))
    let sound = broken.replacing((place.lowerBound + 7)..<(place.lowerBound + 7), with: "x)")
    #expect(sound.live.completions(at: place.lowerBound + 7).items.first { $0.label == "a" }?.detail == "f32[N, 8]")
    #expect(sound.live.hover(at: place.lowerBound - 4)?.title == "b: f32[N, 8]")
    #expect(sound.live.definition(at: place.lowerBound + 4)?.range.count == 1)
    #expect(sound.live.diagnostics.isEmpty)
  }

  /// The instance that is chosen of a block stays the one that is shown while the model is edited.
  @Test func hintsAreOfTheInstanceThatIsChosen() throws {
    let whole = LiveText(
      """
      use onnx 21
      block B(x: T[N, D], k: int) -> T[N, ?] {
          repeat i in 0..<2 {
              x = Concat(x, x, axis=1)
          }
          return Tile(x, [1, k])
      }
      model m(x: f32[N, 8]) -> (y: f32[N, ?]) {
          y = Relu(x)
          a = B(y, k=1)
          return B(a, k=3)
      }

      """)
    let place = try #require(whole.source.firstRange(of: Array("y = Relu".utf8))).lowerBound
    for text in [
      whole, whole.replacing(place..<place, with: "x = Neg(x)\n    "), whole.replacing(place..<place, with: "z = ("),
    ] {
      let end = text.source.count
      func hints(_ choice: Int) -> [String] {
        text.live.inlayHints(in: 0..<end, showing: ["B": choice]).prefix(2).map(\.label)
      }
      #expect(
        text.live.inlayHints(in: 0..<end).prefix(2).map(\.label) == [
          "f32[N, 16] (first of 4)", "f32[N, 32] (first of 2)",
        ])
      #expect(hints(0) == ["f32[N, 16] (1 of 2)", "f32[N, 32] (1 of 2)"])
      #expect(hints(1) == ["f32[N, 64] (2 of 2)", "f32[N, 384] (2 of 2)"])
      #expect(hints(7) == hints(1))
      #expect(text.live.codeLenses(showing: ["B": 1]).map(\.title).contains { $0.hasPrefix("instance 2 of 2") })
    }
  }

  /// A text that was broken when it was opened follows its edits.
  @Test func textsMayBeBrokenFromTheStart() throws {
    var text = LiveText(
      """
      use onnx 21
      model m(x: f32[N, 8]) -> (y: f32[N, 8]) {
          a = Relu(x
          b = Concat(x, x, axis=1)
          c = Neg(b)
          return x
      }

      """)
    #expect(text.live.hints(besides: 0..<0).contains("c = Neg(b) ← f32[N, 16]"))
    let place = try #require(text.source.firstRange(of: Array("axis=1".utf8)))
    text.replace(place, with: "axis=0")
    #expect(text.live.hints(besides: 0..<0).contains("c = Neg(b) ← f32[2*N, 8]"))
    #expect(text.live.diagnostics.map(\.identifier) == text.fresh.diagnostics.map(\.identifier))
  }

  /// A mistake far away from others' is told, and mended there, while another statement is broken.
  @Test func changesBesideABrokenOneCount() throws {
    let whole = LiveText(
      """
      use onnx 21
      block B(x: T[N, D]) -> T[N, D] {
          y = Relu(x)
          return y
      }
      model m(x: f32[N, 8]) -> (y: f32[N, 8]) {
          a = B(x)
          b = Concat(a, a, axis=1)
          return a
      }

      """)
    let first = try #require(whole.source.firstRange(of: Array("Relu(x)".utf8)))
    var text = whole.replacing(first, with: "Relu((")
    #expect(text.live.errors.allSatisfy { $0.identifier.hasPrefix("expected") })
    let second = try #require(text.source.firstRange(of: Array("axis=1".utf8)))
    text.replace(second, with: "axis=0")
    let hint = try #require(text.live.inlayHints(in: 0..<text.source.count).first { $0.offset > second.lowerBound })
    #expect(hint.label == "f32[2*N, 8]")
    let third = try #require(text.source.firstRange(of: Array("return a".utf8)))
    text.replace(third, with: "return c")
    #expect(text.live.diagnostics.contains { $0.identifier == "unknown-name" })
  }

  /// A line that is typed again is sound now and then, and wrong for other lines: these are not wrong any more when it goes on.
  @Test(arguments: [
    ("whisper_tiny", "y = ScaledDotProductAttention(q, k, v, is_causal=is_causal) |> MergeHeads"),
    ("swin_t", "x = Reshape(x, [N, H / window, window, W / window, window, C])"),
    ("detector", "c5 = c4 |> layer5[0]: ConvNorm(channels=256, stride=2) |> layer5[1]: ConvNorm(channels=256)"),
  ])
  func aStatementThatIsBeingWrittenMakesNothingElseWrong(example: String, line: String) throws {
    var text = try LiveText(example: example)
    let place = try #require(text.source.firstRange(of: Array(line.utf8)))
    text.replace(place, with: "")
    var (seen, sound) = (0, 0)
    for (index, character) in line.enumerated() {
      let start = place.lowerBound + index
      text.replace(start..<start, with: String(character))
      let own = place.lowerBound..<(start + 1)
      let others = text.live.errors.filter {
        !$0.place.range.overlaps(own) && $0.place.range != (start + 1)..<(start + 1)
      }
      guard others.count < text.live.errors.count else {
        if !others.isEmpty { sound += 1 }
        continue
      }
      seen += 1
      #expect(others.isEmpty, "\(line.prefix(index + 1)): \(others.map(\.message))")
    }
    #expect(seen > line.count / 2 && sound > 0)
    #expect(text.live.errors.isEmpty)
  }

  /// A line that stands beside two changes is told of once.
  @Test func linesBetweenChangesHaveOneHint() throws {
    var text = LiveText(
      """
      use onnx 21
      model m(x: f32[N, 16]) -> (y: f32[N, 16]) {
          x = Linear(x, out_features=16, bias=false)
          x = Neg(x)
          x = Relu(x)
          return x
      }

      """)
    let broken = try #require(text.source.firstRange(of: Array("Relu(x)".utf8)))
    text.replace(broken, with: "Relu(x")
    let line = "    x = Linear(x, out_features=16, bias=false)\n"
    let next = try #require(text.source.firstRange(of: Array("    x = Neg(x)\n".utf8)))
    text.replace(next, with: line)
    let hints = text.live.inlayHints(in: 0..<text.source.count)
    #expect(hints.map(\.label).filter { $0.contains("256 parameters") }.count == 2)
    #expect(Set(hints.map(\.offset)).count == hints.count, "\(hints)")
  }

  /// Figures that a mistake leaves out of account say so.
  @Test func lensesTellOfWhatTheyAre() throws {
    let source = """
      use onnx 21
      block B(x: T[N, D]) -> T[N, D] {
          return fc: Linear(x, out_features=D)
      }
      model m(x: f32[2, 3]) -> (y: f32[2, 3]) {
          x = a: B(x)
          return Relu(x)
      }

      """
    let sound = LiveText(source)
    let titles = sound.live.codeLenses().map(\.title)
    #expect(titles.count == 2 && titles.allSatisfy { !$0.contains("mistake") && !$0.contains("understood") })
    for broken in ["Rellu(x)", "Relu(x"] {
      let place = try #require(sound.source.firstRange(of: Array("Relu(x)".utf8)))
      let edited = sound.replacing(place, with: broken)
      #expect(edited.live.codeLenses().map(\.title) == titles.map { "\($0) · before the mistake" })
      let fresh = edited.fresh.codeLenses().map(\.title)
      #expect(fresh.count == 2 && fresh.allSatisfy { $0.hasSuffix(" · as far as it is understood") }, "\(fresh)")
      let mended = edited.replacing(place.lowerBound..<(place.lowerBound + broken.utf8.count), with: "Relu(x)")
      #expect(mended.live.codeLenses().map(\.title) == titles)
    }
  }

  /// Edits of a chain of operators, after which hovers name other tensors than before.
  @Test(arguments: [
    ("Sigmoid(x)", "Relu(x)"), ("x = Relu(a)", "x = Relu(x)\n    x = Relu(a)"), ("x = Relu(a)\n    ", ""),
    ("x = Relu(a)", "x = a |> Tanh |> Relu"), ("x = Relu(a)", "x = Relu(b)"), ("Neg(x)", "Relu(x)"),
    ("x = Neg(x)\n    ", ""), ("return x", "return a"), ("c = Add(x, b)", "d, c = [a, Add(x, b)]"),
  ])
  func hoversFollowEditsWithoutAnalysingTheWholeText(_ old: String, _ new: String) throws {
    let whole = LiveText(
      """
      use onnx 21
      model m(x: f32[N, 8]) -> (y: f32[N, 8]) {
          b = Tanh(x)
          a = Sigmoid(x)
          x = Relu(a)
          c = Add(x, b)
          x = Relu(c)
          x = Neg(x)
          return x
      }

      """)
    try checkHovers(of: whole, replacing: old, with: new)
  }

  /// The names of a verbatim model are its text's, but for those of values within expressions.
  @Test func hoversFollowEditsOfVerbatimModels() throws {
    let whole = LiveText(
      """
      use onnx 21
      @verbatim
      model m(x: f32[N, 8]) -> (y: f32[N, 8]) {
          a = Sigmoid(Relu(x))
          b = Neg(Relu(a))
          y = Add(b, a)
          return y
      }

      """)
    try checkHovers(of: whole, replacing: "a = Sigmoid(Relu(x))", with: "d = Relu(x)\n    a = Tanh(d)")
  }

  private func checkHovers(of whole: LiveText, replacing old: String, with new: String) throws {
    let place = try #require(whole.source.firstRange(of: Array(old.utf8)))
    let edited = whole.replacing(place, with: new)
    let count = edited.analysisCount
    let hovers = edited.live.hovers(besides: -2..<(-1))
    #expect(edited.live.errors.isEmpty)
    #expect(edited.live.codeLenses().map(\.title) == edited.fresh.codeLenses().map(\.title))
    #expect(edited.analysisCount == count)
    #expect(hovers == edited.fresh.hovers(besides: -2..<(-1)))
    #expect(hovers != whole.live.hovers(besides: -2..<(-1)))
  }

  /// A size that the graph computes for several statements is computed by the first of them; when that one changes, only
  /// the whole text tells which nodes there are.
  @Test func hoversFollowEditsOfWhatOthersUse() throws {
    let whole = LiveText(
      """
      use onnx 21
      model m(x: f32[N, M, 8]) -> (y: f32[N * M, 8], z: f32[N * M, 8]) {
          a = Expand(x, [N, M, 8])
          b = Relu(x)
          c = Expand(b, [N, M, 8])
          y = Reshape(a, [N * M, 8])
          z = Reshape(c, [N * M, 8])
          return y, z
      }

      """)
    let place = try #require(whole.source.firstRange(of: Array("Expand(x, [N, M, 8])".utf8)))
    let edited = whole.replacing(place, with: "Relu(x)")
    #expect(edited.live.hovers(besides: -2..<(-1)) == edited.fresh.hovers(besides: -2..<(-1)))
  }

  /// The statements below a node, with the text that is their own: up to the body that some have.
  private func statements(of node: Syntax) -> [(syntax: Syntax, head: Range<Int>)] {
    var found: [(Syntax, Range<Int>)] = []
    for child in node.children {
      if node.kind == .body {
        let end = child.child(.body).map { $0.range.lowerBound - 1 } ?? child.range.upperBound
        found.append((child, child.range.lowerBound..<end))
      }
      found += statements(of: child)
    }
    return found
  }

  private func lines(of range: Range<Int>, in source: [UInt8]) -> Range<Int> {
    let start = source[..<range.lowerBound].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    let end = source[range.upperBound...].firstIndex(of: UInt8(ascii: "\n")) ?? source.count
    return start..<end
  }
}
