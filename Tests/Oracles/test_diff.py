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


UNKNOWN = b"\xc2\x3e\x01x"
"""The field 1000, which onnx.proto does not have."""


def rich() -> onnx.ModelProto:
    """A model that has one of everything that is easily passed over."""
    tensors = [numpy_helper.from_array(numpy.array([value], numpy.float64)) for value in (1, 2)]
    sparse = helper.make_sparse_tensor(helper.make_tensor("", TensorProto.FLOAT, [1], [3.0]), helper.make_tensor("", TensorProto.INT64, [1], [2]), [4])
    made = helper.make_node("Own", ["x", "s"], ["t"], name="own", domain="d", text=b"\xff")
    made.attribute.extend([helper.make_attribute("list", tensors), helper.make_attribute("sparse", sparse), helper.make_attribute("sparses", [sparse])])
    made.attribute.append(helper.make_attribute("narrow", numpy_helper.from_array(numpy.array([1], numpy.int32))))
    made.attribute.append(helper.make_attribute("double", numpy_helper.from_array(numpy.array([1.0], numpy.float64))))
    made.attribute.append(helper.make_attribute("types", [helper.make_tensor_type_proto(TensorProto.FLOAT, [1])]))
    device = made.device_configurations.add(configuration_id="c", pipeline_stage=1)
    device.sharding_spec.add(tensor_name="x", device=[0])
    info = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [4]) for name in "xty"]
    stored = helper.make_sparse_tensor(helper.make_tensor("s", TensorProto.FLOAT, [1], [3.0]), helper.make_tensor("", TensorProto.INT64, [1], [2]), [4])
    graph = helper.make_graph([made, helper.make_node("Relu", ["t"], ["y"], name="relu")], "g", info[:1], info[2:], value_info=info[1:2], sparse_initializer=[stored])
    graph.quantization_annotation.add(tensor_name="x").quant_parameter_tensor_names.add(key="SCALE_TENSOR", value="s")
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid("d", 1)])
    model.configuration.add(name="c", num_devices=1, device=["cpu"])
    training = model.training_info.add()
    training.algorithm.name = "step"
    training.algorithm.node.add(op_type="Relu", input=["t"], output=["u"])
    training.update_binding.add(key="x", value="u")
    return model


def attribute(model: onnx.ModelProto, name: str) -> onnx.AttributeProto:
    return next(attribute for attribute in model.graph.node[0].attribute if attribute.name == name)


CHANGES = {
    "sparse values": lambda m: m.graph.sparse_initializer[0].values.float_data.__setitem__(0, 4.0),
    "sparse indices": lambda m: m.graph.sparse_initializer[0].indices.int64_data.__setitem__(0, 1),
    "list of tensors": lambda m: attribute(m, "list").tensors[1].CopyFrom(attribute(m, "list").tensors[0]),
    "a tensor's doc": lambda m: setattr(attribute(m, "list").tensors[1], "doc_string", "D"),
    "sparse attribute": lambda m: attribute(m, "sparse").sparse_tensor.values.float_data.__setitem__(0, 4.0),
    "sparse attributes": lambda m: attribute(m, "sparses").sparse_tensors[0].dims.__setitem__(0, 5),
    "element type": lambda m: attribute(m, "narrow").t.CopyFrom(numpy_helper.from_array(numpy.array([1], numpy.int64))),
    "a double": lambda m: attribute(m, "double").t.CopyFrom(numpy_helper.from_array(numpy.array([1 + 1e-12]))),
    "types": lambda m: attribute(m, "types").type_protos[0].tensor_type.shape.dim[0].__setattr__("dim_value", 2),
    "bytes of a string": lambda m: setattr(attribute(m, "text"), "s", b"\xfe"),
    "a node's stage": lambda m: setattr(m.graph.node[0].device_configurations[0], "pipeline_stage", 2),
    "a node's shards": lambda m: m.graph.node[0].device_configurations[0].sharding_spec[0].device.append(1),
    "devices": lambda m: m.configuration[0].device.__setitem__(0, "gpu"),
    "training": lambda m: setattr(m.training_info[0].algorithm.node[0], "op_type", "Abs"),
    "binding": lambda m: setattr(m.training_info[0].update_binding[0], "value", "t"),
    "no training": lambda m: m.ClearField("training_info"),
    "quantization": lambda m: setattr(m.graph.quantization_annotation[0].quant_parameter_tensor_names[0], "value", "y"),
    "denotation of an input": lambda m: setattr(m.graph.input[0].type, "denotation", "IMAGE"),
    "denotation of an axis": lambda m: setattr(m.graph.input[0].type.tensor_type.shape.dim[0], "denotation", "DATA_BATCH"),
    "denotation of a result": lambda m: setattr(m.graph.value_info[0].type, "denotation", "IMAGE"),
    "denotation of an output": lambda m: setattr(m.graph.output[0].type, "denotation", "IMAGE"),
    "unknown field of the model": lambda m: m.MergeFromString(UNKNOWN),
    "unknown field of the graph": lambda m: m.graph.MergeFromString(UNKNOWN),
    "unknown field of a node": lambda m: m.graph.node[1].MergeFromString(UNKNOWN),
    "unknown field of an attribute": lambda m: attribute(m, "text").MergeFromString(UNKNOWN),
    "unknown field of an input": lambda m: m.graph.input[0].MergeFromString(UNKNOWN),
    "unknown field of a type": lambda m: m.graph.input[0].type.MergeFromString(UNKNOWN),
    "unknown field of a sparse tensor": lambda m: m.graph.sparse_initializer[0].MergeFromString(UNKNOWN),
    "unknown field of a training": lambda m: m.training_info[0].MergeFromString(UNKNOWN),
    "unknown field of an opset": lambda m: m.opset_import[0].MergeFromString(UNKNOWN),
    "unknown field of a quantization": lambda m: m.graph.quantization_annotation[0].MergeFromString(UNKNOWN),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_files_keep_beside(change, tmp_path):
    before, after = rich(), rich()
    assert differences(tmp_path, before, before)["equal"]
    change(after)
    assert after.SerializeToString() != before.SerializeToString()
    for one, other in [(before, after), (after, before)]:
        assert not differences(tmp_path, one, other)["equal"]


def test_mistakes(tmp_path, model):
    onnx.save(model, tmp_path / "m.onnx")
    outcome = mica("diff", "m.onnx", "none.onnx", cwd=tmp_path)
    assert outcome.code == 1 and "none.onnx" in outcome.err and not outcome.out
    (tmp_path / "broken.onnx").write_bytes(b"\xff\xff")
    assert "error[unreadable-file]" in mica("diff", "broken.onnx", "m.onnx", cwd=tmp_path).err
    assert mica("diff", "m.onnx", cwd=tmp_path).code == 2
