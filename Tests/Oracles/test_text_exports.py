"""What short texts export: files that ONNX's checker and ONNX Runtime take, with the numbers that the text says."""

import json
import math

import numpy as np
import onnx
import onnxruntime
import pytest

from command import OPSETS, mica, succeed

X = np.array([[0.5, -1.5, 2.0]], np.float32)


def export(folder, text: str, *options: object) -> onnx.ModelProto:
    (folder / "m.mica").write_text(text)
    succeed("convert", folder / "m.mica", folder / "m.onnx", *options)
    model = onnx.load(folder / "m.onnx")
    onnx.checker.check_model(model, full_check=True)
    return model


def run(model: onnx.ModelProto, **arrays: np.ndarray) -> list[np.ndarray]:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, ["CPUExecutionProvider"])
    return session.run(None, arrays)


def problems(folder, text: str, *options: object) -> list[str]:
    """The identifiers of what `mica check` has against a text."""
    (folder / "m.mica").write_text(text)
    return [problem.identifier for problem in mica("check", folder / "m.mica", *options).diagnostics]


def opset(model: onnx.ModelProto, domain: str = "") -> int:
    return next(entry.version for entry in model.opset_import if entry.domain == domain)


# Numbers beside tensors


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize(
    "expression, wanted",
    [
        ("2 ** x", lambda x: 2 ** x.astype(np.float64)),
        ("Pow(2, x)", lambda x: 2 ** x.astype(np.float64)),
        ("x ** 2", lambda x: x.astype(np.float64) ** 2),
        ("(x * x) ** 0.5", lambda x: np.abs(x.astype(np.float64))),
    ],
)
def test_a_number_has_the_type_of_the_tensor_that_a_power_meets(kind, expression, wanted, tmp_path):
    name = {np.float16: "f16", np.float32: "f32", np.float64: "f64"}[kind]
    (result,) = run(export(tmp_path, f"model m(x: {name}[1, 3]) {{ return {expression} }}"), x=X.astype(kind))
    assert result.dtype == kind
    np.testing.assert_allclose(result, wanted(X.astype(kind)), rtol=2e-3 if kind == np.float16 else 1e-6)


@pytest.mark.parametrize("expression", ["x ** 0.5", "0.5 ** x", "Pow(x, 0.5)"])
def test_a_fraction_beside_integers_is_an_error(expression, tmp_path):
    assert problems(tmp_path, f"model m(x: i64[3]) {{ return {expression} }}") == ["type-mismatch"]


# Results that are left out


@pytest.mark.parametrize(
    "body, wanted",
    [
        ("y = TopK(x, [1], axis=1)\nreturn y", [np.array([[2.0]])]),
        ("y, _ = TopK(x, [1], axis=1)\nreturn y", [np.array([[2.0]])]),
        ("_, y = TopK(x, [1], axis=1)\nreturn y", [np.array([[2]])]),
        ("return TopK(x, [2], axis=1) + 1.0", [np.array([[3.0, 1.5]])]),
        ("a, _, c = Split(x, axis=1, num_outputs=3)\nreturn a, c", [X[:, :1], X[:, 2:]]),
        ("a = Split(x, axis=1, num_outputs=3)\nreturn a", [X[:, :1]]),
        ("a, _ = Split(x, [1, 2], axis=1)\nreturn a", [X[:, :1]]),
        ("_, i = MaxPool(Unsqueeze(x, [0]), kernel_shape=[3])\nreturn i", [np.array([[[2]]])]),
        ("_, mask = Dropout(x)\nreturn mask", [np.ones((1, 3), bool)]),
        ("_, i = Unique(x)\nreturn i", [np.array([1, 0, 2])]),
        ("_, _, _, n = Unique(x)\nreturn n", [np.array([1, 1, 1])]),
        ("y = DynamicQuantizeLinear(x)\nreturn y", [np.array([[145, 0, 255]])]),
        ("_, s = DynamicQuantizeLinear(x)\nreturn s", [np.array(3.5 / 255)]),
        ("s, _ = Loop(2, _, x, body=(i: i64[], go: bool[], s: f32[1, 3]) { return go, s + 1, s })\nreturn s", [X + 2]),
        ("s = Loop(2, _, x, body=(i: i64[], go: bool[], s: f32[1, 3]) { return go, s + 1, s })\nreturn s", [X + 2]),
        ("_, b = If(x[0, 0] > 0, then_branch={ return x, x + 1 }, else_branch={ return x, x })\nreturn b", [X + 1]),
        (
            "*parts = Loop(2, _, x, body=(i: i64[], go: bool[], s: f32[1, 3]) { return go, s + 1, s })\n"
            "return parts[0], parts[1]",
            [X + 2, np.stack([X, X + 1])],
        ),
    ],
)
def test_a_result_that_nobody_wants_has_a_name_where_the_operator_requires_it(body, wanted, tmp_path):
    results = run(export(tmp_path, f"model m(x: f32[1, 3]) {{\n{body}\n}}"), x=X)
    assert len(results) == len(wanted)
    for result, value in zip(results, wanted, strict=True):
        np.testing.assert_allclose(result, value, rtol=1e-6)


@pytest.mark.parametrize("number", OPSETS)
@pytest.mark.parametrize("size", [3, 5])
def test_split_has_as_many_parts_as_names(number, size, tmp_path):
    text = f"model m(x: f32[1, {size}]) {{\na, b, c = Split(x, axis=1)\nreturn a, b, c\n}}"
    x = np.arange(size, dtype=np.float32)[None]
    parts = run(export(tmp_path, text, "--opset", number), x=x)
    chunk = -(-size // 3)
    for index, part in enumerate(parts):
        np.testing.assert_array_equal(part, x[:, index * chunk : (index + 1) * chunk])


# Operator sets


@pytest.mark.parametrize("number", [13, 17, 20])
def test_a_text_for_an_old_set_has_newer_operators_written_out(number, tmp_path):
    text = "model m(x: f32[1, 3]) { return Gelu(x) }"
    named = export(tmp_path, f"use onnx {number}\n{text}")
    chosen = export(tmp_path, text, "--opset", number)
    assert opset(named) == opset(chosen) == number
    assert [node.op_type for node in named.graph.node] == [node.op_type for node in chosen.graph.node]
    assert ("Gelu" in [node.op_type for node in named.graph.node]) == (number >= 20)
    wanted = [[value / 2 * (1 + math.erf(value / math.sqrt(2))) for value in X[0].tolist()]]
    np.testing.assert_allclose(run(named, x=X)[0], wanted, rtol=1e-5)


def test_an_operator_without_another_spelling_is_still_told(tmp_path):
    text = "model m(x: f32[1, 3, 1]) { return DFT(x) }"
    assert problems(tmp_path, f"use onnx 13\n{text}") == ["not-in-opset"]
    assert problems(tmp_path, text, "--opset", 13) == ["not-in-opset"]
    assert problems(tmp_path, text, "--opset", 17) == []


@pytest.mark.parametrize(
    "domain, call",
    [
        ("ai.onnx.ml", "ai.onnx.ml.Scaler(x, offset=[0.0], scale=[1.0])"),
        ("com.microsoft", "com.microsoft.FastGelu(x)"),
    ],
)
def test_an_operator_of_another_domain_imports_its_set(domain, call, tmp_path):
    model = export(tmp_path, f"model m(x: f32[1, 3]) {{ return {call} }}")
    assert {entry.domain for entry in model.opset_import} == {"", domain}
    assert run(model, x=X)[0].shape == (1, 3)


@pytest.mark.parametrize("imported, project, wanted", [(18, None, 21), (22, None, 22), (18, 20, 20), (22, 20, 22)])
def test_the_set_of_an_import_is_a_minimum(imported, project, wanted, tmp_path):
    (tmp_path / "block.mica").write_text(f"use onnx {imported}\nblock B(x: T[N]) -> T[N] {{ return Relu(x) }}\n")
    if project:
        (tmp_path / "mica.json").write_text(json.dumps({"opset": project}))
    model = export(tmp_path, 'import "./block.mica"\nmodel m(x: f32[N]) { return B(x) }\n')
    assert opset(model) == wanted


# Remainders, truth values, strings


@pytest.mark.parametrize("kind, name", [(np.float32, "f32"), (np.float64, "f64"), (np.int64, "i64")])
@pytest.mark.parametrize("divisor", [3, -3])
def test_a_remainder_has_the_sign_of_its_divisor_whatever_the_type(kind, name, divisor, tmp_path):
    x = np.array([-7, -6, -2.5, -0.0, 0, 1, 2.5, 6, 7]).astype(kind)
    text = f"model m(x: {name}[N], d: {name}[1]) {{ return x % {divisor}, x % d, {divisor} % (x + 20) }}"
    by_number, by_tensor, of_number = run(export(tmp_path, text), x=x, d=np.array([divisor], kind))
    np.testing.assert_array_equal(by_number, np.mod(x, kind(divisor)))
    np.testing.assert_array_equal(by_tensor, np.mod(x, kind(divisor)))
    np.testing.assert_array_equal(of_number, np.mod(kind(divisor), x + kind(20)))


@pytest.mark.parametrize("kind", ["f16", "f32", "f64"])
def test_the_remainder_of_fractions_needs_fmod(kind, tmp_path):
    text = f"model m(x: {kind}[3], y: {kind}[3]) {{ return Mod(x, y) }}"
    assert problems(tmp_path, text) == ["type-mismatch"]
    assert problems(tmp_path, text.replace("y)", "y, fmod=1)")) == []
    # ONNX Runtime refuses it too.
    node = onnx.helper.make_node("Mod", ["x", "y"], ["z"])
    number = onnx.helper.np_dtype_to_tensor_dtype(np.dtype(kind.replace("f", "float")))
    values = [onnx.helper.make_tensor_value_info(value, number, [3]) for value in "xyz"]
    graph = onnx.helper.make_graph([node], "g", values[:2], values[2:])
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 21)], ir_version=10)
    with pytest.raises(Exception, match="fmod"):
        run(model, x=np.ones(3, kind.replace("f", "float")), y=np.ones(3, kind.replace("f", "float")))


@pytest.mark.parametrize(
    "expression",
    ["x + true", "x * false", "If(1, then_branch={ return x }, else_branch={ return x })"],
)
def test_truth_values_are_no_numbers(expression, tmp_path):
    assert problems(tmp_path, f"model m(x: f32[3]) {{ return {expression} }}") == ["type-mismatch"]


def test_tensors_of_strings(tmp_path):
    text = 'model m(s: string[N]) { return Constant(value=string[2]{"a", "é"}), StringConcat(s, "-x"), s == "b" }'
    names, joined, equal = run(export(tmp_path, text), s=np.array(["b", "c"], object))
    assert names.tolist() == ["a", "é"]
    assert joined.tolist() == ["b-x", "c-x"]
    assert equal.tolist() == [True, False]


# Models that others call


def test_a_model_that_others_call_may_leave_configuration_to_them(tmp_path):
    inner = "model inner(x: f32[N], depth: int) { return x * depth }\n"
    outer = "model outer(x: f32[N]) { return inner(x, depth=2) }\n"
    assert problems(tmp_path, inner) == ["missing-argument"]
    assert problems(tmp_path, inner + outer) == []
    assert problems(tmp_path, inner + outer.replace(", depth=2", "")) != []
