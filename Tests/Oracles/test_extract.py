"""`mica extract` beside the onnx package's own extraction, and in ONNX Runtime."""

import numpy
import onnx
import onnx.utils
import onnxruntime
import pytest

from command import mica, succeed
from transformer import transformer

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
    feeds = {}
    random = numpy.random.default_rng(1)
    for value in part.graph.input:
        sizes = [dim.dim_value or {"batch": 2, "sequence": 5}.get(dim.dim_param, 2) for dim in value.type.tensor_type.shape.dim]
        element = numpy.int64 if value.type.tensor_type.elem_type == onnx.TensorProto.INT64 else numpy.float32
        feeds[value.name] = (random.random(sizes) * 2).astype(element)
    if len(feeds) == 1 or not starts:
        results = [
            onnxruntime.InferenceSession(each.SerializeToString(), providers=["CPUExecutionProvider"]).run(None, feeds)
            for each in (part, expected)
        ]
        for mine, other in zip(*results, strict=True):
            numpy.testing.assert_array_equal(mine, other)


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
    assert mica("extract", "m.onnx", "part.mica", "--to", "logits", cwd=folder).code == 2


def test_from_text(folder):
    succeed("convert", "m.onnx", "m.mica", cwd=folder)
    succeed("extract", "m.mica", "part.onnx", "--to", "/model/layers.0/Add_1_output_0", cwd=folder)
    assert len(onnx.load(folder / "part.onnx").graph.node) > 100
