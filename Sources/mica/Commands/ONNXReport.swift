import Operators

/// Problems of an ONNX file as lines; a file without lines of its own has them all on its first.
enum ONNXReport {
  private static let limit = 100

  /// Prints problems, contradictions as `contradiction` says and all others as warnings or hints.
  static func print(_ problems: [ModelProblem], of path: String, contradiction: String) {
    for problem in problems.prefix(limit) {
      let level =
        switch problem.severity {
        case .contradiction: contradiction
        case .gap: "warning"
        case .assumption: "hint"
        }
      Console.error(
        Console.escaped("\(path):1:1: \(level)[\(problem.identifier)]: \(problem.message)", keepsNewlines: false))
    }
    if problems.count > limit { Console.error("… and \(problems.count - limit) more problems") }
  }
}
