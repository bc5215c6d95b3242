/// The tree of a text: flat, immutable and lossless.
///
/// Nodes stand in post-order in one array; each covers a run of tokens. Text and tokens reproduce the file byte
/// for byte, whatever mistakes are in it.
public final class SyntaxTree: Sendable {
  /// The number by which places in this text are known.
  package let file: UInt32
  package let source: [UInt8]
  package let tokens: Tokens
  /// What is wrong with the text as text.
  package let diagnostics: [Diagnostic]

  @usableFromInline let nodes: [SyntaxTreeBuilder.Node]

  init(
    file: UInt32, source: [UInt8], tokens: Tokens, diagnostics: [Diagnostic], nodes: [SyntaxTreeBuilder.Node]
  ) {
    self.file = file
    self.source = source
    self.tokens = tokens
    self.diagnostics = diagnostics
    self.nodes = nodes
  }

  /// The tree of bytes that are no text: one token, one error node, one problem at the start.
  convenience init(_ notText: NotText, _ source: [UInt8], file: UInt32) {
    var tokens = Tokens.Writer(estimatedCount: 2)
    tokens.append(.invalid, from: 0, to: source.count, followsNewline: false, indentation: 0)
    tokens.append(.endOfFile, from: source.count, to: source.count, followsNewline: true, indentation: 0)
    var builder = SyntaxTreeBuilder(estimatedCount: 2)
    let mark = builder.mark
    builder.finish(.error, since: builder.mark, first: 0, end: 1)
    builder.finish(.file, since: mark, first: 0, end: 1)
    self.init(
      file: file, source: source, tokens: Tokens(tokens),
      diagnostics: [.notText(notText.message, at: Place(file: file, range: 0..<0))], nodes: builder.nodes)
  }

  /// Lexes and parses a text, in time linear in its length.
  ///
  /// Never fails: mistakes become diagnostics.
  package static func parse(_ source: [UInt8], file: UInt32 = 0) -> SyntaxTree {
    Parser.parse(source, file: file)
  }

  /// Parses a text that is one expression; it is the root's only child.
  package static func parseExpression(_ source: [UInt8], file: UInt32 = 0) -> SyntaxTree {
    Parser.parseExpression(source, file: file)
  }

  package var root: Syntax { Syntax(tree: self, index: Int32(nodes.count - 1)) }

  /// The text of a token.
  package func text(_ token: Int) -> String {
    String(decoding: source[tokens.range(token)], as: UTF8.self)
  }
}
