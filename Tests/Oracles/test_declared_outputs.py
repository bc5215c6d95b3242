"""What a file declares of its outputs stays when types are inferred; what cannot be so is said."""

import numpy as np
import onnx.parser
import onnxruntime
import pytest

from command import mica
from inference import infer, problems

HEAD = '<ir_version: 8, opset_import: ["": 18]>'


def sizes(model: onnx.ModelProto) -> list[object]:
    dims = model.graph.output[0].type.tensor_type.shape.dim
    return [dim.dim_param or dim.dim_value for dim in dims]


# Each row: a graph, the output's sizes as they are to be written, and what is said, in the order of the axes.
ROWS = {
    "a multiple": ("(float[A, 3] x) => (float[A, 3] y) { y = Concat<axis = 0>(x, x) }", ["A", 3], ["not 0"]),
    "exchanged": ("(float[A, B] x) => (float[A, B] y) { y = Transpose(x) }", ["A", "B"], ["equal", "equal"]),
    "a number": ("(float[A, 3] x) => (float[5, 3] y) { y = Neg(x) }", [5, 3], []),
    "a name for a number": ("(float[5, A] x) => (float[A, A] y) { y = Neg(x) }", ["A", "A"], ["equal"]),
    "the same": ("(float[A, 3] x) => (float[A, 3] y) { y = Neg(x) }", ["A", 3], []),
    "no size": ("(float[A, 3] x) => (float[?, ?] y) { y = Neg(x) }", ["A", 3], []),
    "a name that no input has": ("(float[A, 3] x) => (float[M, 3] y) { y = Concat<axis = 0>(x, x) }", ["2*A", 3], []),
}


@pytest.mark.parametrize("name", ROWS)
def test_declared_sizes_stay(tmp_path, name):
    graph, expected, said = ROWS[name]
    made = onnx.parser.parse_model(f"{HEAD} g {graph}")
    for options in [[], ["--strict"]]:
        outcome, written = infer(made, tmp_path, *options)
        assert outcome.code == 0 and sizes(written) == expected, outcome.err
        found = problems(outcome)
        assert [(problem.severity, problem.identifier) for problem in found] == [
            ("warning", "recorded-type-mismatch")
        ] * len(said), outcome.err
        assert all(word in problem.message for word, problem in zip(said, found)), outcome.err


def test_what_never_holds_is_strict(tmp_path):
    made = onnx.parser.parse_model(f"{HEAD} g (float[A] x, float[1] o) => (float[A] y) {{ y = Concat<axis = 0>(x, o) }}")
    outcome, written = infer(made, tmp_path)
    assert outcome.code == 0 and sizes(written) == ["A"] and "recorded-type-mismatch" in outcome.err
    outcome, written = infer(made, tmp_path, "--strict")
    assert outcome.code == 1 and written is None


def test_a_copied_size_that_may_be_0(tmp_path):
    """A Reshape that ONNX Runtime takes where a size that it copies is 0 is no contradiction."""
    graph = "(float[C, A, 3] w) => (float[n, m] y) <int64[2] s = {0, 0}> { y = Reshape(w, s) }"
    made = onnx.parser.parse_model(f"{HEAD} g {graph}")
    session = onnxruntime.InferenceSession(made.SerializeToString(), providers=["CPUExecutionProvider"])
    assert session.run(None, {"w": np.zeros((2, 0, 3), np.float32)})[0].shape == (2, 0)
    with pytest.raises(Exception):
        session.run(None, {"w": np.zeros((2, 1, 3), np.float32)})
    outcome, written = infer(made, tmp_path, "--strict")
    assert outcome.code == 0 and sizes(written) == ["C", "A"], outcome.err
    assert "warning[element-count-mismatch]" in outcome.err and "only where" in outcome.err
    assert mica("check", tmp_path / "model.onnx").code == 0
