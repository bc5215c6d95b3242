import Graphs
import Operators
import Syntax
import Tensors

// Lists of inputs and outputs: ``past: [(`past.{i}.key`: f32[N, P], `past.{i}.value`: f32[N, P]); i in 0..<depth]``.

/// One tensor of a list of inputs or outputs.
struct ListedTensor {
  var name: String
  var type: Syntax
  var place: Place
}

extension Elaborator {
  /// The tensors of a list type in order, grouped by round, their names filled in; `nil` where the range is unknown.
  ///
  /// The variable of the range has its value while `body` runs for a tensor.
  private mutating func forEachTensor(
    of list: Syntax, _ body: (inout Elaborator, _ round: Int, _ tensor: ListedTensor) -> Void
  ) -> Int? {
    let children = Array(list.children)
    let parameters = children.filter { $0.kind == .parameter }
    guard children.count == parameters.count + 2, let variable = children[parameters.count].plainName,
      let rounds = repetitions(children[parameters.count + 1])
    else { return nil }
    let outer = local(variable)
    defer { setLocal(variable, outer) }
    for (index, value) in rounds.enumerated() {
      countStep()
      guard !isExhausted else { return nil }
      bind(variable, value, at: children[parameters.count].place)
      for parameter in parameters {
        guard let nameSyntax = parameter.nameChild, let name = name(nameSyntax),
          let type = parameter.children.first(where: { $0.kind.isType })
        else { continue }
        body(&self, index, ListedTensor(name: name, type: type, place: parameter.place))
      }
    }
    return rounds.count
  }

  /// Gives a model the inputs of a list, and the term that stands for them: a list, of lists where each round has several.
  mutating func listInputs(_ list: Syntax) -> Term {
    var rounds: [[Term]] = []
    let count = forEachTensor(of: list) { elaborator, round, tensor in
      while rounds.count <= round { rounds.append([]) }
      elaborator.takePort(tensor.name, of: list)
      let type = elaborator.resolve(tensor.type, declaring: true)
      let input = elaborator.builder.addInput(tensor.name, type, origin: elaborator.origin(tensor.place))
      rounds[round].append(.tensor(input))
    }
    guard count != nil else { return .unknown }
    return list.isListOfTuples ? .list(rounds.map { .list($0) }) : .list(rounds.flatMap(\.self))
  }

  /// Matches the tensors of a list with the types that a list type declares.
  ///
  /// - Returns: the tensors in order, each with the name that the type gives it; `nil` where the list does not fit.
  mutating func matchList(
    _ term: Term, _ list: Syntax, subject: String, at place: Place
  ) -> [(name: String, term: Term)]? {
    guard case .list(let elements) = term else {
      if !term.isUnknown { report(.wrongKind(term, wanted: "a list of tensors", at: place)) }
      return nil
    }
    let terms = elements.flatMap { element in
      if case .list(let inner) = element { inner } else { [element] }
    }
    if term.isUnknown { return nil }
    var listed: [(name: String, term: Term)] = []
    let count = forEachTensor(of: list) { elaborator, _, tensor in
      guard let term = terms[safe: listed.count] else {
        listed.append((tensor.name, .unknown))
        return
      }
      let value = elaborator.tensorValue(of: term, like: nil, at: place)
      listed.append((tensor.name, value.map { .tensor($0) } ?? .unknown))
      guard let value else { return }
      let actual = elaborator.builder.known(value).type
      elaborator.match(tensor.type, actual, subject: "`\(tensor.name)` of \(subject)", at: place)
      elaborator.refine(value, with: elaborator.resolve(tensor.type, declaring: false))
    }
    guard count != nil else { return nil }
    guard listed.count == terms.count else {
      report(.listLength(terms.count, wanted: listed.count, subject: subject, at: place))
      return nil
    }
    return listed
  }
}

extension Elaborator {
  /// The tensors of a list, grouped as the list's type groups them.
  func grouped(_ listed: [(name: String, term: Term)], as list: Syntax) -> Term {
    let terms = listed.map(\.term)
    let size = list.children.count { $0.kind == .parameter }
    guard list.isListOfTuples, size > 0 else { return .list(terms) }
    return .list(
      stride(from: 0, to: terms.count, by: size).map { .list(Array(terms[$0..<min($0 + size, terms.count)])) })
  }
}

extension Syntax {
  /// Whether a list type groups its tensors in parentheses.
  fileprivate var isListOfTuples: Bool {
    kind == .listInput && tokens.count > 1 && tree.tokens.kinds[tokens.lowerBound + 1] == .leftParenthesis
  }
}
