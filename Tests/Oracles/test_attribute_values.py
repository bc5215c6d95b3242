"""Strings that attributes choose from, and sizes, scales and divisors that cannot be: what no runtime takes is said."""

import numpy as np
import onnx.parser
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from command import mica
from inference import problems

F, I, U = TensorProto.FLOAT, TensorProto.INT64, TensorProto.UINT8

# Each row: an operator, its inputs' types and sizes or values, an attribute, strings that it takes, other attributes.
CHOICES = [
    ("Pad", [(F, [2, 3]), np.array([0, 1, 0, 1])], "mode", "constant reflect edge wrap", {}),
    ("Resize", [(F, [1, 1, 2, 2]), None, np.float32([1, 1, 2, 2])], "mode", "nearest linear cubic", {}),
    (
        "Resize",
        [(F, [1, 1, 2, 2]), None, np.float32([1, 1, 2, 2])],
        "coordinate_transformation_mode",
        "half_pixel half_pixel_symmetric pytorch_half_pixel align_corners asymmetric",
        {"mode": "linear"},
    ),
    (
        "Resize",
        [(F, [1, 1, 2, 2]), None, np.float32([1, 1, 2, 2])],
        "nearest_mode",
        "round_prefer_floor round_prefer_ceil floor ceil",
        {},
    ),
    ("GridSample", [(F, [1, 1, 2, 2]), (F, [1, 2, 2, 2])], "mode", "linear nearest cubic", {}),
    ("GridSample", [(F, [1, 1, 2, 2]), (F, [1, 2, 2, 2])], "padding_mode", "zeros border reflection", {}),
    ("RoiAlign", [(F, [1, 1, 4, 4]), (F, [1, 4]), (I, [1])], "mode", "avg max", {}),
    (
        "RoiAlign",
        [(F, [1, 1, 4, 4]), (F, [1, 4]), (I, [1])],
        "coordinate_transformation_mode",
        "half_pixel output_half_pixel",
        {},
    ),
    ("BitShift", [(U, [2]), (U, [2])], "direction", "LEFT RIGHT", {}),
    ("ScatterND", [(F, [3]), (I, [2, 1]), (F, [2])], "reduction", "none add mul max min", {}),
    ("ScatterElements", [(F, [3]), (I, [2]), (F, [2])], "reduction", "none add mul max min", {}),
    ("Gelu", [(F, [3])], "approximate", "none tanh", {}),
    ("DepthToSpace", [(F, [1, 4, 2, 2])], "mode", "DCR CRD", {"blocksize": 2}),
    ("MaxPool", [(F, [1, 1, 4, 4])], "auto_pad", "NOTSET SAME_UPPER SAME_LOWER VALID", {"kernel_shape": [2, 2]}),
]


def call(kind: str, inputs: list, **attributes: object) -> onnx.ModelProto:
    arguments, initializers, names = [], [], []
    for place, given in enumerate(inputs):
        names.append("" if given is None else f"i{place}")
        if isinstance(given, np.ndarray):
            initializers.append(numpy_helper.from_array(given, names[-1]))
        elif given is not None:
            arguments.append(helper.make_tensor_value_info(names[-1], *given))
    graph = helper.make_graph(
        [helper.make_node(kind, names, ["y"], **attributes)],
        "g",
        arguments,
        [onnx.ValueInfoProto(name="y")],
        initializers,
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)


def check(made: onnx.ModelProto, folder):
    (folder / "m.onnx").write_bytes(made.SerializeToString())
    return mica("check", "m.onnx", cwd=folder)


@pytest.mark.parametrize("row", CHOICES, ids=lambda row: f"{row[0]}-{row[2]}")
def test_each_choice_runs_and_is_accepted(tmp_path, row):
    kind, inputs, name, choices, others = row
    for choice in choices.split():
        made = call(kind, inputs, **{**others, name: choice})
        onnxruntime.InferenceSession(made.SerializeToString(), providers=["CPUExecutionProvider"])
        outcome = check(made, tmp_path)
        assert outcome.code == 0 and not problems(outcome), f"{choice}: {outcome.err}"


@pytest.mark.parametrize("row", CHOICES, ids=lambda row: f"{row[0]}-{row[2]}")
@pytest.mark.parametrize("wrong", ["unheard-of", ""])
def test_other_strings_are_refused(tmp_path, row, wrong):
    kind, inputs, name, choices, others = row
    outcome = check(call(kind, inputs, **{**others, name: wrong}), tmp_path)
    assert outcome.code == 1 and [problem.identifier for problem in problems(outcome)] == ["invalid-attribute"]
    message = problems(outcome)[0].message
    assert f'`{name}` of {kind} is "{wrong}"' in message and all(choice in message for choice in choices.split())


def test_choices_in_texts(tmp_path):
    (tmp_path / "m.mica").write_text('model m(x: f32[3]) {\n    return Gelu(x, approximate="tahn")\n}\n')
    outcome = mica("check", "m.mica", cwd=tmp_path)
    assert outcome.code == 1 and outcome.err.startswith("m.mica:2:32: error[invalid-attribute]"), outcome.err


LARGE = 2**62
# Each row: an operator, its inputs, other attributes, and what is said.
SIZES = {
    "Concat": ("Concat", [(F, [LARGE]), (F, [LARGE])], {"axis": 0}, "too-large"),
    "Tile": ("Tile", [(F, [4]), np.array([LARGE])], {}, "too-large"),
    "Pad": ("Pad", [(F, [4]), np.array([2**63 - 1, 2**63 - 1])], {}, "too-large"),
    "Pad by one": ("Pad", [(F, [4]), np.array([2**63 - 1, 0])], {}, "too-large"),
    "a dilated kernel": (
        "MaxPool",
        [(F, [1, 1, 4])],
        {"kernel_shape": [LARGE], "dilations": [4]},
        "too-large",
    ),
    "a large kernel": ("MaxPool", [(F, [1, 1, 4])], {"kernel_shape": [LARGE]}, "negative-size"),
    "a negative scale": ("Resize", [(F, [4]), None, np.float32([-1])], {}, "invalid-attribute"),
    "a scale of 0": ("Resize", [(F, [4]), None, np.float32([0])], {}, "invalid-attribute"),
    "a scale of nan": ("Resize", [(F, [4]), None, np.float32([np.nan])], {}, "invalid-attribute"),
    "a quotient": ("Div", [(I, [4]), np.array([0])], {}, "division-by-zero"),
    "a remainder": ("Mod", [(I, [2]), np.array([3, 0])], {}, "division-by-zero"),
}


@pytest.mark.parametrize("name", SIZES)
def test_sizes_and_numbers_that_cannot_be(tmp_path, name):
    kind, inputs, attributes, expected = SIZES[name]
    outcome = check(call(kind, inputs, **attributes), tmp_path)
    assert outcome.code == 1 and [problem.identifier for problem in problems(outcome)] == [expected], outcome.err


def test_division_of_nothing_by_0(tmp_path):
    """ONNX Runtime refuses a divisor of 0 even where there is nothing to divide."""
    text = (
        '<ir_version: 10, opset_import: ["": 21]> g (int64[A] i0) => (int64[k] y) '
        "{ s = Shape(i0) zero = Sub(s, s) y = Div(i0, zero) }"
    )
    made = onnx.parser.parse_model(text)
    session = onnxruntime.InferenceSession(made.SerializeToString(), providers=["CPUExecutionProvider"])
    with pytest.raises(Exception, match="division by zero"):
        session.run(None, {"i0": np.zeros(0, np.int64)})
    outcome = check(made, tmp_path)
    assert outcome.code == 1 and [found.identifier for found in problems(outcome)] == ["division-by-zero"], outcome.err


def test_divisors_and_sizes_that_are_right(tmp_path):
    for made in [
        call("Div", [(I, [4]), np.array([2])]),
        call("Div", [(F, [4]), np.float32([0])]),
        call("Concat", [(F, [LARGE]), (F, [LARGE - 1])], axis=0),
        call("Pad", [(F, [4]), np.array([-1, -1])]),
    ]:
        outcome = check(made, tmp_path)
        assert outcome.code == 0 and not problems(outcome), outcome.err
