package import Graphs
package import Syntax
import Tensors

/// Binds the parameters of a program's models to the tensors of weights files, by state-dict path.
///
/// One binder serves all models of a program: a tensor is unused only where none of them takes it.
package struct WeightsBinder {
  /// Opens the file that a statement names; its path is relative to the file that the statement stands in.
  package typealias Opener = (WeightsStatement) -> Result<Checkpoint, WeightsError>

  /// Tensors of as many elements may stand in a text as literals.
  private static let literalElements = 16

  private let open: Opener
  private var checkpoints: [WeightsStatement.Key: Result<Checkpoint, WeightsError>] = [:]
  private var used: [WeightsStatement.Key: Set<String>] = [:]
  private var statements: [WeightsStatement] = []
  /// The paths of all files that were read or looked for.
  package private(set) var files: Set<String> = []

  package init(open: @escaping Opener) {
    self.open = open
  }

  /// Binds one model; a parameter without a tensor in the model's files, or with one that does not fit, is an error,
  /// told once for all the parameters of one place.
  ///
  /// - Parameter requiresFiles: whether a file that is not there is an error, as for an export, or a warning.
  package mutating func bind(_ elaboration: inout Elaboration, requiresFiles: Bool) {
    var candidates: [String: Candidate] = [:]
    var isComplete = true
    for statement in elaboration.weights {
      switch checkpoint(statement) {
      case .failure(let error):
        elaboration.diagnostics.append(
          .unreadableWeights(error, isError: requiresFiles || !error.isMissing, at: statement.place))
        isComplete = false
        files.formUnion(error.files)
      case .success(let checkpoint):
        files.formUnion(checkpoint.stamps.keys)
        if !statements.contains(where: { $0.place == statement.place }) { statements.append(statement) }
        // The small tensors of the file that a text was imported from are numbers in it.
        if elaboration.declaration.isImported, checkpoint.model != nil {
          let small = checkpoint.tensors.filter { $0.tensor.elementCount <= Self.literalElements }.map(\.name)
          used[statement.key, default: []].formUnion(small)
        }
        var clashes: [(path: String, names: [String])] = []
        for (name, tensor) in checkpoint.tensors + checkpoint.constants {
          guard let path = statement.modelPath(of: name) else { continue }
          if let other = candidates[path] {
            if other.statement.place == statement.place, other.name != name {
              clashes.append((path, [other.name, name]))
            }
          } else {
            candidates[path] = Candidate(name: name, tensor: tensor, statement: statement)
          }
        }
        if let first = clashes.first {
          elaboration.diagnostics.append(.ambiguousWeights(first, count: clashes.count, of: statement))
        }
      }
    }
    guard isComplete, !elaboration.weights.isEmpty else { return }
    bind(&elaboration, to: candidates)
  }

  private struct Candidate {
    var name: String
    var tensor: Tensor
    var statement: WeightsStatement
  }

  private mutating func bind(_ elaboration: inout Elaboration, to candidates: [String: Candidate]) {
    let graph = elaboration.model.graph
    let region = graph.body
    var missing: [(place: Place?, parameters: [(path: String, tensor: Tensor)])] = []
    var groups: [Place?: Int] = [:]
    var conversions = WeightsConversions()
    var misfits: [WeightMisfit] = []
    var use = WeightsUse()
    for index in graph.regions[region].initializers.indices {
      let initializer = graph.regions[region].initializers[index]
      let value = graph.values[initializer.value]
      if let reference = elaboration.references[value.name], reference.value == initializer.value {
        used[reference.statement.key, default: []].insert(reference.name)
        use.boundCount += 1
        continue
      }
      guard initializer.role != .constant else { continue }
      guard let candidate = candidates[value.name] else {
        guard initializer.role == .parameter else { continue }
        // What is added to the text of a file need not be in that file, if the text says all of its numbers.
        if elaboration.isVerbatim, !initializer.tensor.isDrawn { continue }
        let place = elaboration.userPlace(of: value.origin)
        if let (statement, reason) = unreadable(value.name, elaboration.weights) {
          elaboration.diagnostics.append(
            .unreadableWeight(value.name, reason: reason, statement: statement, parameter: place))
          use.misfits.append((value.name, initializer.tensor))
          continue
        }
        let group = groups[place] ?? missing.count
        if group == missing.count {
          groups[place] = group
          missing.append((place, []))
        }
        missing[group].parameters.append((value.name, initializer.tensor))
        use.missing.append((value.name, initializer.tensor))
        continue
      }
      used[candidate.statement.key, default: []].insert(candidate.name)
      let found = candidate.statement.oriented(candidate.tensor, candidate.name)
      let tensor = conversions.tensor(found, as: initializer.tensor, candidate.statement)
      if tensor.sizes == initializer.tensor.sizes, tensor.element == initializer.tensor.element {
        elaboration.model.graph.regions[region].initializers[index].tensor = tensor
        use.boundCount += 1
      } else {
        use.misfits.append((value.name, initializer.tensor))
        misfits.append(
          WeightMisfit(
            path: value.name, name: candidate.name, wanted: initializer.tensor, found: tensor,
            statement: candidate.statement, parameter: elaboration.userPlace(of: value.origin)))
      }
    }
    elaboration.weightsUse = use
    elaboration.diagnostics += misfits.map { .misfit($0, among: misfits) }
    elaboration.diagnostics += conversions.diagnostics
    if missing.isEmpty { return }
    if let mend = PrefixMend(elaboration.weights, use, tensors: { names(of: $0) }) {
      // With it, these are bound.
      used[mend.statement.key, default: []].formUnion(mend.taken)
      elaboration.diagnostics.append(.missingPrefix(mend, count: use.missing.count))
      return
    }
    let unused = candidates.filter { !isUsed($0.value) }.mapValues { candidate in
      (statement: candidate.statement, tensor: candidate.statement.oriented(candidate.tensor, candidate.name))
    }
    for (place, parameters) in missing {
      elaboration.diagnostics.append(
        .missingWeights(parameters, statements: elaboration.weights, candidates: unused, parameter: place))
    }
  }

  /// The names of the tensors of a statement's file.
  private func names(of statement: WeightsStatement) -> [String] {
    guard case .success(let checkpoint)? = checkpoints[statement.key] else { return [] }
    return checkpoint.tensors.map(\.name)
  }

  /// Why the tensor of a path cannot be read, where a file has it.
  private func unreadable(
    _ path: String, _ statements: [WeightsStatement]
  ) -> (statement: WeightsStatement, reason: String)? {
    for statement in statements {
      guard case .success(let checkpoint)? = checkpoints[statement.key], !checkpoint.unreadable.isEmpty else {
        continue
      }
      if let found = checkpoint.unreadable.first(where: { statement.modelPath(of: $0.key) == path }) {
        return (statement, found.value)
      }
    }
    return nil
  }

  private func isUsed(_ candidate: Candidate) -> Bool {
    used[candidate.statement.key]?.contains(candidate.name) ?? false
  }

  private mutating func checkpoint(_ statement: WeightsStatement) -> Result<Checkpoint, WeightsError> {
    if let known = checkpoints[statement.key] { return known }
    let opened = open(statement)
    checkpoints[statement.key] = opened
    return opened
  }

  /// The files that were opened, in the order of the statements that name them.
  package var opened: [Checkpoint] {
    var seen: Set<WeightsStatement.Key> = []
    return statements.compactMap { statement in
      guard seen.insert(statement.key).inserted, case .success(let checkpoint)? = checkpoints[statement.key] else {
        return nil
      }
      return checkpoint
    }
  }

  /// For each `weights` statement, the tensors of its file that no model takes.
  package func unusedTensors() -> [UnusedTensors] {
    statements.compactMap { statement in
      guard case .success(let checkpoint)? = checkpoints[statement.key] else { return nil }
      return UnusedTensors(of: checkpoint, statement, used: used[statement.key] ?? [])
    }
  }

  /// One hint for each `weights` statement whose file holds such.
  package func unusedWeights() -> [Diagnostic] { unusedTensors().map { .unusedWeights($0) } }

  /// One hint for each entry of `rename`, `ignore` and `transpose` that nothing in its file fits.
  package func idleEntries() -> [Diagnostic] {
    statements.flatMap { statement -> [Diagnostic] in
      guard case .success(let checkpoint)? = checkpoints[statement.key] else { return [] }
      return statement.idleEntries(in: checkpoint).map { .idleWeightsEntry($0, of: statement) }
    }
  }
}

/// Why a weights file cannot be read.
package struct WeightsError: Error, Sendable {
  /// Whether the file simply is not there.
  package var isMissing: Bool
  /// What is wrong and what to do, with the file's path.
  package var message: String
  /// The paths of the files that were looked at.
  package var files: [String]

  package init(isMissing: Bool, message: String, files: [String] = []) {
    self.isMissing = isMissing
    self.message = message
    self.files = files
  }
}

extension Elaboration {
  /// The place in the user's text that made something: its own, or the call of the library block that it is in.
  package func userPlace(of origin: Origin) -> Place? {
    let file = declaration.file.number
    if let source = origin.source, source.file == file { return source.place }
    var instance = origin.instance
    while let id = instance {
      if let call = model.graph.instances[id].call, call.file == file { return call.place }
      instance = model.graph.instances[id].parent
    }
    return nil
  }
}

extension Checkpoint {
  /// The names of everything in the file that has one.
  fileprivate var allNames: some Sequence<String> {
    let stored = tensors.map(\.name) + constants.map(\.name) + sparseTensors.map(\.name)
    return stored + unreadable.keys + inner.keys + innerSparse.keys
  }
}

extension WeightsStatement {
  /// The path in the model of a tensor of the file; `nil` for one that the prefix leaves out.
  func modelPath(of name: String) -> String? {
    guard name.hasPrefix(prefix) else { return nil }
    var path = String(name.dropFirst(prefix.count))
    for rename in renames { path = path.replacingSegments(rename.inFile, by: rename.inModel) }
    return path
  }

  /// The entries that change nothing, whatever the models are.
  func idleEntries(in checkpoint: Checkpoint) -> [Entry] {
    // Each `rename` sees what those before have made.
    lazy var paths = (checkpoint.tensors + checkpoint.constants).map(\.name).filter { $0.hasPrefix(prefix) }
      .map { String($0.dropFirst(prefix.count)) }
    return entries.filter { entry in
      switch entry.collection {
      case .rename:
        guard let new = renames.first(where: { $0.inFile == entry.text })?.inModel else { return false }
        let renamed = paths.map { $0.replacingSegments(entry.text, by: new) }
        let isIdle = renamed == paths
        paths = renamed
        return isIdle
      case .ignore: return !checkpoint.allNames.contains { Glob.matches($0, entry.text) }
      case .transpose:
        return !checkpoint.tensors.contains { $0.tensor.sizes.count == 2 && Glob.matches($0.name, entry.text) }
      }
    }
  }

  /// Whether an `ignore` pattern covers the name.
  func ignores(_ name: String) -> Bool { ignored.contains { Glob.matches(name, $0) } }

  /// A tensor of the file as the model has it: transposed where a pattern covers its name, and it has two axes.
  func oriented(_ tensor: Tensor, _ name: String) -> Tensor {
    transposed.contains { Glob.matches(name, $0) } ? tensor.transposed() ?? tensor : tensor
  }
}

extension String {
  /// Replaces a run of dotted segments, wherever it stands between dots or at an end.
  fileprivate func replacingSegments(_ old: String, by new: String) -> String {
    let segments = split(separator: ".", omittingEmptySubsequences: false)
    let pattern = old.split(separator: ".", omittingEmptySubsequences: false)
    guard !pattern.isEmpty, pattern.count <= segments.count else { return self }
    var result: [Substring] = []
    var index = 0
    while index < segments.count {
      if segments[index...].starts(with: pattern) {
        if !new.isEmpty { result.append(new[...]) }
        index += pattern.count
      } else {
        result.append(segments[index])
        index += 1
      }
    }
    return result.joined(separator: ".")
  }
}

/// Patterns in which `*` stands for any text.
enum Glob {
  static func matches(_ text: String, _ pattern: String) -> Bool {
    matches(Array(text.utf8)[...], Array(pattern.utf8)[...])
  }

  /// Whether the text fits the pattern, in time linear in the product of their lengths.
  static func matches(_ text: ArraySlice<UInt8>, _ pattern: ArraySlice<UInt8>) -> Bool {
    var text = text
    var pattern = pattern
    var retry: (text: ArraySlice<UInt8>, pattern: ArraySlice<UInt8>)?
    while true {
      if pattern.first == UInt8(ascii: "*") {
        pattern = pattern.dropFirst()
        retry = (text, pattern)
      } else if let byte = text.first, byte == pattern.first {
        text = text.dropFirst()
        pattern = pattern.dropFirst()
      } else if text.isEmpty, pattern.isEmpty {
        return true
      } else if let last = retry, !last.text.isEmpty {
        text = last.text.dropFirst()
        pattern = last.pattern
        retry = (text, pattern)
      } else {
        return false
      }
    }
  }
}
