; Of several patterns for one node the last one counts.

(identifier) @variable
(quoted_name) @variable
(discard) @variable.builtin

; Types
(element_type) @type.builtin
(type_identifier) @type
(unknown) @type

; Literals
(comment) @comment
((comment) @comment.documentation (#match? @comment.documentation "^///[^/]"))
(integer) @number
(float) @number.float
(string) @string
(bytes) @string
(boolean) @boolean
(none) @constant.builtin
(interpolation ["{" "}"] @punctuation.special)
(weight "$" @punctuation.special)

; Keywords
["use" "import" "as"] @keyword.import
["model" "block" "operator" "recipe" "for" "where" "macs"] @keyword
["param" "buffer" "const" "layer" "scope" "weights"] @keyword
["if" "else"] @keyword.conditional
["repeat" "in"] @keyword.repeat
"return" @keyword.return
"require" @keyword
["type" "sparse" "seq" "optional" "map"] @keyword.type
["ints" "floats" "strings" "tensors" "graphs" "types" "sparse_tensors"] @keyword.type

; Signs
["||" "&&" "==" "!=" "<" "<=" ">" ">=" "+" "-" "*" "/" "%" "@" "**" "!" "=" "|>" "->" "..<"] @operator
["(" ")" "[" "]" "{" "}"] @punctuation.bracket
["," "." ":" ";" "~"] @punctuation.delimiter
(ellipsis) @punctuation.special

; Names by what they name
(use domain: (_) @module)
(import name: (_) @module)
(scope name: (_) @module)
(model name: (_) @function)
(block name: (_) @function)
(operator name: (_) @function)
(recipe name: (_) @function)
(recipe model: (_) @function)
(parameter name: (_) @variable.parameter)
(named_argument name: (_) @variable.parameter)
(parameter_statement name: (_) @variable.member)
(layer name: (_) @variable.member)
(member name: (_) @variable.member)
(label (identifier) @label)
(label (quoted_name) @label)
(annotation "@" @attribute name: (_) @attribute)

; Callees
(call function: (identifier) @function.call)
(call function: (quoted_name) @function.call)
(pipe right: (identifier) @function.call)
(pipe right: (quoted_name) @function.call)
(labelled callee: (identifier) @function.call)
(labelled callee: (quoted_name) @function.call)
