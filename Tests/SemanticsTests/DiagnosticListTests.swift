import Testing

/// The list of diagnostics in docs/diagnostics.md is the list in the sources.
struct DiagnosticListTests {
}
