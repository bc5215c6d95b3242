// Names for what passes between calls, and the statements with them.

extension SkeletonBody {
  /// Names of values that are free for any use.
  private static let pool = ["x", "y", "z", "u", "v", "w"]

  /// The statements, and the names of inputs and of returned values.
  ///
  /// - Parameters:
  ///   - inputNames: what inputs are called where these names are free.
  ///   - returned: the values that are still wanted at the end.
  func written(inputNames: [String], returning returned: [Int]) -> (
    lines: [String], inputs: [String], returned: [String]
  ) {
    var lastUse = [Int](repeating: -1, count: signals.count)
    for (index, call) in calls.enumerated() {
      for value in call.inputs + (call.addend.map { [$0] } ?? []) { lastUse[value] = index }
    }
    // What nobody takes yet is for the reader to use: it keeps its name.
    for value in returned + terminals { lastUse[value] = .max }
    var names = [String](repeating: "", count: signals.count)
    var kept: Set<String> = []
    for (value, wanted) in zip(inputs, inputNames) {
      names[value] = Self.free(wanted, parameterNames.union(kept))
      kept.insert(names[value])
    }
    var owners: [String: Int] = [:]
    for (index, call) in calls.enumerated() {
      func isFree(_ name: String) -> Bool {
        guard !parameterNames.contains(name) else { return false }
        if let owner = owners[name] { return lastUse[owner] <= index }
        guard let input = inputs.first(where: { names[$0] == name }) else { return true }
        // An input keeps its name, but for the one that all code calls x.
        return name == "x" && lastUse[input] <= index
      }
      let own = call.inputs.first.map { names[$0] } ?? "x"
      let candidates = [call.addend.map { names[$0] } ?? own] + Self.pool
      let isCarried = carried.contains(call.result)
      let name = isCarried ? own : candidates.first(where: isFree) ?? Self.free("x", Set(names).union(parameterNames))
      names[call.result] = name
      owners[name] = call.result
    }
    return (text(lines, names, indentation: 1), inputs.map { names[$0] }, returned.map { names[$0] })
  }

  /// The results that each round of a repetition takes from the one before.
  private var carried: Set<Int> {
    Set(
      lines.flatMap { line -> [Int] in
        guard case .repetition(_, _, let body) = line else { return [] }
        return body.compactMap { line in
          guard case .call(let call) = line, let input = call.inputs.first, signals[input] == signals[call.result]
          else {
            return nil
          }
          return call.result
        }
      })
  }

  /// A name that is wanted, with a number where it is taken.
  static func free(_ wanted: String, _ taken: Set<String>) -> String {
    guard taken.contains(wanted) else { return wanted }
    return (2...).lazy.map { "\(wanted)\($0)" }.first { !taken.contains($0) } ?? wanted
  }

  private func text(_ lines: [Line], _ names: [String], indentation: Int) -> [String] {
    let space = String(repeating: "    ", count: indentation)
    return lines.flatMap { line -> [String] in
      switch line {
      case .parameter(let text): [space + text]
      case .call(let call): [space + text(of: call, names)]
      case .repetition(let variable, let rounds, let body):
        ["\(space)repeat \(variable) in \(rounds.lowerBound)..<\(rounds.upperBound + 1) {"]
          + text(body, names, indentation: indentation + 1) + [space + "}"]
      }
    }
  }

  private func text(of call: Call, _ names: [String]) -> String {
    let inputs = call.inputs.map { names[$0] }
    let result = "\(names[call.result]) = "
    if inputs.count == 1, call.addend == nil {
      let arguments = call.arguments.isEmpty ? "" : "(\(call.arguments.joined(separator: ", ")))"
      let pool = call.isPooled ? "GlobalAveragePool |> Flatten |> " : ""
      return "\(result)\(inputs[0]) |> \(pool)\(call.label): \(call.callee)\(arguments)"
    }
    let arguments = (inputs + call.arguments).joined(separator: ", ")
    return "\(result)\(call.addend.map { "\(names[$0]) + " } ?? "")\(call.label): \(call.callee)(\(arguments))"
  }
}
