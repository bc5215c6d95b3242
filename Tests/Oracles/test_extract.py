"""`mica extract` beside the onnx package's own extraction, and in ONNX Runtime."""

import numpy
import onnx
import onnx.utils
import onnxruntime
import pytest

from command import mica, succeed
from transformer import transformer

WITHOUT_REWRITES = onnxruntime.SessionOptions()
WITHOUT_REWRITES.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
WITHOUT_REWRITES.intra_op_num_threads = 1

PARTS = [
    ([], ["/model/layers.0/Add_1_output_0"]),
    (["/model/layers.0/Add_1_output_0", "/model/rotary/Cos_output_0", "/model/rotary/Sin_output_0", "/model/Mul_output_0"], []),
    (["/model/layers.1/mlp/norm/Add_1_output_0"], ["/model/layers.1/mlp/act/Mul_1_output_0"]),
    (["/model/layers.1/mlp/norm/Add_1_output_0"], ["/model/layers.1/mlp/up_proj/Add_output_0", "/model/layers.1/mlp/act/Mul_1_output_0"]),
]


@pytest.fixture
def folder(tmp_path):
    onnx.save(onnx.shape_inference.infer_shapes(transformer(layers=2)), tmp_path / "m.onnx")
    return tmp_path


def extract(folder, starts, ends):
    options = [option for name in starts for option in ("--from", name)] + [option for name in ends for option in ("--to", name)]
    return mica("extract", "m.onnx", "part.onnx", *options, cwd=folder)


@pytest.mark.parametrize("starts, ends", PARTS)
def test_parts(folder, starts, ends):
    model = onnx.load(folder / "m.onnx")
    outcome = extract(folder, starts, ends)
    assert outcome.code == 0, outcome.err
    part = onnx.load(folder / "part.onnx")
    onnx.checker.check_model(part, full_check=True)
    expected = onnx.utils.Extractor(model).extract_model(
        starts or [value.name for value in model.graph.input], ends or [value.name for value in model.graph.output]
    )
    assert list(part.graph.node) == list(expected.graph.node)
    assert {tensor.name for tensor in part.graph.initializer} == {tensor.name for tensor in expected.graph.initializer}
    assert [value.name for value in part.graph.input] == [value.name for value in expected.graph.input]
    assert not part.graph.value_info or {value.name for value in part.graph.value_info} <= {
        value.name for value in model.graph.value_info
    }
    # What comes into the part in a run of the whole model gives what leaves it there.
    names = [value.name for value in part.graph.input] + [value.name for value in part.graph.output]
    own = {value.name for value in [*model.graph.input, *model.graph.output]}
    known = {value.name: value for value in [*part.graph.input, *part.graph.output]}
    model.graph.output.extend(known[name] for name in names if name not in own)
    feeds = {"input_ids": numpy.array([[3, 1, 4, 1, 5]]), "attention_mask": numpy.array([[1, 1, 1, 1, 0]])}
    whole = onnxruntime.InferenceSession(model.SerializeToString(), WITHOUT_REWRITES, providers=["CPUExecutionProvider"])
    outputs = [value.name for value in whole.get_outputs()]
    values = feeds | dict(zip(outputs, whole.run(outputs, feeds), strict=True))
    session = onnxruntime.InferenceSession(part.SerializeToString(), WITHOUT_REWRITES, providers=["CPUExecutionProvider"])
    results = session.run(None, {value.name: values[value.name] for value in part.graph.input})
    for value, result in zip(part.graph.output, results, strict=True):
        numpy.testing.assert_array_equal(result, values[value.name])


def test_mistakes(folder):
    for starts, ends, word in [
        ([], ["/model/layers.0/Add_1_output"], "did you mean `/model/layers.0/Add_1_output_0`"),
        (["nothing_of_the_kind"], [], "has no value `nothing_of_the_kind`"),
        (["input_ids"], [], "--from attention_mask"),
        ([], ["model.norm.weight"], "is a stored tensor"),
    ]:
        outcome = extract(folder, starts, ends)
        assert outcome.code == 1 and "error[no-such-part]" in outcome.err and word in outcome.err, outcome.err
    assert not (folder / "part.onnx").exists()
    assert mica("extract", "m.onnx", "part.onnx", cwd=folder).code == 2
    assert mica("extract", "m.onnx", "part.txt", "--to", "logits", cwd=folder).code == 2


def test_no_command_replaces_what_it_reads(folder):
    """A part, a smaller model or a renamed one would take the place of the only whole model there is."""
    before = (folder / "m.onnx").read_bytes()
    (folder / "link.onnx").symlink_to("m.onnx")
    commands = [
        ["extract", "--to", "logits"], ["simplify"], ["rename", "logits=other"], ["batch"], ["quantize"],
        ["prune", "--keep", "0.5"], ["join", "m.onnx", "--connect", "logits=input_ids"],
    ]  # fmt: skip
    for command in commands:
        for output in ["m.onnx", "./m.onnx", "link.onnx"]:
            inputs = ["m.onnx", "m.onnx"] if command[0] == "join" else ["m.onnx"]
            options = command[2:] if command[0] == "join" else command[1:]
            outcome = mica(command[0], *inputs, output, *options, cwd=folder)
            assert outcome.code == 1 and "the model is read from this file" in outcome.err, (command, outcome)
    assert (folder / "m.onnx").read_bytes() == before
    assert sorted(path.name for path in folder.iterdir()) == ["link.onnx", "m.onnx"]


def test_from_text(folder):
    succeed("convert", "m.onnx", "m.mica", cwd=folder)
    succeed("extract", "m.mica", "part.onnx", "--to", "/model/layers.0/Add_1_output_0", cwd=folder)
    assert len(onnx.load(folder / "part.onnx").graph.node) > 100
