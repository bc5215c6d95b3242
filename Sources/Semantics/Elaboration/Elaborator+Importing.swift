import Graphs
import Operators
import Syntax
import Tensors

// `@imported`: what a text leaves out is as in the ONNX file that it names as its weights.

extension Elaborator {
  /// The model in the first weights file that holds one; `nil`, with a report, where there is none.
  mutating func importedModel() -> Model? {
    for index in weights.indices {
      switch opened(index)?.checkpoint {
      case .success(let checkpoint)?: if let model = checkpoint.model { return model }
      case .failure(let error)?:
        report(.unreadableWeights(error, isError: true, at: weights[index].place))
        return nil
      case nil: return nil
      }
    }
    report(.importedFromNothing(model))
    return nil
  }

  /// Gives the graph what the file says beside the computation.
  mutating func adopt(_ file: Model, into graph: inout Graph) {
    let adoption = FileAdoption(
      graph, of: file.graph, implied: .catalogued(file.opsetImports),
      named: (namedNodes, Set(givenNames.keys)))
    graph = adoption.graph
    namedNodes.formUnion(adoption.adopted)
    judge(adoption)
    for (name, value) in adoption.adoptedInitializers where references[name] == nil {
      for (index, statement) in weights.enumerated() {
        guard let opened = opened(index), case .success(let checkpoint) = opened.checkpoint,
          let position = opened.positions[name]
        else { continue }
        references[name] = TensorReference(
          name: name, tensor: checkpoint.tensors[position].tensor, value: value, statement: statement,
          position: (index, position))
      }
    }
  }
}

// MARK: - What an edit has brought

extension Elaborator {
  /// What is wrong with a call where it is not as in the file that its text was imported from.
  struct Doubt {
    var call: SourceRange
    /// Whether the call alone decides, and not what it is given.
    var isOfCallAlone: Bool
    /// An error.
    var diagnostic: Diagnostic
  }

  /// Keeps an error of a call that may be as a file says it: then it stands.
  mutating func doubt(_ diagnostic: Diagnostic, of call: Place, isOfCallAlone: Bool = true) {
    if isImported, calls.isEmpty, options.adoptsFile {
      doubts.append(Doubt(call: SourceRange(call), isOfCallAlone: isOfCallAlone, diagnostic: diagnostic))
    }
  }

  /// Reports the doubts of calls that are not the file's, or that are given something else than there, in the place of what
  /// was said of them before.
  private mutating func judge(_ adoption: FileAdoption) {
    guard !doubts.isEmpty else { return }
    let graph = adoption.graph
    var (other, computed): (Set<SourceRange>, Set<SourceRange>) = ([], [])
    for region in graph.regions.indices {
      for node in graph.regions[region].nodes {
        guard let source = graph.nodes[node].origin.source else { continue }
        if !adoption.same.contains(node) { other.insert(source) }
        if !adoption.unchanged.contains(node) { computed.insert(source) }
      }
    }
    for doubt in doubts where (doubt.isOfCallAlone ? other : computed).contains(doubt.call) {
      diagnostics.removeAll { $0.severity != .error && $0.place == doubt.diagnostic.place }
      diagnostics.append(doubt.diagnostic)
    }
  }
}

extension Model {
  /// Takes what a text does not say from the file that it was imported from.
  ///
  /// - Parameter annotated: the annotations that the text has for the model; what they say is not taken.
  mutating func takeOver(_ file: Model, annotated: [String]) {
    irVersion = file.irVersion
    (producerName, producerVersion) = (file.producerName, file.producerVersion)
    (domain, modelVersion) = (file.domain, file.modelVersion)
    if !annotated.contains(where: { ["doc", "meta", "raw"].contains($0) }) { annotations = file.annotations }
    training = file.training
    if !annotated.contains("device") { deviceConfigurations = file.deviceConfigurations }
    if functions.isEmpty { functions = file.functions }
    let opsets = file.opsetImports.map { OpsetImport(domain: $0.domain, version: $0.version) }
    if opsets == opsetImports { opsetImports = file.opsetImports }
  }
}

extension Diagnostic {
  fileprivate static func importedFromNothing(_ model: Declaration) -> Diagnostic {
    Diagnostic(
      "imported-from-nothing",
      "`@imported` takes names from the ONNX file that `weights \"….onnx\"` names, and `\(model.name)` names none",
      at: model.namePlace)
  }
}
