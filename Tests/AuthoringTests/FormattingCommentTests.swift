import Authoring
import Syntax
import Testing

/// Comments stay, each by its token.
@Suite struct FormattingCommentTests {
  @Test func whereTheyAre() {
    #expect(
      formatted(
        """
        // Head.

        use onnx 21 // the set
        // About B.
        //   indented



        /// Doc.
        block B(x: T[N]) -> T[N] { // opens
        // first

              // second
            y = x // why
              |> Relu   // and how
                 // between
              |> Tanh
            if a { // if
            } // then
            else { x = y }
            return y

            // last
        }
        // end
        """) == """
          // Head.

          use onnx 21  // the set

          // About B.
          //   indented

          /// Doc.
          block B(x: T[N]) -> T[N] {  // opens
              // first

              // second
              y = x  // why
                  |> Relu  // and how
                  // between
                  |> Tanh
              if a {  // if
              }  // then
              else {
                  x = y
              }
              return y

              // last
          }
          // end

          """)
  }

  @Test(arguments: [
    ("x = f(a, // one\n  b)", "x = f(\n    a,  // one\n    b,\n)"),
    ("x = f(a // one\n  , b)", "x = f(\n    a,  // one\n    b,\n)"),
    ("x = f(a, b // last\n)", "x = f(\n    a, b,  // last\n)"),
    ("x = f( // open\n  a=1, b=2)", "x = f(  // open\n    a=1,\n    b=2,\n)"),
    ("x = f(a=1,\n  // of b\n  b=2\n  // end\n)", "x = f(\n    a=1,\n    // of b\n    b=2,\n    // end\n)"),
    ("x = f(\n  // nothing\n)", "x = f(\n    // nothing\n)"),
    ("x = (a // why\n + b)", "x = (\n    a  // why\n    + b\n)"),
    ("x = a // why\n + b", "x = a  // why\n    + b"), ("@a // why\nx = y", "@a  // why\nx = y"),
    ("x = if a { // yes\n b } else { c }", "x = if a {  // yes\n    b\n} else {\n    c\n}"),
    ("x = y //why  \t", "x = y  //why"),
  ])
  func insideExpressions(text: String, expected: String) {
    #expect(formatted(body: text) == expected)
  }

  /// A comment in any gap that may hold one stays in it.
  @Test func everyGap() throws {
    for path in FormattingPropertyTests.written {
      let source = try FormattingFiles.bytes(path)
      let tree = SyntaxTree.parse(source)
      var gaps = 0
      for token in stride(from: 1, to: tree.tokens.count, by: tree.tokens.count / 12 + 1) {
        let start = Int(tree.tokens.start(token))
        let text = source[..<start] + Array(" // here\n".utf8) + source[start...]
        guard SyntaxTree.parse(Array(text)).diagnostics.isEmpty else { continue }
        gaps += 1
        let found = formattingViolations(of: Array(text))
        #expect(found == [], "\(path), token \(token)")
      }
      #expect(gaps > 0)
    }
  }
}
