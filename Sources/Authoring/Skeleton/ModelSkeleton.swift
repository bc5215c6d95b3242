package import Checkpoints
import Operators
import Semantics
import Syntax
import Tensors

/// A text for the model that a checkpoint is of, as far as the names and sizes of its tensors tell.
///
/// Layers are in the order of the tensors, and each takes the nearest result that fits.
package enum ModelSkeleton {
  /// How much a text takes for granted.
  package enum Style: CaseIterable, Sendable {
    /// Layers of the library, blocks, repetitions.
    case layers
    /// A parameter for each tensor.
    case parameters
  }

  /// The text, in the layout of `mica format`.
  ///
  /// - Parameters:
  ///   - weights: the file's path as the text writes it.
  ///   - name: the model's.
  ///   - taken: names that no block may have.
  package static func text(
    of file: WeightsFile, weights: String, model name: String, taken: Set<String> = [], style: Style = .layers
  ) -> [UInt8] {
    let text = SkeletonFile(file, weights: weights, model: name, taken: taken, style: style).lines
      .joined(separator: "\n")
    return SyntaxTree.parse(Array((text + "\n").utf8), file: 0).formatted().text
  }
}

/// One such text on its way.
private struct SkeletonFile {
  let file: WeightsFile
  let weights: String
  let model: String
  let taken: Set<String>
  let style: ModelSkeleton.Style
  /// What stands before every name.
  private var prefix = ""
  /// Patterns of tensors that are no part of a model, or that nobody can bind.
  private var ignored: [String] = []
  private var tensors: [(path: String, tensor: Tensor)] = []
  /// Tensors whose names are no paths.
  private var odd: [(path: String, tensor: Tensor)] = []

  init(_ file: WeightsFile, weights: String, model: String, taken: Set<String>, style: ModelSkeleton.Style) {
    self.file = file
    self.weights = weights
    self.model = model
    self.taken = taken
    self.style = style
    var counters = false
    var optimizer: Set<String> = []
    // What is inside of an ONNX file's nodes has a place and no name to bind it by.
    for entry in file.entries where file.format != .onnx || !entry.name.hasPrefix("@") {
      guard let tensor = entry.tensor, tensor.element != .string else {
        ignored.append(entry.name)
        continue
      }
      let parts = entry.name.split(separator: ".", omittingEmptySubsequences: false)
      if style == .layers, parts.count > 1, parts.last == "num_batches_tracked" {
        counters = true
      } else if style == .layers, parts.count > 1, parts[0].hasPrefix("optimizer") {
        optimizer.insert("\(parts[0]).*")
      } else if style == .layers, parts.count <= TensorTree.maximumDepth, !parts.contains("") {
        tensors.append((entry.name, tensor))
      } else {
        odd.append((entry.name, tensor))
      }
    }
    if counters { ignored.append("*.num_batches_tracked") }
    ignored += optimizer.sorted()
    if odd.isEmpty { takePrefix() }
  }

  /// Takes what all names begin with off them.
  private mutating func takePrefix() {
    while let first = tensors.first?.path.split(separator: ".").first,
      tensors.allSatisfy({ $0.path.hasPrefix("\(first).") }), Int(first) == nil
    {
      let length = first.utf8.count + 1
      // The last two parts are a layer's name and its parameter's.
      guard tensors.contains(where: { $0.path.split(separator: ".").count > 2 }) else { return }
      prefix += "\(first)."
      tensors = tensors.map { (String($0.path.utf8.dropFirst(length)) ?? $0.path, $0.tensor) }
    }
  }

  private var element: ElementType {
    var counts: [ElementType: Int] = [:]
    for (_, tensor) in tensors where tensor.element.isFloatingPoint { counts[tensor.element, default: 0] += 1 }
    return counts.max { ($0.value, $1.key.spelling) < ($1.value, $0.key.spelling) }?.key ?? .f32
  }

  var lines: [String] {
    var writer = SkeletonWriter(TensorTree(tensors), element: element, taken: taken.union([model]))
    var body = SkeletonBody()
    for (path, tensor) in odd {
      let isParameter = [.f64, .f32, .f16, .bf16].contains(tensor.element)
      body.parameterNames.insert(path)
      body.lines.append(
        .parameter(
          "\(isParameter ? "param" : "buffer") \(SkeletonName.quoted(path)): \(tensor.typeDescription)"
            + (isParameter ? "" : " = zeros")))
    }
    writer.write(partsOf: 0, "", to: &body)
    return heading(usesConv1D: writer.usesConv1D) + writer.declarations.flatMap { $0 + [""] } + modelLines(body, writer)
  }

  private func heading(usesConv1D: Bool) -> [String] {
    let elements = file.entries.reduce(into: 0) { sum, entry in
      sum.add(entry.sizes.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue })
    }
    return ["use onnx 21"] + (usesConv1D ? ["import std.text"] : []) + [
      "",
      "// Written from the \(Quantity.grouped(file.entries.count)) tensors of a checkpoint, \(Quantity.grouped(elements)) elements.",
      "// Names and sizes are the checkpoint's. It does not say how layers are connected, nor strides, paddings,",
      "// activations or heads: each layer takes the nearest result that fits. Complete it.", "",
    ]
  }

  private func modelLines(_ body: SkeletonBody, _ writer: SkeletonWriter) -> [String] {
    let returned = Array(body.terminals.suffix(16))
    let signals = body.inputSignals
    let written = body.written(inputNames: signals.map(\.modelInputName), returning: returned)
    var inputs = zip(written.inputs, writer.types(of: signals)).map { "\($0): \($1)" }
    var results = returned.enumerated().map { index, value in
      "\(returned.count == 1 ? "output" : "output\(index + 1)"): \(writer.type(of: body.signals[value]))"
    }
    var values = written.returned
    if returned.isEmpty {
      let input = SkeletonBody.free("input", body.parameterNames)
      inputs = ["\(input): f32[\(writer.size("N"))]"]
      results = ["\(SkeletonBody.free("output", body.parameterNames)): f32[\(writer.size("N"))]"]
      values = [input]
    }
    return ["model \(model)(\(inputs.joined(separator: ", "))) -> (\(results.joined(separator: ", "))) {"]
      + ["    weights \(quoted(weights))\(options)", ""] + written.lines
      + ["    return \(values.joined(separator: ", "))", "}"]
  }

  /// What stands behind the name of the file.
  private var options: String {
    var parts: [String] = []
    if !prefix.isEmpty { parts.append("prefix=\(quoted(prefix))") }
    if !ignored.isEmpty { parts.append("ignore=[\(ignored.map(quoted).joined(separator: ", "))]") }
    return parts.isEmpty ? "" : " (\(parts.joined(separator: ", ")))"
  }

  private func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n") + "\""
  }
}
