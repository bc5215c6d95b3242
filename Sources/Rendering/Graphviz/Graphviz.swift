import JSON
import Processes

/// Why Graphviz has laid nothing out.
package enum GraphvizProblem: Error, Hashable, CustomStringConvertible {
  case missing
  case failed(exitCode: Int32)
  case late(seconds: Int)
  case unreadable

  package var description: String {
    switch self {
    case .missing:
      "the program `dot` of Graphviz lays .svg and .html out, and it is not on PATH; install Graphviz "
        + "(Debian and Ubuntu: apt install graphviz, macOS: brew install graphviz), or write .dot, .mmd or a treemap"
    case .failed(let code): "the program `dot` of Graphviz ended with exit code \(code); `dot -V` tells whether it runs"
    case .late(let seconds):
      "the program `dot` of Graphviz did not end within \(seconds) seconds; a smaller --depth gives it less to lay out"
    case .unreadable: "the program `dot` of Graphviz gave a layout that cannot be read; `dot -V` tells its version"
    }
  }
}

/// Graphviz's layered layout (Gansner, Koutsofios, North and Vo 1993), by the program `dot` on PATH.
enum Graphviz {
  private static let seconds = 60

  /// A drawing of a graph in its language.
  static func svg(of graph: String) throws(GraphvizProblem) -> String {
    String(decoding: try run("svg", graph), as: UTF8.self)
  }

  /// What `dot` prints of graphs in a format.
  static func run(_ format: String, _ graphs: String) throws(GraphvizProblem) -> [UInt8] {
    switch ChildProcess.outcome(of: ["dot", "-T\(format)"], input: Array(graphs.utf8), seconds: seconds) {
    case .printed(let bytes): return bytes
    case .missing: throw .missing
    case .failed(127): throw .missing
    case .failed(let code): throw .failed(exitCode: code)
    case .late: throw .late(seconds: seconds)
    }
  }
}
