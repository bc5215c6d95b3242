/// Two sessions that are run on the same samples, and values of theirs compared.
package struct Comparison: Sendable {
  package private(set) var pairs: [ValuePair]
  private let before: Session
  private let after: Session

  /// - Parameter pairs: the names of outputs, of one session and of the other.
  package init(_ before: Session, _ after: Session, pairs: [(before: String, after: String)]) {
    (self.before, self.after) = (before, after)
    self.pairs = pairs.map { ValuePair($0.before, $0.after) }
  }

  /// Runs both on a sample.
  ///
  /// - Parameter values: what the inputs of both take, by name.
  package mutating func add(_ values: [String: RuntimeValue], control: RunControl? = nil) throws(RuntimeError) {
    let left = try before.run(values, outputs: pairs.map(\.before), control: control)
    let right = try after.run(values, outputs: pairs.map(\.after), control: control)
    for index in pairs.indices { pairs[index].add(left[index], right[index]) }
  }

  /// The outputs of two sessions that belong together: those with the same name, or where none has, those at the same place
  /// if there are as many.
  package static func outputs(
    _ before: [SessionValue], _ after: [SessionValue]
  ) -> (pairs: [(before: String, after: String)], unpaired: [String]) {
    let names = Set(after.map(\.name))
    let same = before.map(\.name).filter(names.contains)
    if same.isEmpty, before.count == after.count { return (zip(before, after).map { ($0.name, $1.name) }, []) }
    let unpaired = Set(before.map(\.name)).symmetricDifference(names)
    return (same.map { ($0, $0) }, unpaired.sorted())
  }
}
