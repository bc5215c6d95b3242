"""mica batch: a model whose batch has any size gives for each sample what the old model gives for it alone."""

import itertools
import os
import time

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from command import mica
from onnx_file import dimensions, session
from simplification_graphs import drawn

FLOAT = TensorProto.FLOAT


class Fixed:
    """A model with a batch of fixed size in the making, its weights drawn."""

    def __init__(self, seed=0):
        self.rng = np.random.default_rng(seed)
        self.nodes, self.tensors = [], []

    def tensor(self, values, name=None):
        name = name or f"t{len(self.tensors)}"
        self.tensors.append(numpy_helper.from_array(np.asarray(values), name))
        return name

    def weight(self, *sizes):
        return self.tensor((self.rng.standard_normal(sizes) / np.sqrt(np.prod(sizes[:-1]))).astype(np.float32))

    def ints(self, *values):
        return self.tensor(np.array(values, np.int64))

    def call(self, kind, *inputs, outputs=None, **attributes):
        outputs = outputs or [f"v{len(self.nodes)}"]
        self.nodes.append(helper.make_node(kind, list(inputs), outputs, **attributes))
        return outputs[0]

    def model(self, inputs, outputs, opset=17):
        graph = helper.make_graph(
            self.nodes,
            "fixed",
            [helper.make_tensor_value_info(name, kind, sizes) for name, kind, sizes in inputs],
            [helper.make_tensor_value_info(name, kind, sizes) for name, kind, sizes in outputs],
            self.tensors,
        )
        return helper.make_model(graph, ir_version=8, opset_imports=[helper.make_opsetid("", opset)])


def convolutional(size):
    net = Fixed()
    x = net.call("Relu", net.call("Conv", "x", net.weight(4, 3, 3, 3), pads=[1, 1, 1, 1]))
    x = net.call("Resize", x, "", "", net.ints(size, 4, 4, 4), mode="nearest")
    x = net.call("Reshape", x, net.ints(size, 64))
    net.call("Gemm", x, net.weight(64, 5), outputs=["y"])
    return net.model([("x", FLOAT, [size, 3, 8, 8])], [("y", FLOAT, [size, 5])])


def attention(size):
    """A layer with a class token, heads that are split by baked shapes, and rows that are flattened for a Gemm."""
    net = Fixed()
    length, width, heads = 6, 8, 2
    token = net.tensor(np.tile(net.rng.standard_normal((1, 1, width)), (size, 1, 1)).astype(np.float32))
    x = net.call("Concat", token, "x", axis=1)
    length += 1
    x = net.call("Add", x, net.weight(1, length, width))

    def split(value):
        value = net.call("Reshape", value, net.ints(size, length, heads, width // heads))
        return net.call("Transpose", value, perm=[0, 2, 1, 3])

    query, key, value = (split(net.call("MatMul", x, net.weight(width, width))) for _ in range(3))
    flat = [net.call("Reshape", each, net.ints(size * heads, length, width // heads)) for each in (query, key, value)]
    scores = net.call("MatMul", flat[0], net.call("Transpose", flat[1], perm=[0, 2, 1]))
    mixed = net.call("MatMul", net.call("Softmax", scores, axis=-1), flat[2])
    mixed = net.call("Reshape", mixed, net.ints(size, heads, length, width // heads))
    mixed = net.call("Reshape", net.call("Transpose", mixed, perm=[0, 2, 1, 3]), net.ints(size * length, width))
    rows = net.call("Gemm", mixed, net.weight(width, width), net.weight(width))
    x = net.call("Add", x, net.call("Reshape", rows, net.ints(size, length, width)))
    x = net.call("Slice", x, net.ints(0, 0), net.ints(size, 1), net.ints(0, 1))
    net.call("Squeeze", x, net.ints(1), outputs=["y"])
    return net.model([("x", FLOAT, [size, 6, width])], [("y", FLOAT, [size, width])])


def recurrent(size):
    net = Fixed()
    state = net.tensor(np.zeros((1, size, 5), np.float32))
    x = net.call("Transpose", "x", perm=[1, 0, 2])
    net.call("LSTM", x, net.weight(1, 20, 3), net.weight(1, 20, 5), "", "", state, state, outputs=["all", "last"], hidden_size=5)
    net.call("Squeeze", "last", net.ints(0), outputs=["y"])
    return net.model([("x", FLOAT, [size, 4, 3])], [("y", FLOAT, [size, 5])])


def filled(size):
    """Constants of the old size that broadcast, and shapes that hold it."""
    net = Fixed()
    zeros = net.call("ConstantOfShape", net.ints(size, 2, 3), value=numpy_helper.from_array(np.array([0.5], np.float32)))
    rows = net.call("Expand", net.weight(1, 2, 3), net.ints(size, 2, 3))
    x = net.call("Add", net.call("Mul", "x", rows), zeros)
    x = net.call("Tile", x, net.ints(1, 2, 1))
    x = net.call("Expand", net.call("Unsqueeze", x, net.ints(1)), net.ints(size, 3, 4, 3))
    x = net.call("Split", x, net.ints(size), axis=0)
    net.call("Reshape", x, net.ints(size, -1), outputs=["y"])
    return net.model([("x", FLOAT, [size, 2, 3])], [("y", FLOAT, [size, 36])])


def branched(size):
    """A branch with a baked shape in it, chosen by an input without a batch."""
    net = Fixed()

    def branch(name, kind):
        inner = [helper.make_node("Reshape", ["x", f"{name}_shape"], [f"{name}_flat"]), helper.make_node(kind, [f"{name}_flat"], [name])]
        shape = numpy_helper.from_array(np.array([size, 6], np.int64), f"{name}_shape")
        return helper.make_graph(inner, name, [], [helper.make_tensor_value_info(name, FLOAT, [size, 6])], [shape])

    net.call("If", "flag", then_branch=branch("a", "Relu"), else_branch=branch("b", "Neg"), outputs=["y"])
    return net.model([("x", FLOAT, [size, 2, 3]), ("flag", TensorProto.BOOL, [])], [("y", FLOAT, [size, 6])])


NETWORKS = {function.__name__: function for function in (convolutional, attention, recurrent, filled, branched)}


def opened(model, folder, *options):
    onnx.save(model, folder / "in.onnx")
    (folder / "out.onnx").unlink(missing_ok=True)
    return mica("batch", "in.onnx", "out.onnx", *options, cwd=folder)


def stacks(folder, rng, counts=(1, 2, 3)):
    """Whether the new model gives for several samples what the old one gives for each; says what differs."""
    before, after = session(folder / "in.onnx"), session(folder / "out.onnx")
    model = onnx.load(folder / "out.onnx")
    axes = {
        value.name: [sizes.index("batch") if (sizes := dimensions(value) or []).count("batch") else None][0]
        for value in [*model.graph.input, *model.graph.output]
    }
    for count in counts:
        feeds = []
        shared = {}
        for _ in range(count):
            feed = {}
            for value in before.get_inputs():
                if axes[value.name] is None:
                    if value.name not in shared:
                        shared[value.name] = np.array(bool(rng.integers(2))) if value.type == "tensor(bool)" else rng.uniform(0.1, 2, value.shape).astype(np.float32)
                    feed[value.name] = shared[value.name]
                elif value.type == "tensor(int64)":
                    feed[value.name] = rng.integers(0, 5, value.shape)
                else:
                    feed[value.name] = rng.uniform(0.1, 2, value.shape).astype(np.float32)
            feeds.append(feed)
        wanted = [before.run(None, feed) for feed in feeds]
        whole = {
            name: feeds[0][name] if axes[name] is None else np.concatenate([feed[name] for feed in feeds], axes[name])
            for name in feeds[0]
        }
        for place, (output, got) in enumerate(zip(after.get_outputs(), after.run(None, whole), strict=True)):
            axis = axes[output.name]
            expected = wanted[0][place] if axis is None else np.concatenate([each[place] for each in wanted], axis)
            if got.shape != expected.shape or not np.allclose(got, expected, rtol=1e-4, atol=1e-5, equal_nan=True):
                return f"{output.name} of {count} batches: {got.shape}, {expected.shape}"
    return None


@pytest.mark.parametrize("size", [1, 2])
@pytest.mark.parametrize("name", NETWORKS)
def test_networks(name, size, seed, tmp_path):
    outcome = opened(NETWORKS[name](size), tmp_path)
    assert outcome.code == 0, outcome.err
    model = onnx.load(tmp_path / "out.onnx")
    onnx.checker.check_model(model, full_check=True)
    assert "batch" in dimensions(model.graph.output[0])
    assert stacks(tmp_path, np.random.default_rng(seed)) is None
    text = mica("batch", "in.onnx", "out.mica", "--name", "N", cwd=tmp_path)
    assert text.code == 0, text.err
    back = mica("convert", "out.mica", "back.onnx", cwd=tmp_path)
    assert back.code == 0, back.err
    again = mica("batch", "in.onnx", "again.onnx", "--name", "N", cwd=tmp_path)
    assert again.code == 0, again.err
    assert onnx.load(tmp_path / "back.onnx") == onnx.load(tmp_path / "again.onnx")


def mixing(kind):
    net = Fixed()
    match kind:
        case "reduces":
            net.call("ReduceMean", "x", outputs=["y"], keepdims=0)
            sizes = []
        case "first sample":
            net.call("Gather", "x", net.tensor(np.array(0, np.int64)), axis=0, outputs=["y"])
            sizes = [3, 4]
        case "softmax":
            net.call("Softmax", "x", axis=0, outputs=["y"])
            sizes = [1, 3, 4]
        case "another axis":
            flat = net.call("Reshape", "x", net.ints(3, 1, 4))
            net.call("MatMul", flat, net.weight(4, 2), outputs=["y"])
            sizes = [3, 1, 2]
        case "scale":
            net.call("DynamicQuantizeLinear", "x", outputs=["q", "s", "z"])
            net.call("DequantizeLinear", "q", "s", "z", outputs=["y"])
            sizes = [1, 3, 4]
        case "count":
            count = net.call("Cast", net.call("Gather", net.call("Shape", "x"), net.ints(0), axis=0), to=FLOAT)
            net.call("Div", "x", count, outputs=["y"])
            sizes = [1, 3, 4]
        case "whole":
            flat = net.call("Reshape", "x", net.ints(1, 12))
            net.call("ReduceSum", net.call("Reshape", flat, net.ints(12)), net.ints(0), outputs=["y"], keepdims=1)
            sizes = [1]
    return net.model([("x", FLOAT, [1, 3, 4])], [("y", FLOAT, sizes)])


@pytest.mark.parametrize("kind", ["reduces", "first sample", "softmax", "another axis", "scale", "count", "whole"])
def test_what_mixes_samples_is_told_and_not_written(kind, tmp_path):
    outcome = opened(mixing(kind), tmp_path)
    assert outcome.code == 1
    assert "error[fixed-batch]" in outcome.err and "nothing was written" in outcome.err
    assert not (tmp_path / "out.onnx").exists()
    forced = opened(mixing(kind), tmp_path, "--force")
    assert forced.code == 0 and "warning[fixed-batch]" in forced.err
    assert (tmp_path / "out.onnx").exists()


def test_inputs_can_be_chosen(tmp_path):
    net = Fixed()
    net.call("Mul", net.call("Transpose", "x", perm=[1, 0]), "scale", outputs=["y"])
    model = net.model([("x", FLOAT, [3, 1]), ("scale", FLOAT, [3])], [("y", FLOAT, [1, 3])])
    outcome = opened(model, tmp_path, "--input", "x:1", "--name", "samples")
    assert outcome.code == 0, outcome.err
    written = onnx.load(tmp_path / "out.onnx")
    assert [dimensions(value) for value in [*written.graph.input, *written.graph.output]] == [[3, "samples"], [3], ["samples", 3]]
    for options, word in [
        (["--input", "z:0"], "no-such-value"),
        (["--input", "x:2"], "no-such-axis"),
        (["--input", "x:0", "--input", "x:1"], "shape-mismatch"),
    ]:
        outcome = opened(model, tmp_path, *options)
        assert outcome.code == 1 and f"error[{word}]" in outcome.err, outcome.err
        assert not (tmp_path / "out.onnx").exists()
    assert opened(model, tmp_path, "--input", "x").code == 2


def fixed(rng):
    """A drawn graph whose sizes are numbers, the batch among them; nothing is computed that can be known."""
    model = drawn(rng)
    sizes = {"N": int(rng.integers(1, 3)), "M": 3}
    for size in model.graph.input[0].type.tensor_type.shape.dim:
        if size.dim_param:
            size.dim_value = sizes[size.dim_param]
    return model


def test_drawn_graphs(seed, tmp_path):
    """Runs MICA_SOAK_SECONDS long: what is written is right, baked by mica simplify or not."""
    end = time.monotonic() + float(os.environ.get("MICA_SOAK_SECONDS", 2))
    written = 0
    for turn in itertools.count():
        rng = np.random.default_rng([seed, turn])
        onnx.save(fixed(rng), tmp_path / "drawn.onnx")
        if turn % 2:
            outcome = mica("simplify", "drawn.onnx", "in.onnx", cwd=tmp_path)
            assert outcome.code == 0, outcome.err
        else:
            onnx.save(onnx.load(tmp_path / "drawn.onnx"), tmp_path / "in.onnx")
        (tmp_path / "out.onnx").unlink(missing_ok=True)
        outcome = mica("batch", "in.onnx", "out.onnx", cwd=tmp_path)
        assert outcome.code in (0, 1), outcome.err
        assert (outcome.code == 0) == (tmp_path / "out.onnx").exists()
        if outcome.code == 0:
            written += 1
            try:
                session(tmp_path / "in.onnx")
            except onnxruntime.capi.onnxruntime_pybind11_state.Fail:
                continue
            difference = stacks(tmp_path, rng)
            assert difference is None, f"seed {seed}, turn {turn}: {difference}\n" + onnx.printer.to_text(onnx.load(tmp_path / "in.onnx"))
        if time.monotonic() > end and turn >= 30:
            break
    assert written > turn // 20


PUBLISHED = [
    ("ddddocr/common_det.onnx", [], {}),
    ("ddddocr/common.onnx", [], {"image_width": 96}),
    ("silero_vad/data/silero_vad_openvino_16k.onnx", ["--input", "input:0", "--input", "state:1"], {}),
]


@pytest.mark.parametrize("path, options, sizes", PUBLISHED)
def test_published_models(path, options, sizes, models, seed, tmp_path):
    """Models that others exported with a batch of 1."""
    outcome = mica("batch", models / path, "out.onnx", *options, cwd=tmp_path)
    assert outcome.code == 0, outcome.err
    before, after = session(models / path), session(tmp_path / "out.onnx")
    graph = onnx.load(tmp_path / "out.onnx").graph
    axes = {value.name: dimensions(value).index("batch") for value in [*graph.input, *graph.output]}
    rng = np.random.default_rng(seed)
    feeds = [
        {
            value.name: rng.uniform(-1, 1, [sizes.get(size, size) for size in value.shape]).astype(np.float32)
            for value in before.get_inputs()
        }
        for _ in range(3)
    ]
    alone = [before.run(None, feed) for feed in feeds]
    for count in (1, 3):
        whole = {name: np.concatenate([feed[name] for feed in feeds[:count]], axes[name]) for name in feeds[0]}
        for place, (output, got) in enumerate(zip(after.get_outputs(), after.run(None, whole), strict=True)):
            expected = np.concatenate([each[place] for each in alone[:count]], axes[output.name])
            scale = np.abs(expected).max()
            np.testing.assert_allclose(got, expected, rtol=1e-3, atol=1e-4 * scale)
