package import Syntax

/// How seriously a project takes warnings and hints.
package struct LintLevels: Hashable, Sendable {
  package enum Level: String, CaseIterable, Sendable {
    case off, hint, warning, error
  }

  /// The diagnostics that have a level to choose; whatever else is reported is an error of the language.
  package static let adjustable = [
    "ambiguous-weight", "empty-parameter", "idle-weights-option", "inexact-division", "integer-overflow",
    "nothing-declared", "recorded-type", "step-not-run", "swapped-results", "undeclared-operator", "unknown-dimension",
    "unknown-key", "unnamed-layer", "unreachable", "unused-ignore", "unused-import", "unused-parameter", "unused-value",
    "unused-weights", "weights-converted", "weights-file-missing",
  ]

  package var levels: [String: Level] = [:]

  package init(_ levels: [String: Level] = [:]) {
    self.levels = levels
  }

  /// The diagnostics at their levels, without those that are off; errors stay.
  package func applied(to diagnostics: [Diagnostic]) -> [Diagnostic] {
    diagnostics.compactMap { diagnostic in
      guard diagnostic.severity != .error, let level = levels[diagnostic.identifier] else { return diagnostic }
      var changed = diagnostic
      switch level {
      case .off: return nil
      case .hint: changed.severity = .hint
      case .warning: changed.severity = .warning
      case .error: changed.severity = .error
      }
      return changed
    }
  }
}
