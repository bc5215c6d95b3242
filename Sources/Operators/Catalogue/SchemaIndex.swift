/// Where in the table each version of each operator stands.
struct SchemaIndex: Sendable {
  /// One version of an operator.
  struct Entry: Sendable {
    var domain: String
    var name: String
    var since: Int
    var isDeprecated = false
    /// The versions before it that no operator set of the table means, ascending.
    var earlier: [Int] = []
    /// The bytes of the lines after the `op` line.
    var facts: Range<Int>
    /// The position among all entries.
    var slot: Int
  }

  struct Domain: Sendable {
    var newestOpset: Int
    /// The versions of each operator, ascending.
    var entries: [String: [Entry]] = [:]
    /// Sorted, as in the table.
    var names: [String] = []
  }

  let text: StaticString
  /// Keyed by canonical domain.
  private(set) var domains: [String: Domain] = [:]
  private(set) var count = 0

  /// Finds the `domain` and `op` lines, in time linear in the table.
  init(_ text: StaticString) {
    self.text = text
    var entries: [Entry] = []
    var domain = ""
    text.withUTF8Buffer { bytes in
      for line in SchemaLines(bytes, in: 0..<bytes.count) {
        // `op ` and `domain `: no other line begins with these letters and a blank so early.
        let first = bytes[line.lowerBound]
        guard
          first == UInt8(ascii: "d") || first == UInt8(ascii: "o") && bytes[line.lowerBound + 1] == UInt8(ascii: "p")
        else { continue }
        var words = SchemaWords(bytes, in: line)
        let isOperator = words.next() == "op"
        guard let name = words.next(), let version = words.next().flatMap({ Int($0) }) else { continue }
        if !entries.isEmpty, entries[entries.count - 1].facts.isEmpty {
          entries[entries.count - 1].facts = entries[entries.count - 1].facts.lowerBound..<line.lowerBound
        }
        if isOperator {
          let start = min(line.upperBound + 1, bytes.count)
          var entry = Entry(domain: domain, name: name, since: version, facts: start..<start, slot: entries.count)
          while let word = words.next() {
            if word == "deprecated" { entry.isDeprecated = true }
            if let version = Int(word) { entry.earlier.append(version) }
          }
          entries.append(entry)
        } else {
          domain = Catalogue.canonical(name)
          domains[domain] = Domain(newestOpset: version)
        }
      }
      if let last = entries.indices.last { entries[last].facts = entries[last].facts.lowerBound..<bytes.count }
    }
    count = entries.count
    for entry in entries {
      if domains[entry.domain]?.entries[entry.name]?.append(entry) == nil {
        domains[entry.domain]?.entries[entry.name] = [entry]
        domains[entry.domain]?.names.append(entry.name)
      }
    }
  }

  /// The schema that the lines of `entry` say.
  func schema(of entry: Entry) -> OperatorSchema {
    var lines = OperatorSchema.Lines()
    text.withUTF8Buffer { bytes in
      for line in SchemaLines(bytes, in: entry.facts) {
        var words = SchemaWords(bytes, in: line)
        lines.read(&words)
      }
    }
    return OperatorSchema(
      domain: entry.domain, name: entry.name, sinceVersion: entry.since, isDeprecated: entry.isDeprecated,
      inputs: lines.inputs, outputs: lines.outputs, attributes: lines.attributes,
      typeConstraints: lines.typeConstraints)
  }
}
