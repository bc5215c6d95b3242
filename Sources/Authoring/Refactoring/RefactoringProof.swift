import Formats
import Graphs
package import Semantics
import Syntax

/// Elaborates texts, so that a refactoring can be held against the text before it.
package struct RefactoringProof: Sendable {
  private let analyse: @Sendable (SourceFile, [String: [UInt8]]) -> Analysis

  /// - Parameter analyse: analyses a text of the file as exporting does, with other texts for files by their paths.
  package init(_ analyse: @escaping @Sendable (SourceFile, [String: [UInt8]]) -> Analysis) {
    self.analyse = analyse
  }

  func analyse(_ file: SourceFile, among texts: [String: [UInt8]] = [:]) -> Analysis { analyse(file, texts) }
}

/// Texts that export what a file does.
struct ProvenTexts {
  private let file: SourceFile
  private let proof: RefactoringProof
  private let before: Analysis

  /// - Throws: where the file itself exports nothing.
  init(_ file: SourceFile, _ proof: RefactoringProof) throws(RefactoringProblem) {
    let before = proof.analyse(file)
    guard !before.elaborations.isEmpty else { throw RefactoringProblem(reason: "no model of the file uses it") }
    if let mistake = before.diagnostics.first(where: { $0.severity == .error }) {
      let isHere = mistake.place.file == file.number
      let line = isHere ? " in line \(file.position(of: mistake.place.range.lowerBound).line)" : ""
      throw RefactoringProblem(reason: "the text has a mistake\(line): \(mistake.message)")
    }
    (self.file, self.proof, self.before) = (file, proof, before)
  }

  /// The edits that lead to a text in the language's layout, where every model of it is exported as before; else `nil`.
  ///
  /// - Parameter takesOpset: whether the operator set may be another one.
  func edits(to text: [UInt8], takesOpset: Bool = false) -> [Fix.Edit]? {
    try? provenEdits(to: text, takesOpset: takesOpset)
  }

  /// The same.
  ///
  /// - Throws: where the text does not stand, or a model is exported otherwise.
  func provenEdits(to text: [UInt8], takesOpset: Bool = false) throws(RefactoringProblem) -> [Fix.Edit] {
    let wasLaidOut = !file.tree.formatted().isChanged
    let tree = SyntaxTree.parse(text, file: file.number)
    if let mistake = tree.diagnostics.first {
      throw RefactoringProblem(reason: "it would not be sound: \(mistake.message)")
    }
    let final = wasLaidOut ? tree.formatted().text : text
    let after = proof.analyse(SourceFile(path: file.path, source: final, number: file.number))
    if let mistake = after.diagnostics.first(where: { $0.severity == .error }) {
      throw RefactoringProblem(reason: "it would not be sound: \(mistake.message)")
    }
    guard after.elaborations.count == before.elaborations.count else {
      throw RefactoringProblem(reason: "the file would have other models")
    }
    for (old, new) in zip(before.elaborations, after.elaborations) {
      var model = new.model
      if takesOpset { (model.opsetImports, model.irVersion) = (old.model.opsetImports, old.model.irVersion) }
      guard old.declaration.name == new.declaration.name else {
        throw RefactoringProblem(reason: "the file would have other models")
      }
      if let difference = ModelDifference.first(old.model, model) {
        throw RefactoringProblem(reason: "what is exported would be another: \(difference)", isOfExport: true)
      }
    }
    return Self.edits(from: file.tree.source, to: final, in: file.number)
  }

  /// One edit of whole lines.
  private static func edits(from old: [UInt8], to new: [UInt8], in file: UInt32) -> [Fix.Edit] {
    let newline = UInt8(ascii: "\n")
    var start = zip(old, new).prefix { $0 == $1 }.count
    start = old[..<start].lastIndex(of: newline).map { $0 + 1 } ?? 0
    let limit = min(old.count, new.count) - start
    var tail = zip(old.reversed(), new.reversed()).prefix(limit, where: { $0 == $1 })
    while tail > 0, old[old.count - tail - 1] != newline { tail -= 1 }
    let text = String(decoding: new[start..<(new.count - tail)], as: UTF8.self)
    return [Fix.Edit(Place(file: file, range: start..<(old.count - tail)), text)]
  }
}

extension Sequence {
  /// How many of the first elements, and no more than `limit`, meet a condition.
  fileprivate func prefix(_ limit: Int, where isWanted: (Element) -> Bool) -> Int {
    var count = 0
    for element in self {
      guard count < limit, isWanted(element) else { break }
      count += 1
    }
    return count
  }
}
