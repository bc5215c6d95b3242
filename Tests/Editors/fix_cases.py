"""Texts whose diagnostics have quick fixes, by the identifiers of these."""

from dataclasses import dataclass, field

import numpy

HEAD = "use onnx 21\n\n"
SIGNATURE = "x: f32[N, 8], y: f32[N, 8], image: f32[N, 3, 32, 32], depth: int = 2"


@dataclass
class Case:
    text: str
    #: Files beside the text: texts, or tensors by their names in a safetensors file.
    files: dict[str, str | dict[str, numpy.ndarray]] = field(default_factory=dict)
    #: The titles of the fixes, where they matter.
    titles: list[str] | None = None
    #: Whether the text has other diagnostics as well, which come of the same mistake or of one that another fix mends.
    has_others: bool = False


def model(body: str, signature: str = SIGNATURE, **rest) -> Case:
    """A text of one model with a body."""
    return Case(f"{HEAD}model m({signature}) {{\n    {body}\n}}\n", **rest)


def block(body: str) -> Case:
    """A text of one block with a body, which binds what comes of it to `x`."""
    return Case(f"{HEAD}block B(x: T[N, 8], y: T[N, 8], a: bool = true, b: bool = false, n: int = 2) {{\n    {body}\n    return x\n}}\n")


def file(text: str, **rest) -> Case:
    return Case(HEAD + text, **rest)


def weights(
    options: str, tensors: dict[str, tuple[int, ...]], body: str = "return fc: Linear(x, out_features=3)", element: str = "f4", **rest
) -> Case:
    """A model whose weights are in a file of tensors of the shapes that are given."""
    made = {name: numpy.zeros(shape, element) for name, shape in tensors.items()}
    return model(f'weights "w.safetensors"{options}\n    {body}', "x: f32[N, 4]", files={"w.safetensors": made}, **rest)


def nested(label: str, around: str = "{}") -> str:
    """A layer in two repeats, the inner one of which something may stand around."""
    inner = f"repeat j in 0..<2 {{\n            x = {label}: Linear(x, out_features=8)\n        }}"
    return f"repeat i in 0..<depth {{\n        {around.format(inner)}\n    }}\n    return x"


FC = {"fc.weight": (3, 4), "fc.bias": (3,)}
OWN = {"b.mica": "block Own(x: T[N]) {\n    return x\n}\n"}
#: Warnings that no text has: of options of the command line, and of project files.
COMMANDS = {"unknown-dimension", "unknown-key"}

CASES: dict[str, dict[str, Case]] = {
    "ambiguous-callee": {
        "": model("y, h, c = LSTM(s, w, w, hidden_size=8)\n    return y", "s: f32[5, N, 8], w: f32[1, 32, 8]"),
        "a label": model("y, h, c = s |> l: LSTM(w, w, hidden_size=8)\n    return y", "s: f32[5, N, 8], w: f32[1, 32, 8]"),
    },
    "ambiguous-weight": {
        "ignored": weights(' (rename={"old": "fc"})', FC | {"old.weight": (3, 4)}, has_others=True),
    },
    "colon-for-equals": {
        "": model("return fc: Linear(x, out_features: 3)"),
        "none": model("return fc: Linear(x, out_features=3, bias : false)"),
    },
    "duplicate-label": {
        "twice": model("x = fc: Linear(x, out_features=8)\n    return fc: Linear(x, out_features=8)"),
        "an index": model("x = f[0]: Linear(x, out_features=8)\n    return f[0]: Linear(x, out_features=8)"),
        "repeated": model("repeat i in 0..<depth {\n        x = fc: Linear(x, out_features=8)\n    }\n    return x"),
        "a part": model("x = a.fc: Linear(x, out_features=8)\n    return a.fc: Linear(x, out_features=8)"),
        "a scope": model("scope s {\n        x = fc: Linear(x, out_features=8)\n        x = fc: Linear(x, out_features=8)\n    }\n    return x"),
        "a quoted name": model("x = `a b`: Linear(x, out_features=8)\n    return `a b`: Linear(x, out_features=8)", titles=["Rename to ``a b2``"]),
        "a quoted path": model("x = `a b`[0]: Linear(x, out_features=8)\n    return `a b`[0]: Linear(x, out_features=8)"),
        "repeats": model(nested("fc"), titles=["Add the index `[i][j]`"]),
        "repeats, the outer index": model(nested("l[i].fc"), titles=["Add the index `[j]`"]),
        "repeats, the inner index": model(nested("l[j].fc"), titles=["Add the index `[i]`"]),
        "repeats, a scope": model(nested("fc", "scope s[i] {{ {} }}"), titles=["Add the index `[j]`"]),
        "a table": model("repeat c, n in [[8, 1], [8, 2]] {\n        x = fc: Linear(x, out_features=c)\n    }\n    return x * n", titles=["Add the index `[n]`"]),
        "three": model("x = f: Linear(x, out_features=8)\n    x = f: Linear(x, out_features=8)\n    return f: Linear(x, out_features=8)"),
        "an interpolation": model("x = `f{1}`: Linear(x, out_features=8)\n    return `f{1}`: Linear(x, out_features=8)"),
        "a layer": model("layer fc = Linear(out_features=8)\n    layer fc = Linear(out_features=8)\n    return x |> fc"),
    },
    "empty-parameter": {
        "": model("param w: f32[0]\n    return Concat(x, w, axis=0)", "x: f32[8]"),
    },
    "equals-for-colon": {
        "a tensor": file("block B(x = T[N]) {\n    return x\n}\n"),
        "configuration": file("block B(x: T[N], n = int) {\n    return x * n\n}\n"),
    },
    "expected-token": {
        "a double equals sign": block("x == y"),
        "an arrow": file("block B(x: T[N]) T[N] {\n    return x\n}\n"),
        "an arrow before results": file("model m(x: f32[N]) (y: f32[N]) {\n    return x\n}\n"),
        "an integer's type": file("block B(x: T[N], n = 4) {\n    return x * n\n}\n"),
        "a float's type": file("block B(x: T[N], n = 4.5) {\n    return x * n\n}\n"),
        "a Boolean's type": file("block B(x: T[N], n = true) {\n    if n {\n        x = Relu(x)\n    }\n    return x\n}\n"),
        "a string's type": file("block B(x: T[N], n = 'tanh') {\n    return Gelu(x, approximate=n)\n}\n"),
    },
    "foreign-spelling": {
        "hash": block("x = Relu(y) # why"),
        "a comment of two signs": block("/* why */\n    x = y"),
        "a comment of lines": file("/* One.\n * Two.\n\n   Three. */\nblock B(x: T[N]) {\n    return x /* as it is */\n}\n"),
        "hashes": block("### why\n    x = y"),
        "and": block("if a and b {\n        x = y\n    }"),
        "or": block("if a or b {\n        x = y\n    }"),
        "and behind or": block("if a or b and a {\n        x = y\n    }"),
        "twice not": block("if not not a {\n        x = y\n    }"),
        "not": block("if not a {\n        x = y\n    }"),
        "is": block("if n is 3 {\n        x = y\n    }"),
        "is not": block("if n is not 3 {\n        x = y\n    }"),
        "one ampersand": block("if a & b {\n        x = y\n    }"),
        "one bar": block("if a | b {\n        x = y\n    }"),
        "half a pipe": block("x = y | Relu"),
        "half a pipe before a label": block("x = y | l: Linear(out_features=8)"),
        "half a pipe behind a label": block("x = y |> l: Linear(out_features=8) | Relu"),
        "half a pipe in a line of its own": block("x = y\n        | Relu\n        |> Tanh"),
        "half a pipe before arguments": block("x = y | Softmax(axis=1)"),
        "one bar before a comparison": block("if a | n == 2 {\n        x = y\n    }"),
        "elif": block("if a {\n        x = y\n    }\n    elif b {\n        x = Relu(x)\n    }"),
        "elseif": block("if a {\n        x = y\n    } elseif b {\n        x = Relu(x)\n    }"),
        "a colon before a brace": block("if a: {\n        x = y\n    }"),
        "a colon before a repeat's brace": block("repeat i in 0..<n: {\n        x = Relu(x)\n    }"),
        "for": block("for i in 0..<n {\n        x = Relu(x)\n    }"),
        "let": block("let x = y"),
        "var": block("var x: T[N, 8] = y"),
        "val": block("val x = y"),
        "a walrus": block("x := y"),
        "a range of two points": block("repeat i in 0..3 {\n        x = Relu(x)\n    }"),
        "a range of three points": block("repeat i in 0...n {\n        x = Relu(x)\n    }"),
        "a range with an equals sign": block("repeat i in 0..=n {\n        x = Relu(x)\n    }"),
        "a semicolon": block("x = y;"),
        "a semicolon between": block("x = y; x = Relu(x)"),
        "a semicolon before a brace": block("if a { x = y; }"),
        "a semicolon in a declaration": Case("use onnx 21; use com.microsoft 1\n\nmodel m(x: f32[N]) {\n    return Relu(x)\n}\n"),
        "plus equals": block("x += y"),
        "times equals": block("x *= y + 1"),
        "minus equals": block("x -= Relu(y)"),
        "power equals": block("x **= if a { 2.0 } else { 3.0 }"),
        "a pipe behind plus equals": block("x += y |> Relu"),
        "def": file("def B(x: T[N]) {\n    return x\n}\n"),
        "fn": file("fn B(x: T[N]) -> T[N] {\n    return x\n}\n"),
        "a colon for an arrow": file("block B(x: T[N]): T[N] {\n    return x\n}\n"),
        "a double arrow": file("block B(x: T[N]) => T[N] {\n    return x\n}\n"),
        "from": Case("use onnx 21\nfrom std.vision import ResNet\n\nmodel m(x: f32[N]) {\n    return Relu(x)\n}\n"),
        "from a file": Case(
            'use onnx 21\nfrom "./b.mica" import Own\n\nmodel m(x: f32[N]) {\n    return Own(x)\n}\n', OWN
        ),
        "from a file of a long name": Case(
            f'use onnx 21\nfrom "./{"long" * 20}.mica" import Own\n\nmodel m(x: f32[N]) {{\n    return Own(x)\n}}\n', {"long" * 20 + ".mica": OWN["b.mica"]}
        ),
        "import from a library": Case("use onnx 21\nimport ResNet from std.vision\n\nmodel m(x: f32[N]) {\n    return Relu(x)\n}\n"),
        "import from": Case(
            'use onnx 21\nimport b from "./b.mica"\n\nmodel m(x: f32[N]) {\n    return b.Own(x)\n}\n', OWN, has_others=True
        ),
        "True": model("return fc: Linear(x, out_features=3, bias=True)"),
        "False": model("return fc: Linear(x, out_features=3, bias=False)"),
        "None": model("return Clip(x, None, 1.0)"),
    },
    "idle-weights-option": {
        "ignored": weights(' (ignore=["no.*"])', FC),
    },
    "index-behind-point": {
        "": model("return layers.0.fc: Linear(x, out_features=3)"),
        "twice": model("return layers.0.1.fc: Linear(x, out_features=3)"),
        "a call": model("layer l[0] = Linear(out_features=3)\n    return l.0(x)"),
        "a quoted name": model("return `a b`.3.fc: Linear(x, out_features=3)"),
    },
    "inexact-division": {
        "ignored": model("k = 7 / 2\n    return x * k"),
        "ignored beside a comment": model("k = 7 / 2 // Half.\n    return x * k"),
        "ignored in the middle of a statement": model("return Concat(x,\n        x * (7 / 2), // Half.\n        y, axis=0)"),
    },
    "integer-overflow": {
        "ignored": model("const k: i64[] = 9223372036854775807\n    return k + 1"),
    },
    "malformed-number": {
        "a point behind": model("return x * 1."),
        "a point before": model("return x * .5"),
        "underscores": model("return x * 1_000"),
        "a letter behind": model("return x * 1.5f"),
        "both": model("return x * 1_0L"),
        "underscores before a point": model("return x * 1_000.5"),
    },
    "missing-argument": {
        "": model("return fc: Linear(x)"),
        "a pipe": model("return x |> fc: Linear"),
        "two": model("return image |> c: Conv2d()"),
        "a size that the result declares": file(
            "model m(x: f32[N, 8]) -> (y: f32[N, 10]) {\n    return fc: Linear(x)\n}\n", titles=["Add `out_features=10`"]
        ),
        "a size that a later line wants": file(
            "block B(x: T[N, D], width: int) -> T[N, D] {\n    y = x |> up: Linear(out_features=width)\n    y = y |> down: Linear\n"
            "    return x + y\n}\n\nmodel m(x: f32[N, 8]) {\n    return b: B(x, width=16)\n}\n",
            titles=["Add `out_features=D`", "Add `out_features=1`"],
        ),
        "what the call beside it is given": file(
            "block Pool(x: T[N, H], size: int, step: int = 1) -> T[N, H] {\n    return x * size * step\n}\n\n"
            "model m(x: f32[N, 8]) {\n    return x |> Pool(size=3) |> Pool(step=2)\n}\n",
            titles=["Add `size=3`", "Add `size=1`", "Add `size=8`"],
        ),
        "a comma": model("return fc: Linear(x, bias=false, )"),
        "kinds": file(
            "block B(x: T[N], i: int, f: float, b: bool, s: string, d: dtype, c: callee, l: [int], m: [[float]]) {\n    return x |> c\n}\n\n"
            "model m(x: f32[N]) {\n    return B(x)\n}\n"
        ),
    },
    "missing-return": {
        "the last": model("z = Relu(x)"),
        "a list": file("model m(x: f32[N, 8]) {\n    *parts = Split(x, axis=1, num_outputs=2)\n}\n", titles=["Add `return *parts`"]),
        "before a comment": model("z = Relu(x) // why"),
        "a quoted result": file("model m(x: f32[N]) -> (`my y`: f32[N]) {\n    `my y` = Relu(x)\n}\n"),
        "the declared": file("model m(x: f32[N]) -> (y: f32[N], z: f32[N]) {\n    z = Tanh(x)\n    y = Relu(x)\n}\n"),
        "a block": file("block B(x: T[N]) -> T[N] {\n    y = Relu(x)\n}\n\nmodel m(x: f32[N]) {\n    return B(x)\n}\n"),
        "a line": file("block B(x: T[N]) { y = Relu(x) }\n\nmodel m(x: f32[N]) {\n    return B(x)\n}\n"),
        "a quoted name": model("`a b` = Relu(x)"),
    },
    "invalid-attribute": {
        "a string": model('return onnx.Gelu(x, approximate="tan")', titles=['Replace by `"tanh"`']),
    },
    "missing-weight": {
        "near": weights("", {"fc.weigth": (3, 4), "fc.bias": (3,)}, has_others=True),
        "two near": weights("", {"fc.weigth": (3, 4), "fc.bais": (3,)}, has_others=True),
        "near, a quote": weights("", {'fc."weight': (3, 4), "fc.bias": (3,)}, has_others=True),
        "behind a prefix": weights("", {"model." + name: shape for name, shape in FC.items()}),
        "another prefix": weights(' (prefix="net.")', {"model." + name: shape for name, shape in FC.items()}),
        "without a prefix": weights(' (prefix="net.")', FC),
        "another layer": weights("", {"head.weight": (3, 4), "head.bias": (3,)}, titles=["Take the file's `head` for `fc`"], has_others=True),
        "without a scope": weights("", FC, "scope net {\n        x = fc: Linear(x, out_features=3)\n    }\n    return x"),
    },
    "not-in-opset": {
        "": Case("use onnx 13\n\nmodel m(x: f32[N, 8, 1]) {\n    return onnx.DFT(x)\n}\n"),
        "without a use": Case(
            "// A comment.\n\nmodel m(x: f32[N, 4, 8, 16]) {\n    y, _, _, scores = onnx.Attention(x, x, x, qk_matmul_output_mode=2)\n    return y, scores\n}\n"
        ),
        "an attribute": Case(
            "use onnx 13\n\nmodel m(x: f32[N, 8]) {\n    a, b = Split(x, axis=1, num_outputs=2)\n    return a, b\n}\n",
            titles=["Write for opset 18"],
        ),
        "removed": model("return onnx.Scatter(x, i, x)", "x: f32[4, 8], i: i64[4, 8]"),
    },
    "duplicate-name": {
        "by the pipe and by name": model("return x |> Sub(A=y)"),
        "by position and by name": file("block B(x: T[N], `the y`: T[N]) {\n    return x - `the y`\n}\n\nmodel m(a: f32[N]) {\n    return B(a, x=a)\n}\n"),
    },
    "nothing-declared": {
        "ignored": Case("use onnx 21\n"),
    },
    "rank-mismatch": {
        "a result": file(
            "model m(x: f32[N, 2, 4]) -> (y: f32[N, 8]) {\n    return Relu(x)\n}\n", titles=["Insert Reshape for `Relu(x)`"]
        ),
        "reconciled": file("block B(x: T[N, D], y: T[N, D]) {\n    return x + y\n}\n\nmodel m(a: f32[4, 8], b: f32[4, 2, 4]) {\n    return B(a, b)\n}\n"),
    },
    "recorded-type": {
        "ignored": model("@recorded(type f32[N, 9])\n    z = Relu(x)\n    return z"),
    },
    "reserved-word": {
        "an element type": block("c64 = Relu(x)"),
        "a keyword": block("none = x"),
        "an ascription": block("string: T[N, 8] = x"),
        "a label": block("x = f32: Linear(x, out_features=8)"),
        "a parameter": block("param f16: f32[8] = zeros"),
        "a layer": block("layer true = Linear(out_features=8)"),
        "a repeat": block("repeat i8 in 0..<n {\n        x = Relu(x)\n    }"),
        "a scope": block("scope bool {\n        x = Relu(x)\n    }"),
        "a block": file("block string(x: T[N]) {\n    return x\n}\n"),
        "an input": file("block B(x: T[N], string: T[N]) {\n    return x\n}\n"),
    },
    "shape-mismatch": {
        "reconciled": model("return Add(a, b)", "a: f32[4, 8], b: f32[8, 4]"),
        "a number that decides one of the sizes": model("x = fc: Linear(a, out_features=6)\n    return x + a", "a: f32[N, 8]"),
        "a number that an input has": model("return MatMul(a, b)", "a: f32[N, 8], b: f32[6, 3]"),
        "a number of a default": file("block B(x: T[N, D], width: int = 6) {\n    return x + fc: Linear(x, out_features=width)\n}\n\nmodel m(a: f32[N, 8]) {\n    return B(a)\n}\n"),
    },
    "step-not-run": {
        "ignored": file('model m(x: f32[N]) {\n    return Relu(x)\n}\n\nrecipe r for m {\n    distill(teacher="t.onnx")\n    export("m.onnx")\n}\n'),
    },
    "swapped-results": {
        "": file("model m(x: f32[N]) -> (low: f32[N], high: f32[N]) {\n    low = Relu(x)\n    high = Neg(x)\n    return high, low\n}\n"),
    },
    "too-many-arguments": {
        "one": model("return fc: Linear(x, 3)"),
        "one of two": model("return c: Conv2d(image, 8)"),
        "two": model("return c: Conv2d(image, 8, 3)"),
        "a pipe": model("return image |> c: Conv2d(8, 3)"),
    },
    "too-many-inputs": {
        "an axis": model("return Softmax(x, -1)"),
        "the only attribute": model("return Elu(x, 0.5)"),
    },
    "type-mismatch": {
        "reconciled": model("return a + b", "a: f32[N, 8], b: f16[N, 8]"),
        "reconciled in a call": model("return Concat(a, b, axis=0)", "a: i64[4], b: i32[3]"),
        "a call": model("return x + i64(x)", "x: f32[N, 8]", titles=["Insert Cast to f32 for `i64(x)`", "Insert Cast to i64 for `x`"]),
        "the number of rounds": model(
            "s = Loop(limit, _, x, body=(i: i64[], go: bool[], s: f32[N]) {\n        return go, s\n    })\n    return s",
            "x: f32[N], limit: i32[]",
            titles=["Insert Cast to i64 for `limit`"],
        ),
        "a declared result": file(
            "model m(x: f32[N]) -> (y: i64[N]) {\n    return Relu(x)\n}\n", titles=["Insert Cast to i64 for `Relu(x)`"]
        ),
    },
    "undeclared-operator": {
        "ignored": Case("use onnx 21\nuse com.acme 1\n\nmodel m(x: f32[N]) {\n    z: f32[N] = com.acme.Magic(x)\n    return z\n}\n"),
    },
    "undetermined-broadcast": {
        "": file("model m(x: f32[N], y: f32[M]) {\n    return x + y\n}\n"),
        "another condition": file("model m(x: f32[N], y: f32[M]) -> (z: f32[N]) where N % 2 == 0 {\n    return x + y\n}\n"),
        "two axes": file("model m(x: f32[N, K], y: f32[M, L]) {\n    return x + y\n}\n", titles=["Add `where N == M, K == L` to m"]),
        "a quoted name": file("model m(x: f32[`my n`], y: f32[M]) {\n    return x + y\n}\n"),
        "an expression": file("model m(x: f32[N], y: f32[M]) {\n    return x[1:] + y\n}\n"),
        "a comment": file("model m(x: f32[N], y: f32[M]) -> (z: f32[N])\n    where N % 2 == 0 // Even.\n{\n    return x + y\n}\n"),
        "in a block": file("block B(x: T[N], y: T[M]) {\n    return x + y\n}\n\nmodel m(x: f32[N], y: f32[K]) {\n    return B(x, y)\n}\n"),
    },
    "undetermined-size": {
        "an operator": file("model m(x: f32[N, K], y: f32[M, 4]) {\n    return x @ y\n}\n"),
        "an operator, twice": file("model m(x: f32[A, N, K], y: f32[B, M, L]) {\n    return x @ y\n}\n"),
        "Gemm": file("model m(x: f32[N, K], y: f32[M, L], c: f32[P]) {\n    return Gemm(x, y, c)\n}\n"),
        "two results": file("model m(x: f32[N, K], y: f32[M, L]) -> (z: f32[N, K], w: f32[N, K]) {\n    return x, y\n}\n"),
        "a block of two axes": file("block B(x: T[N, D], y: T[N, D]) {\n    return x + y\n}\n\nmodel m(x: f32[N, L], y: f32[K, M]) {\n    return B(x, y)\n}\n"),
        "Einsum": file('model m(x: f32[N, K], y: f32[M, 4]) {\n    return Einsum(x, y, equation="ij,jk->ik")\n}\n'),
        "an ascription": file("model m(x: f32[N], y: f32[M]) {\n    z: f32[M] = Relu(x)\n    return z, y\n}\n"),
        "a result": file("model m(x: f32[N], y: f32[M]) -> (z: f32[N], w: f32[N]) {\n    return x, y\n}\n"),
        "a block": file("block B(x: T[N], y: T[N]) {\n    return x + y\n}\n\nmodel m(x: f32[N], y: f32[K]) {\n    return B(x, y)\n}\n"),
        "a formula": file("model m(x: f32[2 * N], y: f32[M]) -> (z: f32[2 * N], w: f32[2 * N]) {\n    return x, y\n}\n"),
    },
    "wrong-attribute-kind": {
        "an element type": model('return Cast(x, to="f16")', titles=["Write `f16`"]),
        "another's name": model('return Cast(x, to="float64")', titles=["Write `f64`"]),
    },
    "wrong-kind": {
        "a repeat": block("repeat i in n {\n        x = Relu(x)\n    }"),
        "a repeat of a sum": block("repeat i in n + 1 {\n        x = Relu(x)\n    }"),
    },
    "unknown-annotation": {
        "": model('@nmae("z")\n    z = Relu(x)\n    return z'),
    },
    "unknown-argument": {
        "a block": model("return fc: Linear(x, out_feature=3)"),
        "an operator": model("return Softmax(x, axsi=1)"),
        "a quoted name": file("block B(x: T[N], `my size`: int = 3) {\n    return x\n}\n\nmodel m(x: f32[N]) {\n    return B(x, `my siez`=3)\n}\n"),
        "a declared operator": file("operator com.acme.Own(x: T[N], alpha: float = 1.0) -> T[N]\n\nmodel m(x: f32[N]) {\n    return com.acme.Own(x, alhpa=2.0)\n}\n"),
        "weights": weights(' (prefx="")', FC),
        "an initializer": model("param w: f32[8] = normal(sdt=0.02)\n    return x * w"),
        "a step": file('model m(x: f32[N]) {\n    return Relu(x)\n}\n\nrecipe r for m {\n    export("m.onnx", opste=21)\n}\n'),
    },
    "unknown-callee": {
        "that hides a misspelt argument": model(
            "return c: Conv2dd(image, out_chanels=3, kernel_size=1)", titles=["Replace by `Conv2d`. Replace by `out_channels`"]
        ),
        "": model("return Rleu(x)"),
        "a block": file("block Own(x: T[N]) {\n    return Relu(x)\n}\n\nmodel m(x: f32[N]) {\n    return Onw(x)\n}\n"),
        "a quoted block": file("block `my own`(x: T[N]) {\n    return Relu(x)\n}\n\nmodel m(x: f32[N]) {\n    return `my onw`(x)\n}\n"),
        "an instance": model("x = layers[0].fc: Linear(x, out_features=8)\n    return layers[0].cf(x)"),
        "a quoted instance": model("x = a.`b c`: Linear(x, out_features=8)\n    return a.`b d`(x)"),
        "an operator of a set": model("return onnx.Rleu(x)"),
        "an operator of another set": Case("use onnx 21\nuse com.microsoft 1\n\nmodel m(x: f32[N, 8]) {\n    return com.microsoft.QuickGleu(x)\n}\n"),
        "an import": Case('use onnx 21\nimport "./b.mica"\n\nmodel m(x: f32[N]) {\n    return Onw(x)\n}\n', OWN),
        "a label": model("return l: Rleu(x)"),
        "an overload": file("operator com.acme.Own~v2(x: T[N]) -> T[N] {\n    return x\n}\n\nmodel m(x: f32[N]) {\n    return com.acme.Onw~v2(x)\n}\n"),
    },
    "unknown-initializer": {
        "": model("param w: f32[8] = normall(std=0.02)\n    return x + w", titles=["Replace by `normal`"]),
        "without arguments": model("param w: f32[8] = zeross\n    return x + w"),
    },
    "unknown-name": {
        "a recipe's model": file('model net(x: f32[N]) {\n    return Relu(x)\n}\n\nrecipe r for mobilenet {\n    export("m.onnx")\n}\n'),
        "a recipe's model of several": file(
            "model one(x: f32[N]) {\n    return Relu(x)\n}\n\nmodel two(x: f32[N]) {\n    return Relu(x)\n}\n\n"
            'recipe r for twoo {\n    export("m.onnx")\n}\n',
            titles=["Replace by `two`"],
        ),
        "a value": model("return Relu(imgae)"),
        "a quoted value": model("return Relu(`my vlaue`)", "`my value`: f32[N]"),
        "a path": model("x = fc: Linear(x, out_features=8)\n    return x @ fc.weigth"),
        "a quoted path": model("x = `a b`[0].fc: Linear(x, out_features=8)\n    return x @ `a b`[0].fc.weigth"),
        "a quoted result": file("model m(x: f32[N, 8]) -> (`out put`: f32[N, 8]) {\n    `out put` = x\n    return `out ptu`\n}\n"),
        "a parameter": model("x = fc: Linear(x, out_features=8)\n    return x @ fcweight"),
        "a quoted layer of a recipe": file(
            'model m(x: f32[N, 8]) {\n    return `my head`: Linear(x, out_features=3)\n}\n\nrecipe r for m {\n    prune(ratio=0.5, keep=[`my haed`])\n    export("m.onnx")\n}\n'
        ),
        "an indexed path": model("x = l[0].fc: Linear(x, out_features=8)\n    return x @ l[0].fc.weigth"),
        "a layer of a recipe": file(
            'model m(x: f32[N, 8]) {\n    return head: Linear(x, out_features=3)\n}\n\nrecipe r for m {\n    prune(ratio=0.5, keep=[haed])\n    export("m.onnx")\n}\n'
        ),
        "an element type": file("model m(x: float32[N]) {\n    return Relu(x)\n}\n"),
        "a type of configuration": file("block B(x: T[N], n: integer) {\n    return x * n\n}\n"),
        "a misspelt type of configuration": file("block B(x: T[N], n: flaot) {\n    return x * n\n}\n"),
        "a dimension": model("return Reshape(x, [bacth, 8])", "x: f32[batch, 8]"),
    },
    "unnamed-layer": {
        "": model("return Linear(x, out_features=8)", "x: f32[N, 8]"),
        "a pipe": model("return x |> Linear(out_features=8) |> Relu", "x: f32[N, 8]"),
        "one of two": model("x = Linear(x, out_features=8)\n    return Linear(x, out_features=8)", "x: f32[N, 8]"),
        "a repeat": model("repeat i in 0..<2 {\n        x = Linear(x, out_features=8)\n    }\n    return x", "x: f32[N, 8]"),
    },
    "unknown-step": {
        "": file('model m(x: f32[N]) {\n    return Relu(x)\n}\n\nrecipe r for m {\n    simplfy()\n    export("m.onnx")\n}\n'),
    },
    "unreachable": {
        "a condition that is false": model("if false {\n        x = Tanh(x)\n    }\n    return Relu(x)"),
        "a condition that is true": model("if true {\n        x = Tanh(x)\n    } else {\n        x = Relu(x)\n    }\n    return x"),
        "no rounds": model("repeat i in 0..<0 {\n        x = Tanh(x)\n    }\n    return Relu(x)"),
        "": model(
            "return x\n    y = Relu(x)\n    // Why.\n    return y",
            titles=["Remove what is not executed", "Ignore unreachable on this line"],
        ),
    },
    "unreadable-import": {
        "": Case("use onnx 21\nimport std.vison\n\nmodel m(x: f32[N]) {\n    return Relu(x)\n}\n"),
    },
    "unterminated-name": {
        "": model("`a b = Relu(x)\n    return x"),
        "a label": model("return `a.b: Linear(x, out_features=8)"),
        "a label of two words": model("return `a b: Linear(x, out_features=8)"),
        "an operand": model("`a b` = x\n    return `a b + y"),
        "before a pipe": model("`a b` = x\n    return `a b |> Relu"),
    },
    "unterminated-string": {
        "": model('return Gelu(x, approximate="tanh)'),
        "one quote": model("return Gelu(x, approximate='tanh)"),
        "bytes": model("return Gelu(x, approximate=b'tanh)"),
        "before a comment": model('return Gelu(x, approximate="tanh) // why'),
        "a backslash": model('@doc("a\\\n    )\n    z = Relu(x)\n    return z'),
        "an import": Case('use onnx 21\nimport "./b.mica\n\nmodel m(x: f32[N]) {\n    return Own(x)\n}\n', OWN),
    },
    "unused-ignore": {
        "": model("k = 8 / 2 // mica:ignore(inexact-division)\n    return x * k"),
        "one of two": model("k = 7 / 2 // mica:ignore(unreachable, inexact-division)\n    return x * k"),
        "a line of its own": model("// mica:ignore(unreachable)\n    return x"),
        "in other words": model("k = 8 / 2 // Half: mica:ignore(inexact-division)\n    return x * k"),
    },
    "unused-import": {
        "": Case(
            'use onnx 21\nimport "./b.mica"\n\nmodel m(x: f32[N]) {\n    return Relu(x)\n}\n',
            files=OWN,
            titles=["Remove the import", "Ignore unused-import on this line"],
        ),
        "a name": Case('use onnx 21\nimport "./b.mica" as b\nimport std.vision\n\nmodel m(x: f32[N]) {\n    return b.Own(x)\n}\n', files=OWN),
    },
    "unused-parameter": {
        "an input": model("return x", "x: f32[N, 8], mask: f32[N, 8]"),
        "of two blocks": file(
            "block B(x: T[N], a: int = 3) {\n    return x\n}\n\nblock C(x: T[N]) {\n    return B(x, a=4) |> B\n}\n\n"
            "model m(x: f32[N]) {\n    return C(x)\n}\n"
        ),
        "the first of a list": file("block B(\n    a: int,\n    x: T[N],\n) {\n    return x\n}\n\nmodel m(x: f32[N]) {\n    return B(x, a=4)\n}\n"),
    },
    "unused-value": {
        "": model("z = Relu(x)\n    return x", "x: f32[N, 8]"),
        "bound again": model("z = Relu(x)\n    z = Neg(x)\n    return z", "x: f32[N, 8]"),
        "one of two": model("a, b = Split(x, axis=1, num_outputs=2)\n    return b", "x: f32[N, 8]"),
        "a constant": model("const k: i64[1] = [3]\n    return x", "x: f32[N, 8]"),
        "with what nothing else uses": model("y = Relu(x)\n    z = Neg(y)\n    return x", "x: f32[N, 8]"),
    },
    "unused-weights": {
        "one": weights("", FC | {"extra": (1,)}),
        "layers": weights("", FC | {"extra": (1,), "h.0.mask": (1,), "h.1.mask": (1,)}),
        "more": weights(' (ignore=["none"],)', FC | {"extra": (1,)}, has_others=True),
        "odd names": weights("", FC | {name: (1,) for name in ["x[1]", "a*b", "what?", 'a"b', "c\\d", "e{f}", "tab\t"]}),
    },
    "weight-shape-mismatch": {
        "transposed": weights("", {"fc.weight": (4, 3), "fc.bias": (3,)}),
        "all transposed": weights(
            "",
            {"h.0.weight": (4, 5), "h.1.weight": (5, 3)},
            "x = h[0]: Linear(x, out_features=5, bias=false)\n    return h[1]: Linear(x, out_features=3, bias=false)",
        ),
    },
    "weights-converted": {
        "ignored": weights("", FC, element="f2"),
    },
    "weights-file-missing": {
        "ignored": model('weights "w.safetensors"\n    return fc: Linear(x, out_features=3)', "x: f32[N, 4]"),
    },
}
