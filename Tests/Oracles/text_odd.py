"""Models that no exporter should write and that readers take all the same: bytes that are no text, kinds that do not fit their
attributes, records said twice, domains and operators with odd names.

    python text_odd.py FOLDER
"""

import struct
import sys
from collections.abc import Iterator
from pathlib import Path

from onnx import AttributeProto, ModelProto, NodeProto, TensorProto, ValueInfoProto, helper

FLOAT = TensorProto.FLOAT
BYTES = b"\xff\xe9a\x80"
#: Characters that bytes could be taken for, and a place holder for bytes.
PRIVATE, HOLDER = "\U0010ff80".encode(), "QQQQ"


def info(name: str, shape: tuple[int, ...] = (2,)) -> ValueInfoProto:
    return helper.make_tensor_value_info(name, FLOAT, shape)


def relu(**options: object) -> NodeProto:
    return helper.make_node("Relu", ["x"], ["y"], **options)


def model(nodes: list[NodeProto], stored: list[TensorProto] = (), sets: dict[str, int] | None = None) -> ModelProto:
    graph = helper.make_graph(nodes, "g", [info("x")], [info("y")], list(stored))
    imports = {"": 17} if sets is None else sets
    return helper.make_model(graph, opset_imports=[helper.make_opsetid(*one) for one in imports.items()], ir_version=8)


def two() -> ModelProto:
    return model([helper.make_node("Relu", ["x"], ["h"]), helper.make_node("Neg", ["h"], ["y"])])


def added(tensor: TensorProto) -> ModelProto:
    return model([helper.make_node("Add", ["x", tensor.name], ["y"])], [tensor])


def called(domain: str, name: str, inner_domain: str = "", inner_sets: dict[str, int] | None = None) -> ModelProto:
    """A model that calls a function."""
    inner = helper.make_node("Relu", ["a"], ["b"], domain=inner_domain)
    sets = [helper.make_opsetid(*one) for one in ({"": 17} if inner_sets is None else inner_sets).items()]
    function = helper.make_function(domain, name, ["a"], ["b"], [inner], sets)
    made = model([helper.make_node(name, ["x"], ["y"], domain=domain)], sets={"": 17, domain: 1})
    made.functions.append(function)
    return made


def odd_bytes() -> Iterator[tuple[str, ModelProto]]:
    """HOLDER in every place where onnx.proto has a text."""
    made = model([relu(name=HOLDER)])
    made.producer_name = made.producer_version = made.domain = made.doc_string = made.graph.name = HOLDER
    node, graph = made.graph.node[0], made.graph
    node.doc_string = graph.doc_string = graph.input[0].doc_string = HOLDER
    for owner in (made, graph, node):
        owner.metadata_props.add(key=HOLDER, value=HOLDER)
    yield "texts", made
    yield "value", model([helper.make_node("Relu", ["x"], [HOLDER]), helper.make_node("Neg", [HOLDER], ["y"])])
    yield "attribute", model([helper.make_node("F", ["x"], ["y"], domain="d", **{HOLDER: 1})], sets={"": 17, "d": 1})
    yield "operator", model([helper.make_node(HOLDER, ["x"], ["y"], domain="d")], sets={"": 17, "d": 1})
    yield "domain", model([helper.make_node("F", ["x"], ["y"], domain=HOLDER)], sets={"": 17, HOLDER: 1})
    made = model([relu()])
    axis = made.graph.input[0].type.tensor_type.shape.dim[0]
    axis.dim_param = axis.denotation = made.graph.input[0].type.denotation = HOLDER
    yield "dimension", made
    tensor = helper.make_tensor(HOLDER, FLOAT, [2], [1, 2])
    tensor.doc_string = HOLDER
    tensor.metadata_props.add(key=HOLDER, value=HOLDER)
    made = added(tensor)
    made.graph.quantization_annotation.add(tensor_name=HOLDER).quant_parameter_tensor_names.add(key=HOLDER, value=HOLDER)
    yield "tensor", made
    yield "function", called(HOLDER, "Fun")


def records() -> Iterator[tuple[str, ModelProto]]:
    for name, second in {"same": info("h"), "other": info("h", (3,)), "port": info("y", (7,))}.items():
        made = two()
        made.graph.value_info.extend([info("h"), second, info("y")])
        yield f"types-{name}", made
    raw = helper.make_tensor("w", FLOAT, [2], struct.pack("<2f", 1, 2), raw=True)
    raw.external_data.add(key="location", value="nowhere.bin")
    raw.external_data.add(key="odd", value="1")
    yield "external-beside-raw", added(raw)
    for name, keys in {
        "checksum": {"location": "w.bin", "offset": "8", "checksum": "abcd"},
        "order": {"length": "8", "offset": "0", "location": "./w.bin"},
    }.items():
        tensor = TensorProto(name="w", data_type=FLOAT, dims=[2], data_location=TensorProto.EXTERNAL)
        for key, value in keys.items():
            tensor.external_data.add(key=key, value=value)
        yield f"external-{name}", added(tensor)
    made = model([relu()])
    made.configuration.add(name="none", num_devices=0)
    made.configuration.add(name="one", num_devices=0, device=["a"])
    made.configuration.add(name="less", num_devices=-1)
    yield "devices", made
    for place in ("input", "output"):
        made = model([relu()])
        getattr(made.graph, place)[0].type.tensor_type.elem_type = 0
        yield f"{place}-without-element", made


def kinds() -> Iterator[tuple[str, ModelProto]]:
    def with_attributes(*attributes: AttributeProto) -> ModelProto:
        made = model([helper.make_node("F", ["x"], ["y"], domain="d")], sets={"": 17, "d": 1})
        made.graph.node[0].attribute.extend(attributes)
        return made

    yield "kind-missing", with_attributes(AttributeProto(name="a", f=1.5), AttributeProto(name="b", ints=[1, 2]))
    yield "kind-other", with_attributes(AttributeProto(name="a", f=1.5, type=AttributeProto.STRINGS))
    yield "kind-alone", with_attributes(AttributeProto(name="a", type=AttributeProto.FLOAT))
    yield "nothing", with_attributes(AttributeProto(name="a"))
    made = model([helper.make_node("Softmax", ["x"], ["y"])])
    made.graph.node[0].attribute.add(name="axis", i=0)
    yield "kind-missing-standard", made


def operators() -> Iterator[tuple[str, ModelProto]]:
    names = ["a.b", "aten::add", "a~b", ".", "a b", "..", "onnx.Relu", "é.x", "`x`", "{x}", "a\nb"]
    for index, name in enumerate(names):
        for domain in ("d", ""):
            yield f"operator-{index}-{domain}", model([helper.make_node(name, ["x"], ["y"], domain=domain)], sets={"": 17, domain: 17})
    for index, domain in enumerate(["a..b", ".", "a.", "~", "onnx", "a~b", "onnx.x", "std", "f32.x"]):
        yield f"domain-{index}", model([helper.make_node("F", ["x"], ["y"], domain=domain)], sets={"": 17, domain: 1})
        yield f"function-{index}", called(domain, "Fun.x")
    yield "function-without-opsets", called("d", "Fun", inner_sets={})
    standard = relu(domain="ai.onnx")
    yield "standard-node", model([standard])
    yield "standard-import", model([relu()], sets={"ai.onnx": 17})
    yield "standard-both", model([standard], sets={"ai.onnx": 17})
    yield "standard-inner", called("d", "Fun", "ai.onnx", {"ai.onnx": 17})
    made = model([relu()])
    made.graph.node[0].overload = "v2"
    yield "overload", made
    for name, (domain, version) in {"same": ("", 17), "other": ("", 16), "alias": ("ai.onnx", 17)}.items():
        made = model([relu()])
        made.opset_import.add(domain=domain, version=version)
        yield f"set-twice-{name}", made
    for version in (-1, 0, 1 << 40):
        yield f"set-{version}", model([relu()], sets={"": version})
    yield "set-none", model([relu()], sets={})
    made = model([relu()])
    made.ir_version, made.model_version = -3, -9
    yield "negative-versions", made


def main(folder: Path) -> None:
    (folder / "w.bin").write_bytes(struct.pack("<4f", *range(4)))
    for name, made in odd_bytes():
        content = made.SerializeToString()
        assert HOLDER.encode() in content
        (folder / f"bytes-{name}.onnx").write_bytes(content.replace(HOLDER.encode(), BYTES))
        (folder / f"private-{name}.onnx").write_bytes(content.replace(HOLDER.encode(), PRIVATE))
    for family in (records, kinds, operators):
        for name, made in family():
            (folder / f"{name}.onnx").write_bytes(made.SerializeToString())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
