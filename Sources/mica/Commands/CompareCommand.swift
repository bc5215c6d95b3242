import ArgumentParser
import Execution
import Graphs
import JSON

/// `mica compare A B`.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Run two models in ONNX Runtime on the same inputs, and print how near their results are.",
    discussion: "SQNR is 20 log10(|x| / |x - y|) in dB, x being the first model's results and y the second's.")

  @Argument(help: "A Mica or an ONNX file.", completion: .models)
  var before: String

  @Argument(help: "Another one.", completion: .models)
  var after: String

  @Option(
    help: ArgumentHelp(
      "Samples to run on: a .npz file with an array for each input, a .npy file for the only input, or a folder of them.",
      valueName: "PATH"), completion: .file())
  var data: String?

  @Flag(help: "Compare what is computed on the way too: values of numbers with the same name in both models.")
  var layers = false

  @Option(help: ArgumentHelp("Exit with code 1 where an output is below this.", valueName: "DB"))
  var minSqnr: Double?

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var samples: SampleOptions

  func run() throws {
    let runtime = try LoadedSession.runtime()
    let files = (try LoadedSession.file(before), try LoadedSession.file(after))
    let sessions = (
      try LoadedSession.session(files.0, before, runtime), try LoadedSession.session(files.1, after, runtime)
    )
    let inputs = sessions.0.inputs + sessions.1.inputs.filter { !sessions.0.inputs.map(\.name).contains($0.name) }
    let (pairs, unpaired) = Comparison.outputs(sessions.0.outputs, sessions.1.outputs)
    if pairs.isEmpty { try LoadedSession.fail(after, "it has no output that \(before) has too") }
    var report = ComparisonReport(before: before, after: after, runtime: runtime)
    report.notes = unpaired.map { "the output `\($0)` is only one model's" }
    var outputs = Comparison(sessions.0, sessions.1, pairs: pairs)
    var interior = layers ? try LayerComparison(before, after, runtime) : nil
    do {
      let (samples, notes) = try samples.samples(at: data, for: inputs)
      report.notes += notes
      report.sampleCount = samples.count
      for index in 0..<samples.count {
        let values = try samples.runtimeValues(at: index, runtime)
        try outputs.add(values)
        try interior?.comparison.add(values)
      }
    } catch {
      try LoadedSession.fail(data ?? before, "\(error)")
    }
    report.outputs = outputs.pairs
    if let interior { report.layers = interior.rows }
    if json { Console.output(report.json) } else { Console.output(report.text) }
    if let minSqnr, report.outputs.contains(where: { ($0.agreement.sqnr ?? -.infinity) < minSqnr }) {
      throw ExitCode(1)
    }
  }
}
