"""Graphs given to If, Loop and Scan: what ONNX Runtime refuses for its inputs and results, mica says; nothing else."""

import onnx.parser
import onnxruntime
import pytest

from command import mica
from inference import problems

HEAD = '<ir_version: 8, opset_import: ["": 18]>'


def loop(body: str, results: str = "s, ys", kept: str = "float[1, 3] s, float[k, 1, 3] ys") -> str:
    return (
        f"{HEAD} g (float[1, 3] x) => ({kept}) <int64 n = {{2}}, bool yes = {{1}}> "
        f"{{ {results} = Loop <body = {body}> (n, yes, x) }}"
    )


def scan(body: str, results: str = "s, ys") -> str:
    kept = ", ".join(f"float[k] {name}" if name == "s" else f"float[m, k] {name}" for name in results.split(", "))
    return (
        f"{HEAD} g (float[3] x, float[4, 3] xs) => ({kept}) "
        f"{{ {results} = Scan <num_scan_inputs = 1, body = {body}> (x, xs) }}"
    )


def choice(then: str, otherwise: str, results: str = "a, b") -> str:
    kept = ", ".join(f"float[k] {name}" for name in results.split(", "))
    return (
        f"{HEAD} g (float[3] x, bool c) => ({kept}) "
        f"{{ {results} = If <then_branch = {then}, else_branch = {otherwise}> (c) }}"
    )


STEP = "t (int64 i, bool go, float[1, 3] v) => ({}) {{ on = Identity(go) w = Neg(v) u = Abs(v) z = Cast<to = 7>(v) }}"
ONE = "one () => (float[3] p) { p = Neg(x) }"
TWO = "two () => (float[3] p, float[3] q) { p = Neg(x) q = Abs(x) }"

# Each case: a model, and the identifiers of what is wrong with it; none where it can run.
MODELS = {
    "loop": (loop(STEP.format("bool on, float[1, 3] w, float[1, 3] u")), set()),
    "loop, too few results": (loop(STEP.format("bool on, float[1, 3] w")), {"result-count"}),
    "loop, too many results": (
        loop(STEP.format("bool on, float[1, 3] w, float[1, 3] u"), "s", "float[1, 3] s"),
        {"result-count"},
    ),
    "loop, order of results": (
        loop(STEP.format("float[1, 3] w, bool on, float[1, 3] u")),
        {"type-mismatch"},
    ),
    "loop, element type of a state": (
        loop(STEP.format("bool on, int64[1, 3] z, float[1, 3] u")),
        # In the second round, `u` is no longer what the body declares.
        {"type-mismatch", "recorded-type-mismatch"},
    ),
    "loop, two inputs": (
        loop("t (int64 i, float[1, 3] v) => (bool on, float[1, 3] w, float[1, 3] u) "
             "{ on = Constant<value = bool {1}>() w = Neg(v) u = Abs(v) }"),
        {"subgraph-inputs"},
    ),
    "loop, four inputs": (
        loop("t (int64 i, bool go, float[1, 3] v, float[1, 3] r) => (bool on, float[1, 3] w, float[1, 3] u) "
             "{ on = Identity(go) w = Neg(v) u = Abs(v) }"),
        {"subgraph-inputs"},
    ),
    "loop, number of the round": (
        loop(STEP.format("bool on, float[1, 3] w, float[1, 3] u").replace("int64 i", "float i")),
        {"type-mismatch"},
    ),
    "scan": (scan("t (float[3] a, float[3] b) => (float[3] c, float[3] d) { c = Add(a, b) d = Mul(a, b) }"), set()),
    "scan, one input": (
        scan("t (float[3] a) => (float[3] c, float[3] d) { c = Neg(a) d = Abs(a) }"),
        {"subgraph-inputs"},
    ),
    "scan, a result that the node does not have": (
        scan("t (float[3] a, float[3] b) => (float[3] c, float[3] d) { c = Add(a, b) d = Mul(a, b) }", "s"),
        {"result-count"},
    ),
    "scan, a result too few": (
        scan("t (float[3] a, float[3] b) => (float[3] c) { c = Add(a, b) }"),
        {"result-count"},
    ),
    "if": (choice(TWO, TWO.replace("two", "too")), set()),
    "if, three results": (choice(TWO, TWO.replace("two", "too"), "a, b, d"), {"result-count"}),
    "if, one result": (choice(TWO, TWO.replace("two", "too"), "a"), {"result-count"}),
    "if, branches of one and two": (choice(TWO, ONE), {"result-count"}),
    "if, a branch with an input": (
        choice("two (float[3] r) => (float[3] p, float[3] q) { p = Neg(r) q = Abs(x) }", TWO.replace("two", "too")),
        {"subgraph-inputs"},
    ),
}


@pytest.mark.parametrize("name", MODELS)
def test_files(tmp_path, name):
    text, expected = MODELS[name]
    made = onnx.parser.parse_model(text)
    data = made.SerializeToString()
    if expected:
        with pytest.raises(Exception):
            onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    else:
        onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    (tmp_path / "m.onnx").write_bytes(data)
    outcome = mica("check", "m.onnx", cwd=tmp_path)
    assert {problem.identifier for problem in problems(outcome)} == expected, outcome.err
    assert outcome.code == (1 if expected else 0), outcome.err
    strict = mica("convert", "m.onnx", "typed.onnx", "--infer-shapes", "--strict", cwd=tmp_path)
    assert strict.code == outcome.code and (tmp_path / "typed.onnx").exists() == (not expected), strict.err


def looped(parameters: str, results: str, names: str = "s, ys") -> str:
    return f"{names} = Loop(2, _, x, body=({parameters}) {{ return {results} }})\n return {names}"


FULL = "i: i64[], go: bool[], s: f32[1, 3]"
TEXTS = {
    "loop": (looped(FULL, "go, s + 1.0, s"), None),
    "loop, two inputs": (looped("i: i64[], s: f32[1, 3]", "s + 1.0, s"), "subgraph-inputs"),
    "loop, four inputs": (looped(FULL + ", t: f32[1, 3]", "go, s + 1.0, s"), "subgraph-inputs"),
    "loop, too few results": (looped(FULL, "go, s + 1.0"), "result-count"),
    # Results without a name in the text get one in the file, which must have them all.
    "loop, a result without a name": (looped(FULL, "go, s + 1.0, s, s"), None),
    "loop, order of results": (looped(FULL, "s + 1.0, go, s"), "type-mismatch"),
    "loop, another type of a state": (looped(FULL, "go, i64(s), s"), "type-mismatch"),
    "loop, the state's declared type": (looped("i: i64[], go: bool[], s: i64[1, 3]", "go, s, s"), "type-mismatch"),
    "loop, number of the round": (looped("i: f32[], go: bool[], s: f32[1, 3]", "go, s + 1.0, s"), "type-mismatch"),
    "if": ("a, b = If(x[0, 0] > 0.0, then_branch={ return x, x }, else_branch={ return x, x })\n return a, b", None),
    "if, three names": (
        "a, b, c = If(x[0, 0] > 0.0, then_branch={ return x, x }, else_branch={ return x, x })\n return a",
        "result-count",
    ),
    "if, a result without a name": (
        "a = If(x[0, 0] > 0.0, then_branch={ return x, x }, else_branch={ return x, x })\n return a",
        None,
    ),
    "if, a branch with an input": (
        "a = If(x[0, 0] > 0.0, then_branch=(t: f32[1, 3]) { return t }, else_branch={ return x })\n return a",
        "subgraph-inputs",
    ),
    "scan": (
        "s, ys = Scan(x[0], x, num_scan_inputs=1, body=(a: f32[3], b: f32[3]) { return a + b, b })\n return s, ys",
        None,
    ),
    "scan, a result without a name": (
        "s = Scan(x[0], x, num_scan_inputs=1, body=(a: f32[3], b: f32[3]) { return a + b, b })\n return s",
        None,
    ),
}


@pytest.mark.parametrize("name", TEXTS)
def test_texts(tmp_path, name):
    body, expected = TEXTS[name]
    (tmp_path / "m.mica").write_text(f"model m(x: f32[1, 3]) {{\n {body}\n}}\n")
    outcome = mica("check", "m.mica", cwd=tmp_path)
    converted = mica("convert", "m.mica", "m.onnx", cwd=tmp_path)
    if expected:
        assert outcome.code == converted.code == 1 and not (tmp_path / "m.onnx").exists()
        assert {problem.identifier for problem in problems(outcome)} == {expected}, outcome.err
        assert outcome.err.startswith("m.mica:2:"), outcome.err
    else:
        assert outcome.code == converted.code == 0, outcome.err
        onnxruntime.InferenceSession(tmp_path / "m.onnx", providers=["CPUExecutionProvider"])
