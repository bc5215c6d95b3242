/// A problem in a text: where, what, why, and how to mend it.
package struct Diagnostic: Hashable, Sendable {
  package enum Severity: Hashable, Sendable {
    case error, warning, hint
  }

  /// Another place that the problem has to do with.
  package struct Related: Hashable, Sendable {
    package var place: Place
    package var message: String

    package init(_ message: String, at place: Place) {
      self.place = place
      self.message = message
    }
  }

  /// A stable name such as `unknown-name`; docs/diagnostics.md lists them all.
  package var identifier: String
  package var severity: Severity
  /// One sentence that names both facts that disagree.
  package var message: String
  package var place: Place
  package var related: [Related]
  package var fixes: [Fix]
  /// Fixes that mend the problem where nothing else depends on what they change: they are tried before anyone is offered
  /// one.
  package var candidates: [Fix] = []

  package init(
    _ identifier: String, _ message: String, at place: Place, severity: Severity = .error,
    related: [Related] = [], fixes: [Fix] = []
  ) {
    self.identifier = identifier
    self.severity = severity
    self.message = message
    self.place = place
    self.related = related
    self.fixes = fixes
  }
}

/// A byte range of a numbered source file.
package struct Place: Hashable, Sendable {
  package var file: UInt32
  package var range: Range<Int>

  package init(file: UInt32, range: Range<Int>) {
    self.file = file
    self.range = range
  }
}

/// A change of text that mends a problem.
package struct Fix: Hashable, Sendable {
  package struct Edit: Hashable, Sendable {
    package var place: Place
    package var replacement: String

    package init(_ place: Place, _ replacement: String) {
      self.place = place
      self.replacement = replacement
    }
  }

  package var title: String
  package var edits: [Edit]

  package init(_ title: String, _ edits: [Edit]) {
    self.title = title
    self.edits = edits
  }
}
