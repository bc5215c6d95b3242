"""`mica diff`: models that the onnx package changed in one known way each."""

import json

import numpy
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from command import mica, succeed
from transformer import transformer


@pytest.fixture
def model() -> onnx.ModelProto:
    return transformer(layers=2)


def differences(tmp_path, before: onnx.ModelProto, after: onnx.ModelProto) -> dict:
    onnx.save(before, tmp_path / "before.onnx")
    onnx.save(after, tmp_path / "after.onnx")
    outcome = mica("diff", "--json", "before.onnx", "after.onnx", cwd=tmp_path)
    found = json.loads(outcome.out)
    assert outcome.code == (0 if found["equal"] else 1), outcome.err
    text = mica("diff", "before.onnx", "after.onnx", cwd=tmp_path)
    assert text.code == outcome.code
    return found


def nodes(found: dict) -> list[dict]:
    return [node for layer in found["layers"] for node in layer["nodes"]]


def copy(model: onnx.ModelProto) -> onnx.ModelProto:
    made = onnx.ModelProto()
    made.CopyFrom(model)
    return made


def node(model: onnx.ModelProto, name: str) -> onnx.NodeProto:
    return next(node for node in model.graph.node if node.name == name)


def test_equal(tmp_path, model):
    found = differences(tmp_path, model, model)
    assert found["equal"] and not nodes(found) and found["equal_weights"] == len(model.graph.initializer)
    assert found["equal_nodes"] == sum(node.op_type != "Constant" for node in model.graph.node)
    succeed("convert", "before.onnx", "text.mica", cwd=tmp_path)
    assert mica("diff", "before.onnx", "text.mica", cwd=tmp_path).code == 0


def test_attribute(tmp_path, model):
    after = copy(model)
    node(after, "/model/layers.1/self_attn/Softmax").attribute[0].i = 1
    (change,) = nodes(differences(tmp_path, model, after))
    assert change["change"] == "changed" and change["name"] == "/model/layers.1/self_attn/Softmax"
    assert change["attributes"] == [{"name": "axis", "before": None, "after": "1"}]


def test_weights(tmp_path, model):
    after = copy(model)
    names = ["model.layers.0.mlp.up_proj.bias", "onnx::MatMul_1021"]
    for tensor in after.graph.initializer:
        if tensor.name in names:
            tensor.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(tensor) + 1, tensor.name))
    found = differences(tmp_path, model, after)
    assert not nodes(found)
    assert sorted(change["name"] for change in found["weights"]) == sorted(names)
    assert all(change["before"].split(" ")[:-1] == change["after"].split(" ")[:-1] for change in found["weights"])


def test_names_and_order(tmp_path, model):
    """Other names of nodes and values are no other model."""
    after = copy(model)
    values = {output: f"v{index}" for index, node in enumerate(after.graph.node) for output in node.output}
    values["logits"] = "logits"
    for index, each in enumerate(after.graph.node):
        each.name = f"n{index}"
        each.input[:] = [values.get(name, name) for name in each.input]
        each.output[:] = [values[name] for name in each.output]
    found = differences(tmp_path, model, after)
    assert not nodes(found) and not found["weights"]
    assert len(found["renamed"]) == sum(node.op_type != "Constant" for node in model.graph.node)


def test_added_and_removed(tmp_path, model):
    after = copy(model)
    softmax = node(after, "/model/layers.0/self_attn/Softmax")
    place = list(after.graph.node).index(softmax)
    clip = helper.make_node("Tanh", [softmax.input[0]], ["bounded"], name="/model/layers.0/self_attn/Tanh")
    softmax.input[0] = "bounded"
    after.graph.node.insert(place, clip)
    found = differences(tmp_path, model, after)
    changes = {change["name"].rsplit("/", 1)[-1]: change for change in nodes(found)}
    assert changes.keys() == {"Tanh", "Softmax"}
    assert changes["Tanh"]["change"] == "added" and changes["Softmax"]["change"] == "changed"
    back = differences(tmp_path, after, model)
    assert {change["change"] for change in nodes(back)} == {"removed", "changed"}
    assert [layer["layer"] for layer in found["layers"]] == ["/model/layers.0/self_attn"]


def test_shapes_and_ports(tmp_path, model):
    after = copy(model)
    after.graph.input[0].type.tensor_type.shape.dim[0].dim_value = 3
    after.graph.input.append(helper.make_tensor_value_info("more", TensorProto.FLOAT, [1]))
    after.opset_import[0].version = 16
    after.producer_version = "2.10"
    found = differences(tmp_path, model, after)
    assert {change["name"]: (change["before"], change["after"]) for change in found["inputs"]} == {
        "input_ids": ("i64[batch, sequence]", "i64[3, sequence]"), "more": (None, "f32[1]"),
    }
    assert {change["name"] for change in found["model"]} == {"opset onnx", "producer_version"}
    assert any(change["types"] for change in nodes(found))


def test_docs_and_metadata(tmp_path, model):
    after = copy(model)
    after.metadata_props.add(key="run", value="2")
    after.graph.doc_string = "A graph."
    softmax = node(after, "/model/layers.0/self_attn/Softmax")
    softmax.doc_string = "A node."
    softmax.metadata_props.add(key="kept", value="yes")
    after.graph.initializer[0].doc_string = "A tensor."
    found = differences(tmp_path, model, after)
    assert {(change["name"], change["before"], change["after"]) for change in found["model"]} == {
        ("metadata run", None, "2"), ("graph doc", None, "A graph."),
    }
    (change,) = nodes(found)
    assert change["name"] == softmax.name and {(fact["name"], fact["after"]) for fact in change["beside"]} == {
        ("doc", "A node."), ("metadata kept", "yes"),
    }
    text = mica("diff", "before.onnx", "after.onnx", cwd=tmp_path).out
    assert "A node." in text and "A graph." in text and after.graph.initializer[0].name in text


def test_mistakes(tmp_path, model):
    onnx.save(model, tmp_path / "m.onnx")
    outcome = mica("diff", "m.onnx", "none.onnx", cwd=tmp_path)
    assert outcome.code == 1 and "none.onnx" in outcome.err and not outcome.out
    (tmp_path / "broken.onnx").write_bytes(b"\xff\xff")
    assert "error[unreadable-file]" in mica("diff", "broken.onnx", "m.onnx", cwd=tmp_path).err
    assert mica("diff", "m.onnx", cwd=tmp_path).code == 2
