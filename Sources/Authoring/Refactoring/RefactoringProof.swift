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

  /// `nil` where the file itself exports nothing.
  init?(_ file: SourceFile, _ proof: RefactoringProof) {
    let before = proof.analyse(file)
    guard !before.elaborations.isEmpty, !before.diagnostics.contains(where: { $0.severity == .error }) else {
      return nil
    }
    (self.file, self.proof, self.before) = (file, proof, before)
  }

  /// The edits that lead to a text in the language's layout, where every model of it is exported as before.
  ///
  /// - Parameter takesOpset: whether the operator set may be another one.
  func edits(to text: [UInt8], takesOpset: Bool = false) -> [Fix.Edit]? {
    let wasLaidOut = !file.tree.formatted().isChanged
    let tree = SyntaxTree.parse(text, file: file.number)
    guard tree.diagnostics.isEmpty else { return nil }
    let final = wasLaidOut ? tree.formatted().text : text
    let after = proof.analyse(SourceFile(path: file.path, source: final, number: file.number))
    guard !after.diagnostics.contains(where: { $0.severity == .error }),
      after.elaborations.count == before.elaborations.count
    else { return nil }
    for (old, new) in zip(before.elaborations, after.elaborations) {
      var model = new.model
      if takesOpset { (model.opsetImports, model.irVersion) = (old.model.opsetImports, old.model.irVersion) }
      guard old.declaration.name == new.declaration.name, ModelDifference.first(old.model, model) == nil else {
        return nil
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
