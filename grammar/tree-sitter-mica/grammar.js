// The grammar of Mica for tree-sitter. It says what grammar/mica.ebnf says, level by level, so that nothing depends on
// precedences; the lists of words are written by scripts/generate-grammars.
//
// `_newline` is a newline that ends a statement. src/scanner.c tells it from one that is only a gap: it takes the brackets
// too, and remembers in which of them newlines count, so that a statement that goes on behind such a newline is a mistake.

const ELEMENT_TYPES = [
  "f64", "f32", "f16", "bf16", "f8e4m3fn", "f8e4m3fnuz", "f8e5m2", "f8e5m2fnuz", "f8e8m0", "f6e2m3", "f6e3m2",
  "f4e2m1", "i64", "i32", "i16", "i8", "i4", "i2", "u64", "u32", "u16", "u8", "u4", "u2", "bool", "string", "c64",
  "c128",
];

const LISTS = [
  "ints", "floats", "strings", "tensors", "graphs", "types", "sparse_tensors",
];

// Words that are keywords where they fit, and names elsewhere.
const CONTEXTUAL = [
  "use", "import", "model", "block", "operator", "recipe", "param", "buffer", "const", "layer", "repeat", "scope",
  "weights", "require", "as", "for", "where", "macs", "in", "type", "seq", "optional", "map", "sparse", "ints",
  "floats", "strings", "tensors", "graphs", "types", "sparse_tensors",
];

const comma1 = (rule) => seq(rule, repeat(seq(",", rule)));
const listed = (rule) => optional(seq(comma1(rule), optional(",")));

// Things one a line, between braces or in a file.
const lines = ($, rule) => seq(optional($._newline), optional(seq(rule, repeat(seq($._newline, rule)), optional($._newline))));

// The levels of expressions, from loose to tight: with labels, and without for where a colon means something else.
function levels(suffix) {
  const is = ($, name) => $[name + suffix];
  const node = (name) => (suffix ? `_${name}${suffix}` : name);
  const see = ($, name) => (suffix ? alias($[node(name)], $[name]) : $[name]);
  const infix = (left, signs, right) => seq(field("left", left), field("operator", choice(...signs)), field("right", right));
  return {
    ["_expression" + suffix]: ($) => choice(is($, "_or"), see($, "pipe")),
    [node("pipe")]: ($) => seq(field("left", is($, "_expression")), "|>", field("right", is($, "_postfix"))),
    ["_or" + suffix]: ($) => choice(is($, "_and"), alias(is($, "_or_operation"), $.binary)),
    ["_or_operation" + suffix]: ($) => infix(is($, "_or"), ["||"], is($, "_and")),
    ["_and" + suffix]: ($) => choice(is($, "_comparison"), alias(is($, "_and_operation"), $.binary)),
    ["_and_operation" + suffix]: ($) => infix(is($, "_and"), ["&&"], is($, "_comparison")),
    ["_comparison" + suffix]: ($) =>
      choice(alias(is($, "_not"), $.unary), is($, "_sum"), alias(is($, "_comparison_operation"), $.binary)),
    ["_not" + suffix]: ($) => seq(field("operator", "!"), field("operand", is($, "_comparison"))),
    ["_comparison_operation" + suffix]: ($) =>
      infix(is($, "_sum"), ["==", "!=", "<", "<=", ">", ">="], is($, "_operand_sum")),
    ["_sum" + suffix]: ($) => choice(is($, "_product"), alias(is($, "_sum_operation"), $.binary)),
    ["_sum_operation" + suffix]: ($) => infix(is($, "_sum"), ["+", "-"], is($, "_operand_product")),
    ["_product" + suffix]: ($) => choice(is($, "_unary"), alias(is($, "_product_operation"), $.binary)),
    ["_product_operation" + suffix]: ($) => infix(is($, "_product"), ["*", "/", "%", "@"], is($, "_operand_unary")),
    // A `!` that begins a comparison takes all of it; behind an operator it takes no more than a sign does.
    ["_unary" + suffix]: ($) => choice(alias(is($, "_negation"), $.unary), is($, "_power")),
    ["_negation" + suffix]: ($) => seq(field("operator", "-"), field("operand", is($, "_operand_unary"))),
    ["_operand_unary" + suffix]: ($) =>
      choice(alias(is($, "_signed"), $.unary), is($, "_power")),
    ["_signed" + suffix]: ($) => seq(field("operator", choice("-", "!")), field("operand", is($, "_operand_unary"))),
    ["_operand_product" + suffix]: ($) =>
      choice(is($, "_operand_unary"), alias(is($, "_operand_product_operation"), $.binary)),
    ["_operand_product_operation" + suffix]: ($) =>
      infix(is($, "_operand_product"), ["*", "/", "%", "@"], is($, "_operand_unary")),
    ["_operand_sum" + suffix]: ($) =>
      choice(is($, "_operand_product"), alias(is($, "_operand_sum_operation"), $.binary)),
    ["_operand_sum_operation" + suffix]: ($) => infix(is($, "_operand_sum"), ["+", "-"], is($, "_operand_product")),
    ["_power" + suffix]: ($) => choice(is($, "_postfix"), alias(is($, "_power_operation"), $.binary)),
    ["_power_operation" + suffix]: ($) => infix(is($, "_postfix"), ["**"], is($, "_operand_unary")),
  };
}

module.exports = grammar({
  name: "mica",

  // In the order of src/scanner.c, which is asked at every gap: a comment may stand in each. `_recovery` is in no rule.
  externals: ($) => [
    $._newline,
    $.comment,
    "(",
    ")",
    "[",
    "]",
    "}",
    $._body_brace,
    $._graph_brace,
    $._brace,
    $._name_brace,
    $._recovery,
  ],
  extras: ($) => [/[ \t\r\n]/, $.comment],
  word: ($) => $.identifier,
  // Never names, but behind a dot and as the name of an argument.
  reserved: { global: () => ["if", "else", "return", "none", "true", "false", ...ELEMENT_TYPES] },
  supertypes: ($) => [$._declaration, $._statement, $._type],

  // What only a token further on decides: a path before a colon is a label, a word is a keyword or a type's name, a
  // newline before `where` or `macs` ends nothing.
  conflicts: ($) => [
    [$._path, $._value],
    [$._path, $.parameter],
    [$._item, $.label_index],
    [$.annotation],
    [$._signature],
    [$.operator],
    [$._plain_type, $.tensor_type],
    [$._keyword, $.empty_list],
    [$._keyword, $.sequence_type],
    [$._keyword, $.map_type],
    [$._keyword, $.sparse_type],
    [$._keyword, $.type_literal],
  ],

  rules: {
    file: ($) => lines($, $._declaration),

    // ---- Declarations

    _declaration: ($) => choice($.use, $.import, $.model, $.block, $.operator, $.recipe),
    use: ($) => seq(optional($._annotations), "use", field("domain", $._path), field("version", $.integer)),
    import: ($) =>
      seq(
        optional($._annotations),
        "import",
        field("source", choice($.string, $._path)),
        optional(seq("as", field("name", $._name))),
      ),
    model: ($) =>
      seq(optional($._annotations), "model", field("name", $._name), $._signature, field("body", $.body)),
    block: ($) =>
      seq(optional($._annotations), "block", field("name", $._name), $._signature, field("body", $.body)),
    operator: ($) =>
      seq(
        optional($._annotations),
        "operator",
        field("name", $._path),
        $._signature,
        optional(seq(optional($._newline), $.cost)),
        optional(field("body", $.body)),
      ),
    recipe: ($) =>
      seq(
        optional($._annotations),
        "recipe",
        field("name", $._name),
        "for",
        field("model", $._name),
        field("body", $.steps),
      ),
    steps: ($) => seq(alias($._body_brace, "{"), lines($, $._expression), "}"),

    _signature: ($) =>
      seq(
        field("parameters", $.parameters),
        optional(field("results", $.results)),
        optional(seq(optional($._newline), $.where)),
      ),
    parameters: ($) => seq("(", listed($.parameter), ")"),
    parameter: ($) =>
      seq(
        optional($._annotations),
        optional("*"),
        field("name", $._name),
        ":",
        field("type", $._type),
        optional(choice($.default, alias($._default_graph, $.default))),
      ),
    _default_graph: ($) => seq("=", field("value", $.graph)),
    default: ($) => seq("=", field("value", $._expression)),
    results: ($) => seq("->", choice($.parameters, $._type)),
    where: ($) => seq("where", comma1($._expression)),
    cost: ($) => seq("macs", "=", field("value", $._expression)),

    _annotations: ($) => repeat1(seq($.annotation, optional($._newline))),
    annotation: ($) => seq("@", field("name", $._name), optional($.arguments)),

    // ---- Statements

    body: ($) => seq(alias($._body_brace, "{"), lines($, $._statement), "}"),

    _statement: ($) =>
      choice(
        $.binding,
        $.parameter_statement,
        $.constant,
        $.layer,
        $.repeat,
        $.if,
        $.scope,
        $.weights,
        $.require,
        $.return,
      ),
    binding: ($) =>
      seq(
        optional($._annotations),
        choice($.target, $.enclosed_target),
        repeat(seq(",", choice(seq(optional($._annotations), $.target), $.enclosed_target))),
        "=",
        field("value", $._expression),
      ),
    target: ($) =>
      seq(optional("*"), choice(field("name", $._name), $.discard), optional(seq(":", field("type", $._type)))),
    enclosed_target: ($) => seq("(", $._annotations, $.target, ")"),
    parameter_statement: ($) =>
      seq(
        optional($._annotations),
        choice("param", "buffer"),
        field("name", $._path),
        ":",
        field("type", $._type),
        optional($.default),
        optional($.condition),
      ),
    condition: ($) => seq("if", field("condition", $._expression)),
    constant: ($) =>
      seq(
        optional($._annotations),
        "const",
        field("name", $._name),
        ":",
        field("type", $._type),
        "=",
        field("value", $._expression),
      ),
    layer: ($) =>
      seq(optional($._annotations), "layer", field("name", $._path), "=", field("value", $._expression)),
    repeat: ($) =>
      seq(
        optional($._annotations),
        "repeat",
        comma1(choice(field("variable", $._name), $.discard)),
        "in",
        $._range,
        field("body", $.body),
      ),
    _range: ($) => choice($._expression, $.range),
    range: ($) => seq(field("from", $._expression), "..<", field("to", $._expression)),
    if: ($) => seq(optional($._annotations), $._if),
    _if: ($) =>
      seq(
        "if",
        field("condition", $._expression),
        field("body", $.body),
        optional(seq("else", choice(alias($._if, $.if), field("alternative", $.body)))),
      ),
    scope: ($) => seq(optional($._annotations), "scope", field("name", $._path), field("body", $.body)),
    weights: ($) => seq(optional($._annotations), "weights", field("file", $.string), optional($.arguments)),
    require: ($) =>
      seq(
        optional($._annotations),
        "require",
        field("condition", $._expression),
        optional(seq(",", field("message", $.string))),
      ),
    return: ($) => seq(optional($._annotations), "return", optional(comma1($._item))),

    // ---- Names

    _name: ($) => choice($.identifier, $._keyword, $.quoted_name),
    identifier: () => /[A-Za-z_][A-Za-z0-9_]*/,
    _keyword: ($) => alias(choice(...CONTEXTUAL), $.identifier),
    _reserved: ($) => alias(choice("if", "else", "return", "none", "true", "false", ...ELEMENT_TYPES), $.identifier),
    quoted_name: ($) => seq("`", repeat(choice($._name_text, $._name_escape, $.interpolation)), token.immediate("`")),
    _name_text: () => token.immediate(/[^`{\\\n]+/),
    _name_escape: () => token.immediate(/\\[^\n]/),
    interpolation: ($) => seq(alias($._name_brace, "{"), $._expression, "}"),
    discard: () => "_",

    _path: ($) => choice($._name, alias($._path_member, $.member), alias($._path_index, $.index)),
    _path_member: ($) => seq(field("object", $._path), choice(".", "~"), field("name", $._member_name)),
    _path_index: ($) => seq(field("object", $._path), $.subscript),
    _member_name: ($) => choice($._name, $._reserved, alias("_", $.identifier)),

    // ---- Expressions

    ...levels(""),
    ...levels("_unlabelled"),

    _postfix: ($) => choice($._postfix_unlabelled, $.labelled, $._trailed_label),
    _postfix_unlabelled: ($) => choice($.element_type, $._value),
    // What an index may stand behind; an element type before a bracket begins a tensor.
    _value: ($) => choice($._name, $._primary, $.call, $.member, $.index),
    call: ($) => seq(field("function", $._postfix_unlabelled), field("arguments", $.arguments)),
    member: ($) => seq(field("object", $._postfix_unlabelled), choice(".", "~"), field("name", $._member_name)),
    index: ($) => seq(field("object", $._value), $.subscript),

    labelled: ($) => seq(field("label", $.label), ":", field("callee", $._path), optional(field("arguments", $.arguments))),
    label: ($) => choice($._path, $.label_index, alias($._label_member, $.member), alias($._label_index, $.index)),
    label_index: ($) => seq("[", $._expression, "]"),
    _label_member: ($) =>
      seq(
        field("object", choice($.label_index, alias($._label_member, $.member), alias($._label_index, $.index))),
        choice(".", "~"),
        field("name", $._member_name),
      ),
    _label_index: ($) =>
      seq(
        field("object", choice($.label_index, alias($._label_member, $.member), alias($._label_index, $.index))),
        $.subscript,
      ),
    // A labelled call may be called and indexed again: `fc: Linear(x)[0]`.
    _trailed_label: ($) =>
      choice(
        alias($._label_call, $.call),
        alias($._label_call_member, $.member),
        alias($._label_call_index, $.index),
      ),
    _called_label: ($) => choice(alias($._labelled_call, $.labelled), $._trailed_label),
    _labelled_call: ($) => seq(field("label", $.label), ":", field("callee", $._path), field("arguments", $.arguments)),
    _label_call: ($) => seq(field("function", $._called_label), field("arguments", $.arguments)),
    _label_call_member: ($) =>
      seq(field("object", $._called_label), choice(".", "~"), field("name", $._member_name)),
    _label_call_index: ($) => seq(field("object", $._called_label), $.subscript),

    _primary: ($) =>
      choice(
        $.discard,
        $.none,
        $.boolean,
        $.integer,
        $.float,
        $.string,
        $.bytes,
        $.parenthesized,
        $.list,
        $.empty_list,
        $.conditional,
        $.weight,
        $.tensor,
        $.sparse_tensor,
        $.type_literal,
      ),
    none: () => "none",
    boolean: () => choice("true", "false"),
    integer: () => token(choice(/0[xX][0-9A-Fa-f]+/, /[0-9]+/)),
    float: () =>
      token(
        choice(
          /0[xX][0-9A-Fa-f]+(\.[0-9A-Fa-f]+)?[pP][+-]?[0-9]+/,
          /[0-9]+\.[0-9]+([eE][+-]?[0-9]+)?/,
          /[0-9]+[eE][+-]?[0-9]+/,
        ),
      ),
    string: () => token(choice(/"([^"\\\n]|\\[^\n])*"/, /'([^'\\\n]|\\[^\n])*'/)),
    bytes: () => token(choice(/b"([^"\\\n]|\\[^\n])*"/, /b'([^'\\\n]|\\[^\n])*'/)),
    element_type: () => choice(...ELEMENT_TYPES),
    parenthesized: ($) => seq("(", $._expression, ")"),
    list: ($) => seq("[", listed(choice($.graph, $.ellipsis, $._item)), "]"),
    ellipsis: () => "...",
    _item: ($) => choice($._expression, $.spread),
    spread: ($) => seq("*", $._expression),
    empty_list: ($) => seq(choice(...LISTS), "[", "]"),
    conditional: ($) =>
      seq(
        "if",
        field("condition", $._expression),
        alias($._brace, "{"),
        field("consequence", $._expression),
        "}",
        "else",
        field("alternative", choice($.conditional, seq(alias($._brace, "{"), $._expression, "}"))),
      ),
    weight: ($) => seq("$", field("name", $._name)),
    tensor: ($) => seq($.element_type, $.dimensions, alias($._brace, "{"), listed($._expression), "}"),
    sparse_tensor: ($) => seq("sparse", $.element_type, $.dimensions, alias($._brace, "{"), listed($.entry), "}"),
    type_literal: ($) => seq("type", choice($._plain_type, $.unknown)),

    arguments: ($) => seq("(", listed(choice($.named_argument, $._item)), ")"),
    named_argument: ($) =>
      seq(field("name", choice($._name, $._reserved)), "=", field("value", choice($.map, $.graph, $._expression))),
    // Of braces behind an equals sign the scanner says which these are: a map begins with a string, or is empty.
    map: ($) => seq(alias($._brace, "{"), listed($.entry), "}"),
    entry: ($) => seq(field("key", $._expression_unlabelled), ":", field("value", $._expression)),
    graph: ($) =>
      choice(field("body", $.body), seq(field("parameters", $.parameters), field("body", alias($._graph_body, $.body)))),
    // Its brace stands on the line of the parameters.
    _graph_body: ($) => seq(alias($._graph_brace, "{"), lines($, $._statement), "}"),

    subscript: ($) => seq("[", comma1(choice($.ellipsis, $._expression_unlabelled, $.slice)), optional(","), "]"),
    slice: ($) =>
      seq(
        optional(field("from", $._expression_unlabelled)),
        ":",
        optional(field("to", $._expression_unlabelled)),
        optional(seq(":", optional(field("step", $._expression_unlabelled)))),
      ),

    // ---- Types

    _type: ($) => choice($._plain_type, $.unknown, $.list_type, $.index_types),
    unknown: () => "?",
    list_type: ($) => seq("[", $._type, "]"),
    // A list of inputs or outputs, and of their names.
    index_types: ($) =>
      seq(
        "[",
        choice($.parameters, seq(field("name", $._name), ":", field("type", $._type), optional($.default))),
        ";",
        field("variable", $._name),
        "in",
        $._range,
        "]",
      ),
    _plain_type: ($) =>
      choice($.tensor_type, $.element_type, $.type_identifier, $.sequence_type, $.map_type, $.sparse_type),
    tensor_type: ($) => seq(field("element", choice($.element_type, $.type_identifier)), $.dimensions),
    type_identifier: ($) => choice($.identifier, $._keyword),
    sequence_type: ($) => seq(choice("seq", "optional"), "<", $._type, ">"),
    map_type: ($) => seq("map", "<", $.element_type, ",", $._type, ">"),
    sparse_type: ($) => seq("sparse", $._plain_type),
    dimensions: ($) => seq("[", listed(choice($.unknown, $.ellipsis, $._expression_unlabelled)), "]"),
  },
});
