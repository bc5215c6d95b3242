; Doc comments are Markdown.
((comment) @injection.content
  (#match? @injection.content "^///[^/]")
  (#offset! @injection.content 0 3 0 0)
  (#set! injection.language "markdown_inline"))
