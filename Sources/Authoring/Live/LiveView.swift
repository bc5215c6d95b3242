package import Semantics
package import Syntax

/// A text while it is being edited, as an editor looks at it.
///
/// Two texts are behind it: the one that the user sees, and one that was analysed before and differs from it in a few
/// places. What a mistake in one of them hides is known from before; and where an edit changes nothing but the statements
/// that it touches, only those are analysed. Every offset and place is one of the text that the user sees, or of another
/// file.
package struct LiveView: Sendable {
  package let file: SourceFile
  /// The analysis of a text that was whole, and where the user's text differs from that one.
  package let steady: EditorView
  package let changes: TextChanges
  /// What the next version of the text is held against: `steady` and `changes`, or an earlier text without the mistakes that a
  /// statement makes elsewhere while it is being written.
  package let basis: Basis
  /// What is wrong with the user's text, and is not ignored there, as one is told while typing.
  ///
  /// A mistake makes nothing else wrong: what depends on its statement is taken for what it was before.
  package let diagnostics: [Diagnostic]
  /// What answers instead of `steady` in some ranges of the user's text.
  private let own: Lazy<EditorView>?
  private let ownRanges: [Range<Int>]
  /// The same two over the graph of the user's text, where statements were executed again and nothing is wrong.
  private let joined: Lazy<(steady: EditorView, own: EditorView)?>?
  /// Whether the statements that were executed again, or those before them, bind names to configuration.
  private let bindsConfiguration: Lazy<Bool>?
  /// The analysis of the user's text itself.
  private let complete: Lazy<EditorView>
  /// The user's text with what is known of it, at its own places.
  private let surface: Lazy<EditorView>
  /// What is known of names in the user's text, where that is less work than all of `surface`.
  private let names: Lazy<LiveNames>?

  /// An analysis of an earlier text, and where a text differs from that one.
  package struct Basis: Sendable {
    package var steady: EditorView
    package var changes: TextChanges
  }

  /// Analyses a text in full.
  package typealias Analyser = @Sendable (SourceFile) -> EditorView

  /// Analyses a text for the first time.
  package init(_ file: SourceFile, analyse: Analyser) {
    self.init(whole: analyse(file))
  }

  /// - Parameters:
  ///   - steady: the analysis of an earlier text.
  ///   - changes: how the file differs from that text.
  package init(_ file: SourceFile, after steady: EditorView, _ changes: TextChanges, analyse: @escaping Analyser) {
    // What was broken from the start hides what it hides.
    guard !steady.file.tree.diagnostics.contains(where: { $0.severity == .error }) else {
      self.init(file, analyse: analyse)
      return
    }
    var (steady, changes) = (steady, changes)
    changes.trim(steady.file.tree.source, file.tree.source)
    guard file.tree.diagnostics.contains(where: { $0.severity == .error }) else {
      self.init(sound: file, after: steady, changes, analyse: analyse)
      return
    }
    // What does not follow the grammar is told as such, and nothing else of it.
    let separate = changes.separatingLines(of: file.tree.diagnostics, in: file.tree.source)
    let broken = separate.around(file.tree.diagnostics, in: file.tree.source)
    let (settled, rest) = Self.settled(file, steady, separate, without: broken, analyse)
    let territory = zip(rest.all, rest.lines(of: settled.file.tree.source, \.old)).compactMap { change, lines in
      change.insertsLines(in: file.tree.source) ? nil : lines
    }
    let known = settled.analysis.diagnostics.filter { diagnostic in
      diagnostic.place.file != settled.file.number || !territory.contains { $0.touches(diagnostic.place.range) }
    }
    // What is wrong besides is told, and what it hides is as it was before.
    if !Self.hasErrors(settled, besides: steady.analysis.diagnostics) { (steady, changes) = (settled, rest) }
    let complete = Lazy { analyse(file) }
    self.init(
      file, steady, changes, complete, own: complete, for: changes.lines(of: file.tree.source, \.new),
      diagnostics: file.tree.diagnostics + known.compactMap { Self.moved($0, from: settled.file, to: file, rest) },
      remarks: settled.analysis.remarks.compactMap { Self.moved($0, from: settled.file, to: file, rest) })
  }

  /// A text without mistakes of grammar.
  private init(sound file: SourceFile, after steady: EditorView, _ changes: TextChanges, analyse: @escaping Analyser) {
    let complete = Lazy { analyse(file) }
    if changes.isEmpty {
      self.init(
        file, steady, changes, complete, own: nil, for: [],
        diagnostics: steady.analysis.diagnostics.compactMap { Self.moved($0, from: steady.file, to: file, changes) },
        remarks: steady.analysis.remarks.compactMap { Self.moved($0, from: steady.file, to: file, changes) })
      return
    }
    if let revision = ViewRevision(file, steady, changes) {
      let dropped = Set(revision.dropped)
      let known = steady.analysis.diagnostics.filter { !dropped.contains($0) }
      self.init(
        file, steady, changes, complete, own: Lazy(made: revision.view), for: revision.ranges, joined: revision.joined,
        bindsConfiguration: revision.bindsConfiguration,
        diagnostics: (known + revision.view.analysis.diagnostics).compactMap {
          Self.moved($0, from: steady.file, to: file, changes)
        },
        remarks: (steady.analysis.unnamedLayers + revision.unused.map(\.diagnostic)).compactMap {
          Self.moved($0, from: steady.file, to: file, changes)
        } + revision.view.analysis.program.unusedImports)
      return
    }
    let whole = complete.value
    let wrong = changes.around(
      whole.analysis.diagnostics.filter { $0.severity == .error && $0.place.file == file.number },
      in: file.tree.source)
    guard !wrong.isEmpty else {
      // A statement that is wrong for others, and is sound, may be the beginning of one that is not.
      let isBeingWritten =
        changes.all.count == 1 && Self.hasErrors(whole, besides: steady.analysis.diagnostics)
      self.init(whole: whole, basis: isBeingWritten ? Basis(steady: steady, changes: changes) : nil)
      return
    }
    let (steady, rest) = Self.settled(file, steady, changes, without: wrong, analyse)
    self.init(
      file, steady, rest, complete, own: complete, for: rest.lines(of: file.tree.source, \.new),
      diagnostics: whole.analysis.diagnostics, remarks: whole.analysis.remarks)
  }

  private init(whole: EditorView, basis: Basis? = nil) {
    self.init(
      whole.file, whole, TextChanges(), Lazy(made: whole), own: nil, for: [],
      diagnostics: whole.analysis.diagnostics, remarks: whole.analysis.remarks, basis: basis)
  }

  /// Whether a text has errors that are told in other words than any of those of another text.
  private static func hasErrors(_ view: EditorView, besides others: [Diagnostic]) -> Bool {
    let known = Set(others.map { "\($0.identifier) \($0.message)" })
    return view.analysis.diagnostics.contains {
      $0.severity == .error && !known.contains("\($0.identifier) \($0.message)")
    }
  }

  private init(
    _ file: SourceFile, _ steady: EditorView, _ changes: TextChanges, _ complete: Lazy<EditorView>,
    own: Lazy<EditorView>?, for ranges: [Range<Int>],
    joined: Lazy<(steady: EditorView, own: EditorView)?>? = nil, bindsConfiguration: Lazy<Bool>? = nil,
    diagnostics: [Diagnostic], remarks: [Diagnostic], basis: Basis? = nil
  ) {
    self.file = file
    self.steady = steady
    self.changes = changes
    self.basis = basis ?? Basis(steady: steady, changes: changes)
    self.complete = complete
    self.own = own
    ownRanges = ranges.merged
    self.bindsConfiguration = bindsConfiguration
    // What a mistake hides is as it was before.
    self.joined = diagnostics.contains { $0.severity == .error } ? nil : joined
    let all = diagnostics + remarks.certain(besides: diagnostics, in: file.tree)
    self.diagnostics = steady.analysis.project.lint.applied(to: IgnoreComments(of: file.tree).applied(to: all))
    guard own !== complete || !file.tree.diagnostics.isEmpty, steady.file.number != file.number else {
      surface = complete
      names = nil
      return
    }
    let revised = own === complete ? nil : own
    surface = Lazy { Self.surface(file, steady, changes, revised?.value) }
    names = Lazy { LiveNames(file, steady, changes, revised?.value) }
  }

  /// The user's text with what was observed in the other one, as far as that is still there, and in the revised statements.
  private static func surface(
    _ file: SourceFile, _ steady: EditorView, _ changes: TextChanges, _ revised: EditorView?
  ) -> EditorView {
    let elaborations = steady.analysis.elaborations.map { elaboration in
      // The graph of the revision has the nodes of both.
      let revision = revised?.elaboration(of: elaboration.declaration)
      var result = revision ?? elaboration
      result.observations = elaboration.observations.compactMap { observation in
        guard observation.place.file == steady.file.number else { return observation }
        guard let range = changes.new(observation.place.range) else { return nil }
        var moved = observation
        moved.place = Place(file: file.number, range: range)
        if case .use(let term, let definition?) = observation.meaning, definition.file == steady.file.number {
          moved.meaning = .use(
            term, definition: changes.new(definition.range).map { Place(file: file.number, range: $0) })
        }
        return moved
      }
      result.observations += revision?.observations ?? []
      return result
    }
    return steady.revised(file, elaborations: elaborations)
  }

  /// The analysis of the user's text itself; made on first use where `steady` is of another one.
  package var whole: EditorView { complete.value }

  /// What is wrong with the user's text, whatever it was before: what is told when the typing ends.
  ///
  /// The same as `diagnostics` where nothing is a mistake. Made by an analysis of the whole text otherwise.
  package var settledDiagnostics: [Diagnostic] {
    guard diagnostics.contains(where: { $0.severity == .error }), !isWhole else { return diagnostics }
    return LiveView(whole: whole).diagnostics
  }

  private var isWhole: Bool { steady.file.number == file.number }

  /// The analysis of the text without the changes that are broken, and those changes.
  ///
  /// Where the others alone do not make a whole text either, the earlier analysis stays.
  private static func settled(
    _ file: SourceFile, _ steady: EditorView, _ changes: TextChanges, without broken: Set<TextChanges.Change>,
    _ analyse: Analyser
  ) -> (steady: EditorView, rest: TextChanges) {
    guard !broken.isEmpty, changes.all.contains(where: { !broken.contains($0) }) else { return (steady, changes) }
    var mended = file.tree.source
    for change in changes.all.reversed() where broken.contains(change) {
      mended.replaceSubrange(change.new, with: steady.file.tree.source[change.old])
    }
    // The number of the text is not the user's: it is another one.
    let settled = SourceFile(path: file.path, source: mended, number: file.number ^ Self.mendedBit)
    guard !settled.tree.diagnostics.contains(where: { $0.severity == .error }) else { return (steady, changes) }
    return (analyse(settled), changes.keeping { broken.contains($0) })
  }

  /// What tells the number of a mended text from that of the text itself.
  private static let mendedBit: UInt32 = 1 << 28
}

// MARK: - Places

extension LiveView {
  /// A place of the earlier text in the user's, as far as it is still there.
  package func current(_ place: Place) -> Place? {
    guard place.file == steady.file.number, place.file != file.number else { return place }
    return changes.new(place.range).map { Place(file: file.number, range: $0) }
  }

  private static func moved(
    _ diagnostic: Diagnostic, from old: SourceFile, to new: SourceFile, _ changes: TextChanges
  ) -> Diagnostic? {
    guard old.number != new.number else { return diagnostic }
    func moved(_ place: Place) -> Place? {
      guard place.file == old.number else { return place }
      return changes.new(place.range).map { Place(file: new.number, range: $0) }
    }
    guard let place = moved(diagnostic.place) else { return nil }
    var result = diagnostic
    result.place = place
    result.related = diagnostic.related.compactMap { related in
      moved(related.place).map { Diagnostic.Related(related.message, at: $0) }
    }
    func moved(_ fix: Fix) -> Fix? {
      let edits = fix.edits.compactMap { edit in moved(edit.place).map { Fix.Edit($0, edit.replacement) } }
      return edits.count == fix.edits.count ? Fix(fix.title, edits) : nil
    }
    result.fixes = diagnostic.fixes.compactMap { moved($0) }
    result.candidates = diagnostic.candidates.compactMap { moved($0) }
    return result
  }

  /// The analysis that answers for an offset, with the offset in its text; `nil` in what is broken.
  private func answering(for offset: Int) -> (view: EditorView, offset: Int)? {
    if let own, ownRanges.contains(where: { $0.lowerBound <= offset && offset <= $0.upperBound }) {
      return (own.value, offset)
    }
    if changes.all.contains(where: { $0.new.lowerBound <= offset && offset <= $0.new.upperBound }) { return nil }
    return (steady, changes.old(offset))
  }

  /// The same where the answer depends on the graph as a whole: on its names, and on where its sizes come from.
  private func answeringOfGraph(for offset: Int) -> (view: EditorView, offset: Int)? {
    guard let joined, let answer = answering(for: offset) else { return answering(for: offset) }
    guard let (steady, own) = joined.value else { return (complete.value, offset) }
    return (answer.view.file.number == file.number ? own : steady, answer.offset)
  }
}

// MARK: - What an editor shows

extension LiveView {
  /// What stands at an offset; `nil` where there is nothing to say.
  package func hover(at offset: Int, showing choices: InstanceChoices = [:]) -> Hover? {
    guard var (view, inside) = answeringOfGraph(for: offset) else { return nil }
    // How a size came about is told by statements that may be known to either of the views.
    if let bindsConfiguration, !isWhole, joined != nil, view.isConfiguration(at: inside),
      view.file.number == file.number || bindsConfiguration.value
    {
      (view, inside) = (complete.value, offset)
    }
    let program = view.analysis.program
    let told = view.showing(choices).hover(at: inside) { place in
      guard place.file == steady.file.number || place.file == file.number else { return program.location(of: place) }
      let offset = place.file == file.number ? place.range.lowerBound : changes.new(place.range.lowerBound)
      return "line \(file.position(of: offset).line)"
    }
    guard var hover = told else { return nil }
    guard let place = current(hover.place) else { return nil }
    hover.place = place
    return hover
  }

  /// The hints of the statements that begin in a range, in order.
  package func inlayHints(in range: Range<Int>, showing choices: InstanceChoices = [:]) -> [InlayHint] {
    let steady = steady.showing(choices)
    guard !isWhole else { return steady.inlayHints(in: range) }
    let old = changes.old(range.lowerBound)..<max(changes.old(range.lowerBound), changes.old(range.upperBound))
    var hints = steady.inlayHints(in: old).compactMap { hint -> InlayHint? in
      guard let statement = changes.new(hint.statement),
        !changes.touching(new: statement).contains(where: {
          !$0.new.isEmpty || $0.new.lowerBound > statement.lowerBound
        }),
        !ownRanges.contains(where: { $0.overlaps(statement) })
      else { return nil }
      return InlayHint(
        statement: statement, offset: changes.new(hint.offset), types: hint.types, parameters: hint.parameters)
    }
    if let own {
      for place in ownRanges where place.touches(range) {
        hints += own.value.showing(choices).inlayHints(in: place).filter { place.contains($0.statement.lowerBound) }
      }
    }
    return hints.filter { $0.statement.touches(range) }.sorted { $0.offset < $1.offset }
  }

  /// What figures of the whole text are of, where a mistake hides a part of it.
  private var remark: String? {
    let hidesSomething = diagnostics.contains { problem in
      // What is wrong with weights hides nothing.
      problem.severity == .error && !problem.identifier.hasPrefix("weight") && problem.identifier != "missing-weight"
    }
    return hidesSomething ? isWhole ? "as far as it is understood" : "before the mistake" : nil
  }

  /// The figures of each model and of each block that a model uses, and the instance that is shown of a block with several;
  /// while there is a mistake, with a remark.
  package func codeLenses(showing choices: InstanceChoices = [:]) -> [CodeLens] {
    // The declarations are the same ones in all of the analyses.
    let counted = joined.map { [complete] joined -> Lazy<[CodeLens]> in
      Lazy { (joined.value?.steady ?? complete.value).codeLenses(showing: choices) }
    }
    let remark = remark
    return steady.codeLenses(showing: choices).enumerated().compactMap { index, lens in
      guard let place = current(lens.place) else { return nil }
      if let remark { return lens.at(place).remarking(remark) }
      guard let counted else { return lens.at(place) }
      return lens.at(place) { counted.value[index] }
    }
  }

  /// What may stand at an offset, and the range of the word around the offset that it replaces.
  ///
  /// - Parameter sign: what was typed for which an editor asks; `nil` where its user does.
  package func completions(
    at offset: Int, typing sign: String? = nil
  ) -> (items: [CompletionItem], replaced: Range<Int>) {
    let known = names?.value.view ?? surface.value
    // Tensors are those of the files that the text names now, and those may be others than before.
    if known.tensorItems(at: offset) != nil || file.tree.calls(around: offset).first?.kind == .weightsStatement,
      file.tree.fileLinks.map(\.path) != steady.file.tree.fileLinks.map(\.path)
    {
      return whole.completions(at: offset, typing: sign)
    }
    return names.map { known.completions(at: offset, typing: sign, $0.value) }
      ?? known.completions(at: offset, typing: sign)
  }

  /// The signature of the innermost call around an offset, inside its parentheses.
  package func signatureHelp(at offset: Int) -> SignatureHelp? { surface.value.signatureHelp(at: offset) }

  /// The names, keywords and literals of a range, in order; none spans a line.
  package func semanticTokens(in range: Range<Int>) -> [SemanticToken] { surface.value.semanticTokens(in: range) }

  /// Where what stands at an offset is declared; in the text, an imported file or the standard library.
  package func definition(at offset: Int) -> Place? { place(for: offset) { $0.definition(at: $1) } }

  /// As `EditorView.declaration(at:)`.
  package func declaration(at offset: Int) -> Place? { place(for: offset) { $0.declaration(at: $1) } }

  /// As `EditorView.typeDefinition(at:)`.
  package func typeDefinition(at offset: Int) -> Place? { place(for: offset) { $0.typeDefinition(at: $1) } }

  /// As `EditorView.implementation(at:)`.
  package func implementation(at offset: Int) -> Place? { place(for: offset) { $0.implementation(at: $1) } }

  /// As `EditorView.sizePlace(ofAxis:ofResult:at:)`.
  package func sizePlace(ofAxis axis: Int, ofResult result: Int, at statement: Int) -> Place? {
    place(in: answeringOfGraph(for: statement)) { $0.sizePlace(ofAxis: axis, ofResult: result, at: $1) }
  }

  /// A place that the analysis which answers for an offset finds.
  private func place(for offset: Int, _ find: (EditorView, Int) -> Place?) -> Place? {
    place(in: answering(for: offset), find)
  }

  private func place(in answer: (view: EditorView, offset: Int)?, _ find: (EditorView, Int) -> Place?) -> Place? {
    guard let (view, inside) = answer, let place = find(view, inside) else { return nil }
    guard place.file == steady.file.number, place.file != file.number else { return place }
    return Place(file: file.number, range: changes.new(place.range.lowerBound)..<changes.new(place.range.upperBound))
  }
}

extension [Range<Int>] {
  /// The same bytes as ranges that are apart, of ranges in order.
  fileprivate var merged: [Range<Int>] {
    reduce(into: []) { result, range in
      if let last = result.last, last.upperBound >= range.lowerBound {
        result[result.count - 1] = last.lowerBound..<Swift.max(last.upperBound, range.upperBound)
      } else {
        result.append(range)
      }
    }
  }
}

extension TextChanges {
  /// The changes in whose lines a problem lies.
  fileprivate func around(_ diagnostics: [Diagnostic], in source: [UInt8]) -> Set<Change> {
    Set(
      zip(all, lines(of: source, \.new)).compactMap { change, lines in
        diagnostics.contains { $0.severity == .error && $0.place.range.touches(lines) } ? change : nil
      })
  }

  /// The same changes, with the lines of problems in what was inserted apart from the lines before and behind them.
  fileprivate func separatingLines(of diagnostics: [Diagnostic], in source: [UInt8]) -> TextChanges {
    let newline = UInt8(ascii: "\n")
    let places = diagnostics.filter { $0.severity == .error }.map(\.place.range)
    return splitting { change in
      let inside = places.filter { $0.touches(change.new) }
      guard let first = inside.map(\.lowerBound).min(), let last = inside.map(\.upperBound).max() else { return nil }
      let before = source[change.new.lowerBound..<max(first, change.new.lowerBound)]
      let behind = source[min(last, change.new.upperBound)..<change.new.upperBound]
      return
        (before.lastIndex(of: newline) ?? change.new.lowerBound)..<(behind.firstIndex(of: newline)
        ?? change.new.upperBound)
    }
  }

  /// The lines that each change is in, without the end of the last, in one of the texts.
  fileprivate func lines(of source: [UInt8], _ side: KeyPath<Change, Range<Int>>) -> [Range<Int>] {
    all.map { change in
      var (start, end) = (change[keyPath: side].lowerBound, change[keyPath: side].upperBound)
      while start > 0, source[start - 1] != UInt8(ascii: "\n") { start -= 1 }
      while end < source.count, source[end] != UInt8(ascii: "\n") { end += 1 }
      return start..<end
    }
  }
}

extension TextChanges.Change {
  /// Whether a text has whole lines more, between two of the earlier one.
  fileprivate func insertsLines(in source: [UInt8]) -> Bool {
    let newline = UInt8(ascii: "\n")
    guard old.isEmpty, let first = source[new].first, let last = source[new].last else { return false }
    let isBehind = first == newline && (new.upperBound == source.count || source[new.upperBound] == newline)
    let isBefore = last == newline && (new.lowerBound == 0 || source[new.lowerBound - 1] == newline)
    return isBehind || isBefore
  }
}
