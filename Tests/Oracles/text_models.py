"""Models with names, attributes and graphs that a text must take care of, written to the folder that is named."""

import sys
from pathlib import Path

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

ONNX_17 = helper.make_opsetid("", 17)


def info(name, shape=(2,), element=TensorProto.FLOAT):
    return helper.make_tensor_value_info(name, element, shape)


def stored(name, values=(1.0, 2.0), element=numpy.float32):
    return numpy_helper.from_array(numpy.array(values, element), name)


def model(nodes, inputs=(), outputs=(), initializers=(), opsets=(ONNX_17,), ir_version=8, name="g", **fields):
    graph = helper.make_graph(list(nodes), name, list(inputs or [info("x")]), list(outputs or [info("y")]), initializers)
    return helper.make_model(graph, opset_imports=list(opsets), ir_version=ir_version, **fields)


def foreign(*attributes, **more):
    """A call of an operator that nobody knows, with attributes."""
    node = helper.make_node("Foo", ["x"], ["y"], domain="my.dom-ain", **more)
    node.attribute.extend(attributes)
    return model([node], opsets=[ONNX_17, helper.make_opsetid("my.dom-ain", 3)])


def names():
    chain = ["x y", "a`b{c}\\d\n", "f32", "é—☃", "Relu", "model", "inf", "opset"]
    nodes = [helper.make_node("Relu", [a], [b]) for a, b in zip(chain, chain[1:], strict=False)]
    sizes = ["batch size", "N*2", "?", None, 3]
    yield "value_names", model(nodes, [info("x y", sizes)], [info("opset", [None, "new", "N", "?", 3])])
    yield "size_named_like_a_value", model(
        [helper.make_node("Relu", ["x"], ["N"]), helper.make_node("Relu", ["N"], ["y"])], [info("x", ["N"])], [info("y", ["N"])]
    )
    yield "graph_name", model([helper.make_node("Relu", ["x"], ["y"])], name=" we`ird {name} ")
    yield "node_names", model(
        [
            helper.make_node("Relu", ["x"], ["/a/Relu_output_0"], name="/a/Relu"),
            helper.make_node("Relu", ["/a/Relu_output_0"], ["b_output_0"]),
            helper.make_node("Relu", ["b_output_0"], ["y"], name="/a/Relu"),
        ]
    )


def graphs():
    relu = helper.make_node("Relu", ["x"], ["y"])
    weight = stored("w")
    yield "unused_initializers", model(
        [relu], initializers=[weight, stored("@0.value", range(100)), stored("a.b", [1], numpy.int64)]
    )
    add = helper.make_node("Add", ["x", "w"], ["y"])
    yield "initialized_input", model([add], [info("x"), info("w")], initializers=[weight], ir_version=3)
    yield "initializer_returned", model([relu], outputs=[info("w"), info("y")], initializers=[weight])
    yield "omitted_arguments", model(
        [helper.make_node("Clip", ["x", "", ""], ["t"]), helper.make_node("Dropout", ["t"], ["y", ""])]
    )
    described = model([relu], doc_string="a\n\n  b ", producer_name="p", producer_version="v", domain="d.e", model_version=7)
    described.graph.doc_string = "a \n\tb\n"
    described.graph.node[0].doc_string = "of the node"
    described.graph.node[0].metadata_props.add(key="k", value="v\n")
    described.graph.metadata_props.add(key="g", value="h")
    described.metadata_props.add(key="m", value="n")
    described.graph.input[0].doc_string = "of the input"
    described.graph.input[0].type.denotation = "IMAGE"
    yield "descriptions", described
    recorded = model(
        [helper.make_node("Relu", ["x"], ["t"]), helper.make_node("Add", ["t", "w"], ["u"]), helper.make_node("Relu", ["u"], ["y"])],
        initializers=[weight],
    )
    recorded.graph.value_info.extend([info("u", ["n"]), info("w"), info("t", [3])])
    yield "recorded_types", recorded
    yield "operator_sets", model([relu], opsets=[helper.make_opsetid("com.microsoft", 1), ONNX_17, ONNX_17])
    yield "later_value", model([helper.make_node("Relu", ["t"], ["y"]), helper.make_node("Relu", ["x"], ["t"])])
    yield "input_returned", model([relu], outputs=[info("x"), info("y")])
    yield "output_twice", model([relu], outputs=[info("y"), info("y")])
    yield "sparse_initializer", sparse_initializer()
    function = helper.make_function("cu", "F", ["a"], ["b"], [helper.make_node("Relu", ["a"], ["b"])], [ONNX_17])
    yield "function", model(
        [helper.make_node("F", ["x"], ["y"], domain="cu")], functions=[function], opsets=[ONNX_17, helper.make_opsetid("cu", 1)]
    )
    yield from subgraphs()


def sparse():
    return helper.make_sparse_tensor(stored("s", [1.0]), stored("", [1], numpy.int64), [2])


def sparse_initializer():
    made = model([helper.make_node("Add", ["x", "s"], ["y"])])
    made.graph.sparse_initializer.append(sparse())
    return made


def subgraphs():
    own = helper.make_graph([helper.make_node("Add", ["x", "w"], ["o"])], "t", [], [info("o")], [stored("w")])
    negated = helper.make_graph([helper.make_node("Neg", ["x"], ["o"])], "t", [], [info("o")])
    outer = helper.make_graph([helper.make_node("Mul", ["x", "v"], ["o"])], "", [], [helper.make_empty_tensor_value_info("o")])
    captured = helper.make_graph([], "c", [], [info("x")])
    inputs = [info("x"), info("c", (), TensorProto.BOOL)]
    for name, branch in [("own", own), ("outer", outer), ("captured", captured)]:
        node = helper.make_node("If", ["c"], ["y"], then_branch=branch, else_branch=negated)
        yield f"branch_{name}", model([node], inputs, initializers=[stored("v")])


def attributes():
    yield "attributes", foreign(
        a=1, b=1.5, c='s"\\\n', d=[1, 2], e=[1.0, float("inf"), -0.0, 1e-45, 3.4e38], f=["a", "b"], g=stored("tt", range(3)),
        h=b"\xff\xfe", to=1, one=1.0, nan=float("nan"), **{"if": 3, "a b": 2**63 - 1, "least": -(2**63)},
    )
    kinds = onnx.AttributeProto
    yield "empty_lists", foreign(
        *(helper.make_attribute(f"l{kind}", [], attr_type=kind) for kind in [kinds.FLOATS, kinds.INTS, kinds.STRINGS])
    )
    yield "type_attribute", foreign(helper.make_attribute("t", helper.make_tensor_type_proto(1, ["a", 2])))
    yield "list_of_tensors", foreign(helper.make_attribute("t", [stored("", [1.0]), stored("", [2.0])]))
    yield "sparse_attribute", foreign(helper.make_attribute("t", sparse()))
    odd = helper.make_attribute("t", 1.0)
    odd.ClearField("f")
    odd.MergeFromString(b"\x15\x01\x00\xc0\x7f")
    yield "odd_nan", foreign(odd)


def constants():
    values = {
        TensorProto.BOOL: [True, False], TensorProto.STRING: [b"a", b"\xff"], TensorProto.COMPLEX64: [1 + 2j, 0],
        TensorProto.INT64: [-(2**63), 2**62 + 1], TensorProto.UINT64: [2**64 - 1, 1], TensorProto.DOUBLE: [0.1, 1e300],
    }
    for element in range(1, 24):
        tensor = helper.make_tensor("", element, [2], values.get(element, [1, 2]))
        node = helper.make_node("Constant", [], ["y"], value=tensor)
        output = info("y", (2,), element)
        yield f"constant_{element}", model([node], outputs=[output], opsets=[helper.make_opsetid("", 23)], ir_version=10)
    for name, array in [("large", numpy.arange(17.0)), ("empty", numpy.zeros((0, 3))), ("scalar", numpy.array(0.1))]:
        tensor = numpy_helper.from_array(array.astype(numpy.float32))
        node = helper.make_node("Constant", [], ["y"], value=tensor)
        yield f"constant_{name}", model([node], outputs=[info("y", array.shape)])


def main(folder: Path) -> None:
    for source in [names, graphs, attributes, constants]:
        for name, made in source():
            (folder / f"{name}.onnx").write_bytes(made.SerializeToString())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
