import Graphs
import Semantics
import Syntax
import Tensors

extension EditorView {
  /// What something is in one instance of the block around it.
  struct InInstance: Hashable {
    var text: String
    /// Which of the analysis' models has the instance.
    var model: Int
    var instance: Graphs.Instance.ID?

    /// Where it is that.
    var place: Self { InInstance(text: "", model: model, instance: instance) }
  }

  /// What something is in each of several instances, those that are alike together; `nil` where all are alike.
  ///
  /// - Parameter listsAlike: whether they are told all the same.
  func lines(of found: [InInstance], listsAlike: Bool = false) -> String? {
    var groups: [(text: String, instances: [InInstance])] = []
    var indices: [String: Int] = [:]
    for entry in found {
      if let index = indices[entry.text] {
        groups[index].instances.append(entry)
      } else {
        indices[entry.text] = groups.count
        groups.append((entry.text, [entry]))
      }
    }
    guard groups.count > 1 || listsAlike && !groups.isEmpty else { return nil }
    // What every instance is in turn, its rounds make it.
    let places = Set(found.map(\.place))
    if !listsAlike, groups.allSatisfy({ Set($0.instances.map(\.place)) == places }) {
      let lines = groups.prefix(6).map { group in
        let times = group.instances.count / places.count
        return "- \(group.text)" + (times > 1 ? " × \(times)" : "")
      }
      return (["In its rounds:"] + lines + Self.rest(of: groups.count)).joined(separator: "\n")
    }
    let paths = Dictionary(
      uniqueKeysWithValues: Set(found.map(\.model)).map { ($0, InstancePaths(analysis.elaborations[$0].model.graph)) })
    var lines = groups.prefix(6).map { group in
      var named: [String] = []
      for entry in group.instances {
        guard let path = paths[entry.model]?.path(of: entry.instance), !path.isEmpty else { continue }
        let model = paths.count > 1 ? " in \(analysis.elaborations[entry.model].declaration.name)" : ""
        let name = "`\(path)`\(model)"
        if named.last != name { named.append(name) }
      }
      let names = named.prefix(3).joined(separator: ", ")
      let times = group.instances.count > 1 ? " × \(group.instances.count)" : ""
      let rest = named.count > 3 ? " and \(named.count - 3) more" : ""
      return "- \(group.text)\(times)" + (names.isEmpty ? "" : ": \(names)\(rest)")
    }
    lines += Self.rest(of: groups.count)
    return (["In its instances:"] + lines).joined(separator: "\n")
  }

  /// How many of several things are not listed.
  private static func rest(of count: Int) -> [String] {
    count > 6 ? [count == 7 ? "- and 1 other" : "- and \(count - 6) others"] : []
  }

  /// What a name is in the instances of the block around it and in the rounds of a `repeat`, where that differs.
  func lines(ofNameAt place: Place, in elaboration: Elaboration) -> String? {
    // A place may be looked at several times.
    var known: Set<InInstance> = []
    let found = models(at: place, besides: elaboration).flatMap { model -> [InInstance] in
      let elaboration = analysis.elaborations[model]
      return observations(at: place, in: elaboration).compactMap { index -> InInstance? in
        let observation = elaboration.observations[index]
        let term: Term
        switch observation.meaning {
        case .binding(let bound): term = bound
        case .use(let used, _): term = used
        case .results, .callee: return nil
        }
        return description(of: term, in: elaboration).map {
          InInstance(text: "`\($0)`", model: model, instance: observation.instance)
        }
      }
    }.filter { known.insert($0).inserted }
    return lines(of: found)
  }

  /// What instances give and how many parameters they have.
  func lines(of instances: [ModelInstances], listsAlike: Bool = false) -> String? {
    let found = instances.flatMap { each -> [InInstance] in
      let elaboration = analysis.elaborations[each.model]
      let graph = elaboration.model.graph
      let sizes = sizes(of: elaboration)
      let totals = figures(of: elaboration).totalParameters()
      return each.instances.map { id in
        let types = graph.instances[id].outputs.map { "`\(sizes.applied(to: graph.values[$0].type))`" }
        let parameters = totals[id.index] > 0 ? ["\(Quantity.grouped(totals[id.index])) parameters"] : []
        return InInstance(text: (types + parameters).joined(separator: ", "), model: each.model, instance: id)
      }
    }
    return lines(of: found.filter { !$0.text.isEmpty }, listsAlike: listsAlike)
  }

  /// The instances that a call makes, in the models that have the place.
  func instances(calledBy call: Syntax, besides elaboration: Elaboration) -> [ModelInstances] {
    models(at: call.place, besides: elaboration).compactMap { model in
      let made = figures(of: analysis.elaborations[model]).instances(calledAt: call.place)
      return made.isEmpty ? nil : ModelInstances(model: model, instances: made)
    }
  }

  /// What a call gives each time that it is made, with the instance of the block or scope that it is made in.
  typealias CallResults = (values: [Value.ID], instance: Graphs.Instance.ID?)

  /// The values that a call gives, in the order of its instances and rounds.
  func results(of call: Syntax, in elaboration: Elaboration) -> [CallResults] {
    let graph = elaboration.model.graph
    let place = call.place
    let made = graph.instances.indices.filter { id in
      graph.instances[id].call.map { place == Place($0) } ?? false && !graph.instances[id].outputs.isEmpty
    }
    if !made.isEmpty { return made.map { (graph.instances[$0].outputs, graph.instances[$0].parent) } }
    // An operator that the set lacks is several nodes, the last of which gives what the call does.
    var groups: [(instance: Graphs.Instance.ID?, nodes: [Node.ID])] = []
    var places: [Graphs.Instance.ID?: Int] = [:]
    for id in graph.nodes.indices where graph.nodes[id].origin.source.map({ Place($0) == place }) ?? false {
      let instance = graph.nodes[id].origin.instance
      if let known = places[instance] {
        groups[known].nodes.append(id)
      } else {
        places[instance] = groups.count
        groups.append((instance, [id]))
      }
    }
    let callee = call.kind == .call ? call.firstChild ?? call : call
    let times = Dictionary(
      grouping: observations(at: callee.place, in: elaboration).filter {
        if case .callee = elaboration.observations[$0].meaning { true } else { false }
      }, by: { elaboration.observations[$0].instance }
    ).mapValues(\.count)
    return groups.flatMap { instance, nodes -> [CallResults] in
      // A label is observed around the scope that it makes.
      let observed = instance.flatMap { times[$0] ?? graph.instances[$0].parent.flatMap { times[$0] } } ?? 1
      let rounds = nodes.count.isMultiple(of: max(1, observed)) ? max(1, observed) : 1
      let each = nodes.count / rounds
      return (1...rounds).map { (graph.nodes[nodes[$0 * each - 1]].outputs.compactMap(\.self), instance) }
    }
  }

  /// What a call of an operator gives in each instance of the block around and in each round, where that differs.
  func lines(ofResultsOf call: Syntax, in elaboration: Elaboration) -> String? {
    let found = models(at: call.place, besides: elaboration).flatMap { model -> [InInstance] in
      let elaboration = analysis.elaborations[model]
      let graph = elaboration.model.graph
      let sizes = sizes(of: elaboration)
      return results(of: call, in: elaboration).map { values, instance in
        let types = values.map { "`\(sizes.applied(to: graph.values[$0].type))`" }
        return InInstance(text: types.joined(separator: ", "), model: model, instance: instance)
      }
    }
    return lines(of: found.filter { !$0.text.isEmpty })
  }

  /// The observations of a place in an elaboration, in order.
  func observations(at place: Place, in elaboration: Elaboration) -> [Int] {
    for (candidate, starts) in zip(analysis.elaborations, observedStarts)
    where candidate.declaration.syntax == elaboration.declaration.syntax {
      return starts.value.indices(of: place.range.lowerBound).filter { elaboration.observations[$0].place == place }
    }
    return []
  }
}
