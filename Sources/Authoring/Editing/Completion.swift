import Graphs
import Operators
import Semantics
import Syntax
import Tensors

/// Something that may be written at the cursor.
package struct CompletionItem: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case block, `operator`, argument, variable, dimension, keyword, path, type, library, file, value, annotation
  }

  package var label: String
  package var kind: Kind
  /// The signature or the type.
  package var detail: String
  package var documentation: String
  /// What is written instead of the word around the cursor.
  package var insertion: String
  /// The same as a snippet with places to fill in, for clients that take one.
  package var snippet: String?
  /// Items with smaller numbers come first.
  package var rank: Int
}

extension CompletionItem {
  /// Of more names than this that a body binds, those are offered that stand nearest, or begin as what is typed.
  package static let mostNames = 500

  /// The name of a file.
  package static func file(_ name: String) -> CompletionItem {
    CompletionItem(label: name, kind: .file, detail: "", documentation: "", insertion: name, rank: 0)
  }
}

/// What a name means, and where in the text it begins to.
struct BoundName {
  /// In the first instance of the block around, as hints show it.
  var term: Term
  var start: Int
  /// How many instances and rounds bind it there.
  var count = 1
  /// Whether it is something else in one of these.
  var differs = false
}

/// What the names may mean that are wanted.
enum WantedNames {
  case all
  /// What is known before the graph runs.
  case configuration
  /// Sizes and lists of them.
  case sizes

  func include(_ term: Term) -> Bool {
    switch self {
    case .all: true
    case .configuration: term.isConfiguration
    case .sizes: term.isSize
    }
  }
}

/// What completion knows of names in a text.
protocol NameKnowledge {
  /// What each name means that is bound in a range and begins with some bytes, by the model that binds it: what was bound
  /// last, for at most so many names of a model.
  func boundNames(in range: Range<Int>, beginning prefix: [UInt8], atMost limit: Int) -> [[String: BoundName]]

  /// A callee that is named in the text, whether or not its call was elaborated.
  func callee(_ syntax: Syntax) -> NamedCallee?
}

extension EditorView: NameKnowledge {
  func boundNames(in range: Range<Int>, beginning prefix: [UInt8], atMost limit: Int) -> [[String: BoundName]] {
    boundNames(in: range, beginning: prefix, atMost: limit) { _ in true }
  }

  /// The same.
  ///
  /// - Parameter isThere: whether the place that binds a name counts.
  func boundNames(
    in range: Range<Int>, beginning prefix: [UInt8], atMost limit: Int, where isThere: (Range<Int>) -> Bool
  ) -> [[String: BoundName]] {
    zip(analysis.elaborations, observedStarts).map { elaboration, starts in
      var bound: [String: BoundName] = [:]
      elaboration.observations.withUnsafeBufferPointer { observations in
        for (index, start) in starts.value.enumerated().reversed() where range.contains(Int(start)) {
          guard observations[index].place.file == file.number, case .binding(let term) = observations[index].meaning,
            tree.source[Int(start)...].starts(with: prefix), isThere(observations[index].place.range)
          else { continue }
          let name = name(at: Int(start))
          if let known = bound[name] {
            guard known.start == Int(start) else { continue }
            // Another instance, before those that were seen. What a mistake hides is not different.
            let isAlike = known.differs || isSame([term], [known.term], in: elaboration)
            guard isAlike || description(of: term, in: elaboration) != nil else { continue }
            let differs = known.differs || !isAlike && description(of: known.term, in: elaboration) != nil
            bound[name] = BoundName(term: term, start: known.start, count: known.count + 1, differs: differs)
            continue
          }
          guard bound.count < limit else { break }
          if !name.isEmpty { bound[name] = BoundName(term: term, start: Int(start)) }
        }
      }
      return bound
    }
  }

  /// What may stand at an offset, and the range of the word around the offset that it replaces.
  ///
  /// - Parameter sign: what was typed for which an editor asks; `nil` where its user does.
  package func completions(
    at offset: Int, typing sign: String? = nil
  ) -> (items: [CompletionItem], replaced: Range<Int>) {
    completions(at: offset, typing: sign, self)
  }

  /// The same, with what is known of names elsewhere.
  func completions(
    at offset: Int, typing sign: String?, _ names: some NameKnowledge
  ) -> (items: [CompletionItem], replaced: Range<Int>) {
    var (items, replaced) = unfittedCompletions(at: offset, names)
    // These signs are typed for other reasons, too.
    switch sign {
    case "=":
      let path = tree.nodes(at: offset)
      let isArgument = enclosingCall(of: offset, path).map { parameter(before: offset, in: $0) != nil } ?? false
      if !isArgument { items.removeAll { $0.kind != .value } }
    case "[":
      let isSize = completionPlace(of: offset, tree.nodes(at: offset)) == .size
      items.removeAll { $0.kind != .path && !isSize }
    case "@": items.removeAll { $0.kind != .annotation }
    default: break
    }
    let rest = tree.source[replaced.upperBound..<tree.source.line(around: replaced.upperBound).upperBound]
    return (items.map { $0.fitted(before: rest) }, replaced)
  }

  /// The same, whatever follows the word.
  private func unfittedCompletions(
    at offset: Int, _ names: some NameKnowledge
  ) -> (items: [CompletionItem], replaced: Range<Int>) {
    if let tensors = tensorItems(at: offset) { return tensors }
    if let items = literalItems(at: offset, names) ?? lineItems(at: offset) { return items }
    var start = offset
    let source = tree.source
    while start > 0, source[start - 1].isWordPart { start -= 1 }
    let word = start..<source.wordEnd(from: start, typedTo: offset)
    let path = tree.nodes(at: max(0, offset))
    if start > 0, source[start - 1] == UInt8(ascii: ".") {
      return (memberItems(before: start - 1, path), word)
    }
    if let recipe = recipeItems(at: offset, path, names) { return (recipe, word) }
    if let form = formItems(at: offset, names) { return (form, word) }
    return (items(at: offset, typed: start..<offset, path, names), word)
  }

  /// What may stand where nothing but the place of a word decides it.
  private func items(
    at offset: Int, typed: Range<Int>, _ path: [Syntax], _ names: some NameKnowledge
  ) -> [CompletionItem] {
    let start = typed.lowerBound
    switch completionPlace(of: start, path) {
    case .file: return keywordItems(inBody: false)
    case .type: return typeItems(configuration: ["int", "float", "bool", "string", "dtype", "callee"])
    case .resultType:
      return typeItems(variables: typeVariables(of: declaration(around: offset)), configuration: [])
    case .size: return nameItems(at: offset, typed: typed, names, of: .sizes, rank: 0)
    case .condition: return nameItems(at: offset, typed: typed, names, of: .configuration, rank: 0)
    case .statement: break
    }
    let call = enclosingCall(of: offset, path)
    if let call, let items = configurationItems(of: call, at: offset, typed: typed, names) { return items }
    let form = callForm(before: start, path)
    // Behind a pipe, and where a callee is wanted, stands what can be called.
    return (call.map { argumentItems(of: $0, at: offset, names) } ?? [])
      + nameItems(at: offset, typed: typed, names, rank: form == .piped ? 8 : 2) + calleeItems(form)
      + (isStatementStart(start) ? keywordItems(inBody: path.contains { $0.kind == .body }) : [])
  }

  /// The innermost call around an offset, where no statement of a graph literal is between the two.
  private func enclosingCall(of offset: Int, _ path: [Syntax]) -> Syntax? {
    tree.calls(around: offset).first { call in
      !path.contains {
        $0.kind == .graphLiteral && $0.range.lowerBound > call.range.lowerBound && $0.range.lowerBound < offset
          && offset < $0.range.upperBound
      }
    }
  }

  /// What the configuration may be that an offset is behind the `name=` of: values, and names of what is known before the
  /// graph runs; `nil` where no configuration is given.
  private func configurationItems(
    of call: Syntax, at offset: Int, typed: Range<Int>, _ names: some NameKnowledge
  ) -> [CompletionItem]? {
    guard let name = parameter(before: offset, in: call), let callee = call.firstChild.flatMap({ names.callee($0) }),
      let parameter = callee.parameters.first(where: { $0.name == name }), !parameter.isInput
    else { return nil }
    let values = valueItems(of: call, at: offset, names)
    let known = nameItems(at: offset, typed: typed, names, of: .configuration, rank: 2).map { item in
      var item = item
      // Numbers are for what takes any.
      if (item.kind == .dimension) != (values == nil) { item.rank = 3 }
      return item
    }
    guard case .callee = callee.values(of: name) else { return (values ?? []) + known }
    return known
      + calleeItems(.plain).map { item in
        var item = item
        item.snippet = nil
        return item
      }
  }

  /// What may stand in the parentheses of an initialiser or of `weights "file" (…)`; `nil` elsewhere.
  private func formItems(at offset: Int, _ names: some NameKnowledge) -> [CompletionItem]? {
    guard let call = tree.calls(around: offset).first, let syntax = call.firstChild else { return nil }
    switch names.callee(syntax) {
    case .initializer where parameter(before: offset, in: call) == nil, .weights:
      return argumentItems(of: call, at: offset, names)
    default: return nil
    }
  }

  func argumentItems(
    of call: Syntax, at offset: Int, _ names: some NameKnowledge
  ) -> [CompletionItem] {
    guard let syntax = call.firstChild, let callee = names.callee(syntax), let list = call.child(.argumentList) else {
      return []
    }
    let others = list.children.filter { !($0.range.lowerBound...$0.range.upperBound).contains(offset) }
    var given = Set(others.compactMap(\.argumentName))
    // What a pipe gives and what stands by position are the first of the other inputs.
    let byPosition = others.count { $0.kind != .namedArgument } + (isPiped(call) ? 1 : 0)
    given.formUnion(callee.parameters.filter { $0.isInput && !given.contains($0.name) }.prefix(byPosition).map(\.name))
    // Behind `name=` stands a value.
    if parameter(before: offset, in: call) != nil { return [] }
    return callee.parameters.filter { !given.contains($0.name) && !$0.isVariadic }.map { parameter in
      CompletionItem(
        label: parameter.name + "=", kind: .argument, detail: parameter.text, documentation: parameter.documentation,
        insertion: parameter.name + "=",
        snippet: callee.snippet(ofValue: parameter.name).map { "\(parameter.name)=\($0)$0" },
        rank: parameter.isInput ? 1 : 0)
    }
  }

  /// Names that are bound before the statement that the offset is in, in the declaration around it.
  ///
  /// - Parameters:
  ///   - word: what of a name is typed.
  ///   - wanted: what the names may mean.
  private func nameItems(
    at offset: Int, typed word: Range<Int>, _ names: some NameKnowledge, of wanted: WantedNames = .all, rank: Int
  ) -> [CompletionItem] {
    guard let declaration = declaration(around: offset) else { return [] }
    let inside = tree.nodes(at: endOfText(before: offset))
    let statement = inside.lastIndex { $0.kind == .body }.flatMap { inside.dropFirst($0 + 1).first }
    let last = min(offset, statement?.range.lowerBound ?? offset)
    // Nor does a statement bind anything for the graphs in it.
    let unbound = Set(
      inside.filter { $0.kind == .binding }.flatMap(\.children).compactMap { target in
        target.kind == .target
          ? target.children.first { $0.kind == .name || $0.kind == .quotedName }?.range.lowerBound : nil
      })
    var items: [String: CompletionItem] = [:]
    let before =
      declaration.range.lowerBound..<max(declaration.range.lowerBound, min(last, declaration.range.upperBound))
    let typed = Array(tree.source[word])
    let limit = CompletionItem.mostNames
    var found = names.boundNames(in: before, beginning: [], atMost: limit)
    if found.contains(where: { $0.count >= limit }) {
      let signature = before.lowerBound..<(declaration.child(.body)?.range.lowerBound ?? before.lowerBound)
      for more in [
        names.boundNames(in: signature.clamped(to: before), beginning: [], atMost: limit),
        typed.isEmpty ? [] : names.boundNames(in: before, beginning: typed, atMost: limit),
      ] where !more.isEmpty {
        found = zip(found, more).map { $0.merging($1) { near, _ in near } }
      }
    }
    for (elaboration, bound) in zip(analysis.elaborations, found) {
      for (name, bound) in bound where !unbound.contains(bound.start) && wanted.include(bound.term) {
        let isSize = if case .integer = bound.term { true } else { false }
        items[name] = CompletionItem(
          label: name, kind: isSize ? .dimension : .variable,
          detail: (description(of: bound.term, in: elaboration) ?? "")
            + (bound.differs ? Self.first(of: bound.count) : ""),
          documentation: "", insertion: name, rank: rank)
      }
    }
    guard items.count < limit else { return items.values.sorted { $0.label < $1.label } }
    for item in signatureItems(of: declaration, sizesAlone: wanted == .sizes, rank: rank)
    where items[item.label] == nil {
      items[item.label] = item
    }
    guard wanted == .all else { return items.values.sorted { $0.label < $1.label } }
    // Of the others nothing may be known.
    declaration.forEachBoundName(before: last) { range in
      let name = String(decoding: tree.source[range], as: UTF8.self)
      guard !unbound.contains(range.lowerBound), items.index(forKey: name) == nil else { return }
      items[name] = CompletionItem(
        label: name, kind: .variable, detail: "", documentation: "", insertion: name, rank: rank)
    }
    return items.values.sorted { $0.label < $1.label }
  }

  /// Where the text before an offset ends; blanks behind a statement that is not finished are a part of it.
  private func endOfText(before offset: Int) -> Int {
    var end = min(offset, tree.source.count)
    while end > 0, tree.source[end - 1] == UInt8(ascii: " ") || tree.source[end - 1] == UInt8(ascii: "\t") { end -= 1 }
    return end
  }

  private func declaration(around offset: Int) -> Syntax? {
    tree.nodes(at: endOfText(before: offset)).first { $0.kind.isDeclaration }
      ?? tree.nodes(at: offset).first { $0.kind.isDeclaration }
  }

  /// The name that begins at an offset, in its backquotes where it has some; empty where none does.
  private func name(at offset: Int) -> String {
    let source = tree.source
    var end = offset
    if source[offset] == UInt8(ascii: "`") {
      end += 1
      while end < source.count, source[end] != UInt8(ascii: "`"), source[end] != UInt8(ascii: "\n") { end += 1 }
      end = min(end + 1, source.count)
    } else {
      while end < source.count, source[end].isWordPart { end += 1 }
    }
    return String(decoding: source[offset..<end], as: UTF8.self)
  }

  private func typeItems(variables: [String] = [], configuration: [String]) -> [CompletionItem] {
    let usual = ["f32", "f16", "bf16", "f64", "i64", "i32", "i8", "u8", "bool", "string"]
    let elements = (variables + usual).map { ($0 + "[", "\($0)[…]") }
    return (elements + configuration.map { ($0, $0) }).map { insertion, label in
      CompletionItem(label: label, kind: .type, detail: "type", documentation: "", insertion: insertion, rank: 0)
    }
  }

  func isStatementStart(_ offset: Int) -> Bool {
    var start = offset
    while start > 0, tree.source[start - 1] == UInt8(ascii: " ") || tree.source[start - 1] == UInt8(ascii: "\t") {
      start -= 1
    }
    return start == 0 || tree.source[start - 1] == UInt8(ascii: "\n") || tree.source[start - 1] == UInt8(ascii: "{")
  }
}

extension CompletionItem {
  /// The item where something follows: without the sign that stands there already, nor places for what does.
  func fitted(before rest: ArraySlice<UInt8>) -> CompletionItem {
    guard let next = rest.first else { return self }
    var item = self
    if let last = insertion.utf8.last, last == next, !last.isWordPart, last != UInt8(ascii: "\"") {
      item.insertion.removeLast()
      item.snippet = nil
    } else if next == UInt8(ascii: "(") || kind == .keyword && !rest.allSatisfy({ $0 == UInt8(ascii: " ") }) {
      item.snippet = nil
    }
    return item
  }
}

extension [UInt8] {
  /// Where a word ends of which something is typed; nothing that begins behind the cursor is a part of it.
  func wordEnd(from start: Int, typedTo offset: Int, where isPart: (UInt8) -> Bool = \.isWordPart) -> Int {
    start == offset ? offset : self[offset...].firstIndex { !isPart($0) } ?? count
  }
}

extension UInt8 {
  /// Whether a word may hold the byte.
  var isWordPart: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
