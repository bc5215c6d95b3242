"""What goes from texts that call blocks of the library's or of other models, and what goes only on request, or never."""

import json

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from command import mica, succeed
from pruning import prune, run
from test_prune_text import check

#: Models of a text: sixteen wide heads of queries, four or eight of them, of which pairs may share their keys.
TEXTS = {
    "groups": """
        q = x |> q_proj: Linear(out_features=128) |> SplitHeads(heads=8)
        k = x |> k_proj: Linear(out_features=64) |> SplitHeads(heads=4)
        v = x |> v_proj: Linear(out_features=64) |> SplitHeads(heads=4)
        y = ScaledDotProductAttention(q, k, v, is_causal=true) |> MergeHeads
        y = x + o_proj: Linear(y, out_features=64)
    """,
    "separate": "y = x + a: SelfAttention(x, heads=4)",
    "packed": """
        z, _ = a: MultiheadAttention(x, num_heads=4, batch_first=true)
        y = x + z
    """,
    "crossed": """
        z, _ = a: MultiheadAttention(x, Relu(x), num_heads=4, batch_first=true)
        y = x + z
    """,
    "declared": """
        layer a = MultiheadAttention(num_heads=4, batch_first=true)
        z, _ = a(x)
        y = x + z
    """,
    "layer": "y = a: TransformerEncoderLayer(x, nhead=4, dim_feedforward=96, batch_first=true)",
    "layers": """
        y = x
        repeat i in 0..<9 {
            z, _ = a[i]: MultiheadAttention(n[i]: LayerNorm(y), num_heads=4, batch_first=true)
            y = y + z
        }
    """,
}


@pytest.mark.parametrize("name", TEXTS)
def test_heads(name, tmp_path):
    path = tmp_path / "net.mica"
    path.write_text(
        f"use onnx 21\n\nmodel net(x: f32[N, S, 64]) -> (z: f32[N, S, 8]) {{\n{TEXTS[name]}\n"
        "    return last: Linear(y, out_features=8)\n}\n"
    )
    succeed("format", path)
    report = check(path, "--ratio", 0.3)
    reasons = [group["reason"] for group in report["groups"] if group["reason"]]
    assert not [reason for reason in reasons if reason.startswith("in the text")], reasons
    heads = [group for group in report["groups"] if group["slices"] == 4 and group["removed"]]
    assert len(heads) == (9 if name == "layers" else 1)


def test_blocks_of_other_models_stay(tmp_path):
    """A block that another model calls, too, gets a parameter whose default is what it said before."""
    path = tmp_path / "net.mica"
    path.write_text("""use onnx 21

block Layer(x: T[N, D]) -> T[N, D] {
    h = x |> fc1: Linear(out_features=4 * D) |> Relu
    return x + fc2: Linear(h, out_features=D)
}

model net(x: f32[N, 16]) -> (y: f32[N, 4]) {
    x = first: Layer(x)
    return last: Linear(x |> second: Layer, out_features=4)
}

model other(x: f32[N, 16]) -> (y: f32[N, 16]) {
    return only: Layer(x)
}
""")
    report = json.loads(succeed("prune", path, tmp_path / "pruned.mica", "--model", "net", "--ratio", 0.25, "--json").out)
    assert [group["name"] for group in report["groups"] if group["removed"]] == ["first.fc1.weight", "second.fc1.weight"]
    assert "block Layer(x: T[N, D], fc1_out_features: int = 4 * D)" in (tmp_path / "pruned.mica").read_text()
    for text, name in [(path, "before"), (tmp_path / "pruned.mica", "after")]:
        succeed("convert", text, tmp_path / f"{name}.onnx", "--model", "other", "--random-weights")
    assert (tmp_path / "before.onnx").read_bytes() == (tmp_path / "after.onnx").read_bytes()
    succeed("convert", tmp_path / "pruned.mica", tmp_path / "net.onnx", "--model", "net")
    left = {tensor.name: list(tensor.dims) for tensor in onnx.load(tmp_path / "net.onnx").graph.initializer}
    assert left["first.fc1.weight"] == left["second.fc1.weight"] == [48, 16]


def norm_model(opset: int) -> onnx.ModelProto:
    """A map to twelve channels, the root mean square norm of these spelled in operators, and a map from them."""
    rng = np.random.default_rng(1)
    tensors = {"w": rng.standard_normal((8, 12)), "scale": rng.uniform(0.5, 2, 12), "v": rng.standard_normal((12, 5)), "eps": np.array(1e-6)}
    nodes = [
        helper.make_node("MatMul", ["x", "w"], ["h"], name="first"),
        helper.make_node("Mul", ["h", "h"], ["square"], name="square"),
        helper.make_node("ReduceMean", ["square", "axes"], ["mean"], name="mean", keepdims=1),
        helper.make_node("Add", ["mean", "eps"], ["shifted"], name="shift"),
        helper.make_node("Sqrt", ["shifted"], ["root"], name="root"),
        helper.make_node("Div", ["h", "root"], ["normal"], name="divide"),
        helper.make_node("Mul", ["normal", "scale"], ["scaled"], name="scale"),
        helper.make_node("MatMul", ["scaled", "v"], ["y"], name="last"),
    ]
    graph = helper.make_graph(
        nodes, "net", [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", 8])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["N", 5])],
        [numpy_helper.from_array(array.astype(np.float32), name) for name, array in tensors.items()]
        + [numpy_helper.from_array(np.array([-1]), "axes")],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=9)


def test_norms_that_are_spelled(tmp_path):
    """The mean that a norm takes goes with `--allow-norm-change` only; then it is that of what is left."""
    onnx.save(norm_model(21), tmp_path / "net.onnx")
    refused = mica("prune", tmp_path / "net.onnx", tmp_path / "no.onnx", "--ratio", 0.5)
    assert refused.code != 0 or "1 of" not in refused.out
    assert "takes its mean over this axis, so that what goes changes what stays" in refused.out + refused.err
    pruned = prune(tmp_path / "net.onnx", tmp_path, "--ratio", 0.5, "--allow-norm-change")
    (group,) = pruned.lost
    left = sorted(set(range(12)) - {index for index in group["removed"]})
    assert len(left) == 6
    tensors = {tensor.name: numpy_helper.to_array(tensor) for tensor in pruned.before.graph.initializer}
    x = np.random.default_rng(2).standard_normal((3, 8)).astype(np.float32)
    h = (x @ tensors["w"])[:, left]
    wanted = h / np.sqrt((h * h).mean(-1, keepdims=True) + 1e-6) * tensors["scale"][left] @ tensors["v"][left]
    (found,) = run(pruned.after, {"x": x})
    np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=1e-5)


def test_places_of_maxima_stay(tmp_path):
    """The places that MaxPool tells count all channels: none of them goes."""
    rng = np.random.default_rng(1)
    tensors = {"w": rng.standard_normal((8, 3, 3, 3)), "v": rng.standard_normal((4, 8, 1, 1))}
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["h"], name="first", pads=[1, 1, 1, 1]),
        helper.make_node("MaxPool", ["h"], ["m", "places"], name="pool", kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Conv", ["m", "v"], ["y"], name="last"),
    ]
    graph = helper.make_graph(
        nodes, "net", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 8, 8])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 4, 4, 4])],
        [numpy_helper.from_array(array.astype(np.float32), name) for name, array in tensors.items()],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=9), tmp_path / "net.onnx")
    plan = json.loads(succeed("prune", tmp_path / "net.onnx", "--dry-run", "--json").out)
    assert not [group for group in plan["groups"] if group["removed"]]
    assert any("counted over all channels" in (group["reason"] or "") for group in plan["groups"]), plan
