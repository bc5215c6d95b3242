import ArgumentParser
import Authoring
import JSON
import Operators

/// `mica operators`.
struct OperatorsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "operators", abstract: "Print the operators that there are, and what is known of each.")

  @Option(help: ArgumentHelp("Only those of a domain, such as ai.onnx or com.microsoft.", valueName: "DOMAIN"))
  var domain: String?

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard let domain, !OperatorList.domains.contains(domain) else { return }
    let nearest = Catalogue.nearest(to: domain, in: OperatorList.domains).map { "is `\($0)` meant?" }
    throw ValidationError(
      "there is no domain `\(domain)`; " + (nearest ?? "there are \(OperatorList.domains.joined(separator: ", "))"))
  }

  func run() throws {
    let list = OperatorList(domain: domain)
    if json {
      Console.output(list.json.serialized(pretty: true) + [UInt8(ascii: "\n")])
    } else {
      Console.output(list.table)
    }
  }
}
