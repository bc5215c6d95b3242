"""Writes models that between them use every field of onnx.proto, to the folder that is the only argument."""

import os
import sys

import numpy
import onnx
from onnx import AttributeProto, TensorProto, TypeProto, helper


def entries(field, **pairs):
    for key, value in pairs.items():
        field.add(key=key, value=value)


def tensor_of(kind, count):
    """A tensor of `count` elements of the element type numbered `kind`, in its typed field."""
    tensor = TensorProto(name=f"typed_{kind}", data_type=kind, dims=[count])
    if kind == TensorProto.STRING:
        tensor.string_data.extend([b"", b"\xff\xfe", *[b"x"] * (count - 2)])
    elif kind in (TensorProto.FLOAT, TensorProto.COMPLEX64):
        parts = count * (2 if kind == TensorProto.COMPLEX64 else 1)
        tensor.float_data.extend([1.5, float("nan"), float("-inf"), -0.0, *[0.1] * (parts - 4)])
    elif kind in (TensorProto.DOUBLE, TensorProto.COMPLEX128):
        parts = count * (2 if kind == TensorProto.COMPLEX128 else 1)
        tensor.double_data.extend([1.5, float("inf"), -0.0, *[0.1] * (parts - 3)])
    elif kind == TensorProto.INT64:
        tensor.int64_data.extend([-1, 2**63 - 1, -(2**63), *[3] * (count - 3)])
    elif kind == TensorProto.UINT64:
        tensor.uint64_data.extend([2**64 - 1, *[3] * (count - 1)])
    elif kind == TensorProto.UINT32:
        tensor.uint64_data.extend([2**32 - 1, *[3] * (count - 1)])
    else:
        per_entry = 2 if kind in (21, 22, 23) else 4 if kind in (25, 26) else 1
        low = -1 if kind in (TensorProto.INT8, TensorProto.INT16, TensorProto.INT32) else 1
        tensor.int32_data.extend([low, *[1] * (-(-count // per_entry) - 1)])
    return tensor


def types():
    """Types of every kind, with what only their wire form can keep."""
    tensor = helper.make_tensor_type_proto(TensorProto.FLOAT, ["N", 3, None, "H/2", 0])
    tensor.denotation = "IMAGE"
    tensor.tensor_type.shape.dim[1].denotation = "DATA_CHANNEL"
    opaque = TypeProto()
    opaque.opaque_type.domain, opaque.opaque_type.name = "d", "o"
    sparse = TypeProto()
    sparse.sparse_tensor_type.elem_type = TensorProto.FLOAT
    sparse.sparse_tensor_type.shape.dim.add(dim_param="K")
    mapping = TypeProto()
    mapping.map_type.key_type = TensorProto.INT64
    mapping.map_type.value_type.CopyFrom(tensor)
    nothing = TypeProto()
    nothing.sequence_type.SetInParent()
    empty_element = TypeProto()
    empty_element.optional_type.elem_type.SetInParent()
    six_bits = TypeProto()
    six_bits.tensor_type.elem_type = 27
    negative = TypeProto()
    negative.tensor_type.elem_type = 1
    negative.tensor_type.shape.dim.add(dim_value=-1)
    return {
        "image": tensor,
        "scalar": helper.make_tensor_type_proto(TensorProto.INT64, []),
        "any_rank": helper.make_tensor_type_proto(TensorProto.INT64, None),
        "sequence": helper.make_sequence_type_proto(helper.make_tensor_type_proto(TensorProto.STRING, None)),
        "optional": helper.make_optional_type_proto(helper.make_sequence_type_proto(tensor)),
        "opaque": opaque,
        "sparse": sparse,
        "map": mapping,
        "nothing": nothing,
        "empty_element": empty_element,
        "six_bits": six_bits,
        "negative": negative,
        "empty": TypeProto(),
    }


def attributes(subgraph):
    """Attributes of every kind."""
    dense = helper.make_tensor("dense", TensorProto.FLOAT, [2], [1.0, 2.0])
    sparse = helper.make_sparse_tensor(dense, helper.make_tensor("at", TensorProto.INT64, [2], [0, 3]), [5])
    made = [
        helper.make_attribute("f", 0.0),
        helper.make_attribute("i", -1),
        helper.make_attribute("s", b"\xff"),
        helper.make_attribute("t", dense),
        helper.make_attribute("g", subgraph),
        helper.make_attribute("floats", [1.0, float("nan")]),
        helper.make_attribute("ints", [0, -5, 2**40]),
        helper.make_attribute("strings", [b"", b"a"]),
        helper.make_attribute("tensors", [dense, dense]),
        helper.make_attribute("graphs", [subgraph, subgraph]),
        helper.make_attribute("sparse", sparse),
        helper.make_attribute("sparses", [sparse]),
        helper.make_attribute("type", types()["sequence"]),
        helper.make_attribute("types", [types()["scalar"], types()["opaque"]]),
        helper.make_attribute("denoted", types()["image"]),
        helper.make_attribute("none", [], attr_type=AttributeProto.INTS),
        AttributeProto(name="passed", type=AttributeProto.INT, ref_attr_name="outer"),
        AttributeProto(name="implied", i=4),
        AttributeProto(name="bare"),
        AttributeProto(name="both", type=AttributeProto.INT, i=4, f=2.0),
        AttributeProto(name="newer", type=AttributeProto.UNDEFINED, doc_string="doc"),
    ]
    made[0].doc_string = "a float"
    return made


def everything():
    inner = helper.make_graph(
        [helper.make_node("Add", ["x", "outer_value"], ["y"]), helper.make_node("Drop", ["y", "", "nowhere"], ["", "z"])],
        "inner",
        [helper.make_value_info("x", types()["image"])],
        [helper.make_value_info("z", TypeProto()), onnx.ValueInfoProto(name="y")],
    )
    node = helper.make_node("Everything", ["a", "late"], ["outer_value"], name="n", domain="d", overload="o")
    node.doc_string = "doc"
    node.attribute.extend(attributes(inner))
    entries(node.metadata_props, key="value", empty="")
    configuration = node.device_configurations.add(configuration_id="c", pipeline_stage=2)
    shard = configuration.sharding_spec.add(tensor_name="a", device=[1, 2])
    shard.index_to_device_group_map.add(key=1, value=[2])
    shard.sharded_dim.add(axis=1).simple_sharding.add(dim_param="N", num_shards=2)
    late = helper.make_node("Late", ["outer_value", "typed_1"], ["late"])
    weights = [tensor_of(kind, 7) for kind in range(1, 27)]
    weights.append(helper.make_tensor("raw", TensorProto.FLOAT, [600], numpy.arange(600, dtype="<f4").tobytes(), raw=True))
    weights.append(helper.make_tensor("empty", TensorProto.FLOAT, [0, 3], b"", raw=True))
    weights.append(helper.make_tensor("a", TensorProto.FLOAT, [], [4.0]))
    weights[0].doc_string = "doc"
    weights[0].segment.begin = 0
    weights[0].segment.end = 7
    entries(weights[0].metadata_props, key="value")
    infos = [helper.make_value_info(name, type) for name, type in types().items()]
    graph = helper.make_graph(
        [node, late],
        "everything",
        [helper.make_value_info("a", types()["scalar"], doc_string="an input"), *infos],
        [helper.make_value_info("late", types()["any_rank"]), helper.make_value_info("late", types()["any_rank"])],
        initializer=weights,
        doc_string="doc",
        value_info=[helper.make_value_info("outer_value", types()["map"]), onnx.ValueInfoProto(name="stale")],
        sparse_initializer=[
            helper.make_sparse_tensor(
                helper.make_tensor("sparse_weight", TensorProto.FLOAT, [1], [2.0]),
                helper.make_tensor("sparse_at", TensorProto.INT64, [1, 2], [0, 1]),
                [2, 3],
            )
        ],
    )
    entries(graph.input[0].metadata_props, key="value")
    entries(graph.metadata_props, key="value")
    entries(graph.quantization_annotation.add(tensor_name="a").quant_parameter_tensor_names, SCALE_TENSOR="s")
    default = helper.make_graph(
        [helper.make_node("Add", ["p", "q"], ["r"], name="add")], "default", [helper.make_value_info("p", types()["scalar"])],
        [helper.make_value_info("r", types()["scalar"])], [helper.make_tensor("q", TensorProto.FLOAT, [], [2.0])], "doc",
    )
    entries(default.metadata_props, key="value")
    entries(default.quantization_annotation.add(tensor_name="nowhere").quant_parameter_tensor_names, SCALE_TENSOR="s")
    defaults = [
        helper.make_attribute("alpha", 2.0), helper.make_attribute("graph", default, "doc"), helper.make_attribute("graphs", [default, inner]),
    ]
    function = helper.make_function(
        "d", "Everything", ["a", "b"], ["c"], [helper.make_node("Add", ["a", "b"], ["c"])],
        [helper.make_opsetid("", 21)], ["outer"], defaults, overload="o",
        value_info=[helper.make_value_info("a", types()["image"])], doc_string="doc",
    )
    entries(function.metadata_props, key="value")
    model = helper.make_model(
        graph, functions=[function], opset_imports=[helper.make_opsetid("", 21), helper.make_opsetid("d", 1)],
        producer_name="everything", producer_version="1", domain="dom", model_version=-3, doc_string="doc",
    )
    entries(model.metadata_props, key="value", author="")
    training = model.training_info.add()
    training.initialization.CopyFrom(inner)
    training.algorithm.CopyFrom(inner)
    entries(training.initialization_binding, w="w0")
    entries(training.update_binding, w="w1")
    model.configuration.add(name="c", num_devices=2, device=["x", "y"])
    return model


def with_unknown_fields(model):
    """The model with a field 1000 appended to each message that can have one, at any depth but inside types."""

    def visit(message):
        for descriptor, value in message.ListFields():
            if descriptor.type == descriptor.TYPE_MESSAGE:
                for item in value if descriptor.is_repeated else [value]:
                    visit(item)
        message.MergeFromString(b"\xc2\x3e\x03new")

    visit(model)
    return model


def main(folder):
    os.makedirs(folder, exist_ok=True)
    models = {"everything": everything(), "unknown": with_unknown_fields(everything())}
    for name, model in models.items():
        with open(os.path.join(folder, name + ".onnx"), "wb") as file:
            file.write(model.SerializeToString())


if __name__ == "__main__":
    main(sys.argv[1])
