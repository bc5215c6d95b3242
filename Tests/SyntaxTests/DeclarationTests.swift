import Syntax
import Testing

@Suite struct DeclarationTests {
  @Test(arguments: [
    ("use onnx 21", "(useDeclaration onnx 21)"),
    ("use com.microsoft 1", "(useDeclaration (member com microsoft) 1)"),
    ("use `com.my-co` 1", "(useDeclaration `com.my-co` 1)"),
    ("import \"./blocks.mica\" as b", "(importDeclaration \"./blocks.mica\" b)"),
    ("import \"a.mica\"", "(importDeclaration \"a.mica\")"),
    ("import std.vision", "(importDeclaration (member std vision))"),
    ("import std.text as t", "(importDeclaration (member std text) t)"),
    ("model `main graph`() { }", "(modelDeclaration `main graph` (parameters) (body))"),
    (
      "recipe edge for resnet { prune(ratio=0.4) }",
      "(recipeDeclaration edge resnet (body (recipeStep (call prune (args (= ratio 0.4))))))"
    ),
    (
      "recipe r for m {\n    quantize(type=i8, keep=[fc, layer[0]])\n    // done\n    export(\"a.onnx\")\n}",
      "(recipeDeclaration r m (body (recipeStep (call quantize (args (= type i8) (= keep (list fc (index layer 0)))))) (recipeStep (call export (args \"a.onnx\")))))"
    ),
    ("", ""), ("// nothing\n", ""),
  ])
  func short(text: String, expected: String) {
    #expect(outline(file: text) == expected)
  }

  @Test(arguments: [
    (
      "block B(x: T[N, C], *rest: T[...], heads: int, bias: bool = true) -> T[N, heads] { return x }",
      "(blockDeclaration B (parameters (parameter x (tensor T (dims N C))) (parameter rest (tensor T (dims ...))) (parameter heads (config int)) (parameter bias (config bool) (defaultValue true))) (resultList (tensor T (dims N heads))) (body (returnStatement x)))"
    ),
    (
      "block B(x: T[N]) -> (y: T[N], z: T[?]) where N % 2 == 0, N > 0 { }",
      "(blockDeclaration B (parameters (parameter x (tensor T (dims N)))) (resultList (parameter y (tensor T (dims N))) (parameter z (tensor T (dims ?)))) (whereClause (== (% N 2) 0) (> N 0)) (body))"
    ),
    (
      "block B(mask: T[...] = none, f: callee = Relu, w: f32[64] = $w, sizes: [[int]] = [[1]]) { }",
      "(blockDeclaration B (parameters (parameter mask (tensor T (dims ...)) (defaultValue none)) (parameter f (config callee) (defaultValue Relu)) (parameter w (tensor f32 (dims 64)) (defaultValue (weightReference w))) (parameter sizes (listType (listType (config int))) (defaultValue (list (list 1))))) (body))"
    ),
    (
      "model m(@doc(\"in\") `input:0`: f32[`batch size`, 4]) -> (@name(\"o\") `out:0`: f32[?, 4]) { }",
      "(modelDeclaration m (parameters (parameter (annotation doc (args \"in\")) `input:0` (tensor f32 (dims `batch size` 4)))) (resultList (parameter (annotation name (args \"o\")) `out:0` (tensor f32 (dims ? 4)))) (body))"
    ),
  ])
  func signatures(text: String, expected: String) {
    #expect(outline(file: text) == expected)
  }

  @Test(arguments: [
    (
      "operator com.acme.Pool(x: T[N], size: [int] = [7, 7]) -> T[N, size[0]]\nuse onnx 21",
      "(operatorDeclaration (member (member com acme) Pool) (parameters (parameter x (tensor T (dims N))) (parameter size (listType (config int)) (defaultValue (list 7 7)))) (resultList (tensor T (dims N (index size 0)))))\n(useDeclaration onnx 21)"
    ),
    (
      "operator d.F(x: T[N]) -> T[N] where N > 1\n    macs = N * 2\nuse onnx 21",
      "(operatorDeclaration (member d F) (parameters (parameter x (tensor T (dims N)))) (resultList (tensor T (dims N))) (whereClause (> N 1)) (costClause (* N 2)))\n(useDeclaration onnx 21)"
    ),
    // A condition in brackets is no shape of results.
    (
      "operator d.F(x: T[N]) where[N] {\n    return Relu(x)\n}",
      "(operatorDeclaration (member d F) (parameters (parameter x (tensor T (dims N)))) (whereClause (list N)) (body (returnStatement (call Relu (args x)))))"
    ),
    (
      "operator d.F~v2(x: T[N]) -> T[N] macs = N {\n    return Relu(x)\n}",
      "(operatorDeclaration (overload (member d F) v2) (parameters (parameter x (tensor T (dims N)))) (resultList (tensor T (dims N))) (costClause N) (body (returnStatement (call Relu (args x)))))"
    ),
  ])
  func operators(text: String, expected: String) {
    #expect(outline(file: text) == expected)
  }

  @Test(arguments: [
    ("f32[N, 3, H/2, W]", "(tensor f32 (dims N 3 (/ H 2) W))"), ("f32[]", "(tensor f32 (dims))"),
    ("T[..., D]", "(tensor T (dims ... D))"), ("T[N, ?, ...]", "(tensor T (dims N ? ...))"),
    ("bf16[2 * (a - 1) ** 2]", "(tensor bf16 (dims (* 2 (** (paren (- a 1)) 2))))"),
    ("seq<f32[N]>", "(sequenceType (tensor f32 (dims N)))"),
    ("optional<seq<T[?]>>", "(optionalType (sequenceType (tensor T (dims ?))))"),
    ("map<i64, f32[]>", "(mapType i64 (tensor f32 (dims)))"),
    ("map<string, map<i64, T[]>>", "(mapType string (mapType i64 (tensor T (dims))))"),
    ("sparse f32[N, M]", "(sparseType (tensor f32 (dims N M)))"), ("sparse T[N]", "(sparseType (tensor T (dims N)))"),
    ("?", "?"), ("seq<?>", "(sequenceType ?)"),
    ("int", "(config int)"), ("float", "(config float)"), ("bool", "(config bool)"), ("string", "(config string)"),
    ("dtype", "(config dtype)"), ("callee", "(config callee)"), ("[int]", "(listType (config int))"),
    ("[[bool]]", "(listType (listType (config bool)))"), ("seq[N]", "(tensor seq (dims N))"),
    (
      "[(`past.{i}.key`: f32[N], `past.{i}.value`: f32[M]); i in 0..<depth]",
      "(listInput (parameter (quotedName i) (tensor f32 (dims N))) (parameter (quotedName i) (tensor f32 (dims M))) i (..< 0 depth))"
    ),
    ("[`past.{i}`: f32[N]; i in 0..<2]", "(listInput (parameter (quotedName i) (tensor f32 (dims N))) i (..< 0 2))"),
    ("[x: f32[N]; i in names]", "(listInput (parameter x (tensor f32 (dims N))) i names)"),
  ])
  func types(text: String, expected: String) {
    #expect(
      outline(file: "block B(x: \(text)) { }")
        == "(blockDeclaration B (parameters (parameter x \(expected))) (body))")
    #expect(outline(body: "x: \(text) = y") == "(binding (target x \(expected)) y)")
  }
}
