import Graphs
import Semantics
import Syntax
import Tensors

// `$name`: what stands there of the weights files, one tensor or, with `{…}` in the name, as many as there are rounds.

/// A tensor that a `$name` of the text means.
private struct ReferencedTensor {
  /// Its own name; empty for one that is found by its place.
  var name: String
  /// As the file says it; `nil` for a sparse one.
  var tensor: Tensor?
  var type: String
  /// What the file is named by; `nil` where several could be.
  var statement: WeightsStatement?
}

extension EditorView {
  /// The tensors that a hover lists.
  private static let listedReferences = 8

  /// What stands under `$name`.
  func hover(ofReference name: Syntax) -> Hover? {
    let found = referencedTensors(name)
    guard let first = found.first else { return nil }
    var budget = Self.budget
    let types = Set(found.map(\.type))
    let type = types.count == 1 ? ": \(first.type)" : ""
    let files = Set(found.compactMap { $0.statement?.path }).sorted().map { "`\($0)`" }
    let source = files.isEmpty ? nil : "In \(files.joined(separator: ", "))."
    let title = "$\(name.text)\(type)"
    if found.count == 1 {
      let line = first.tensor.flatMap { self.line(of: $0, budget: &budget) }
      return Hover(place: name.place, title: title, lines: [line, source].compactMap(\.self))
    }
    var listed: [String] = []
    for each in found.prefix(Self.listedReferences) {
      let line = each.tensor.flatMap { self.line(of: $0, budget: &budget) }
      listed.append("- `$\(each.name)`: \(line ?? each.type)")
    }
    let more = found.count - listed.count
    let list = (listed + (more > 0 ? ["- and \(more) more"] : [])).joined(separator: "\n")
    return Hover(
      place: name.place, title: title, lines: ["\(found.count) tensors:", list, source].compactMap(\.self))
  }

  /// The file that `$name` is a tensor of, where the text names it.
  func definition(ofReference name: Syntax) -> Place? {
    referencedTensors(name).lazy.compactMap { $0.statement?.place }.first
  }

  /// The places of the file that take a tensor that `$name` takes, its own among them.
  func references(ofReference name: Syntax) -> [Place] {
    var places: Set<Place> = []
    for elaboration in analysis.elaborations {
      var values: Set<Value.ID> = []
      for observation in elaboration.observations where observation.place == name.place {
        if let value = observation.usedValue { values.insert(value) }
      }
      guard !values.isEmpty else { continue }
      for observation in elaboration.observations {
        guard let value = observation.usedValue, values.contains(value),
          tree.nodes(at: observation.place.range.lowerBound).contains(where: { $0.kind == .weightReference })
        else { continue }
        places.insert(observation.place)
      }
    }
    return places.sorted { $0.range.lowerBound < $1.range.lowerBound }
  }

  /// The tensors that a `$name` means, in the order in which the text takes them.
  private func referencedTensors(_ name: Syntax) -> [ReferencedTensor] {
    var found: [ReferencedTensor] = []
    // Several models may take the same tensor.
    var identities: Set<[String]> = []
    for elaboration in analysis.elaborations {
      var known: Set<Value.ID> = []
      for observation in elaboration.observations where observation.place == name.place {
        guard case .use(let term, _) = observation.meaning else { continue }
        if case .tensor(let value) = term, !known.insert(value).inserted { continue }
        guard let each = referenced(term, as: name, in: elaboration) else { continue }
        if identities.insert([each.name, each.type, each.statement?.path ?? ""]).inserted { found.append(each) }
      }
    }
    return found
  }

  private func referenced(_ term: Term, as name: Syntax, in elaboration: Elaboration) -> ReferencedTensor? {
    let only = elaboration.weights.count == 1 ? elaboration.weights.first : nil
    switch term {
    case .tensor(let value):
      let own = elaboration.model.graph.values[value]
      if let reference = elaboration.references[own.name], reference.value == value {
        return ReferencedTensor(
          name: own.name, tensor: reference.tensor, type: reference.tensor.typeDescription,
          statement: reference.statement)
      }
      let tensor = elaboration.model.graph.storedTensor(of: value)
      return ReferencedTensor(
        name: own.name, tensor: tensor, type: tensor?.typeDescription ?? own.type.description, statement: only)
    case .literal(let tensor):
      return ReferencedTensor(
        name: name.plainName ?? "", tensor: tensor, type: tensor.typeDescription, statement: only)
    case .sparse:
      return description(of: term, in: elaboration).map {
        ReferencedTensor(name: name.plainName ?? "", tensor: nil, type: $0, statement: only)
      }
    default: return nil
    }
  }
}

extension Observation {
  /// The value that the place uses.
  fileprivate var usedValue: Value.ID? {
    if case .use(.tensor(let value), _) = meaning { value } else { nil }
  }
}

extension Graph {
  /// The stored tensor that a value is.
  fileprivate func storedTensor(of value: Value.ID) -> Tensor? {
    guard case .initializer(let region) = values[value].definition else { return nil }
    return regions[region].initializers.first { $0.value == value }?.tensor
  }
}
