"""Files that are malformed, or that claim what they do not hold: lines that say so, or unknown shapes, and no more."""

import itertools
import os
import re
import resource
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import onnx.parser
import pytest
from google.protobuf.message import DecodeError
from onnx import AttributeProto, GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto, helper, numpy_helper

from command import ROOT, mica
from inference import inputs, problems, shape, spelled, types

SECONDS = 20
MEGABYTES = 400
LARGEST = 2**63 - 1
LINE = re.compile(r"^(.+?)(:\d+:\d+)?: (error|warning|hint)\[[a-z-]+\]: .+$|^… and \d+ more problems$")


def value(name: str, *dims: object, element: int = TensorProto.FLOAT) -> ValueInfoProto:
    return helper.make_tensor_value_info(name, element, list(dims))


def untyped(name: str) -> ValueInfoProto:
    return ValueInfoProto(name=name)


def graph(nodes: list[NodeProto], *arguments: ValueInfoProto, results: str = "y", **fields: object) -> GraphProto:
    made = GraphProto(name="g", node=nodes, input=arguments, output=[untyped(name) for name in results.split()])
    for field, items in fields.items():
        getattr(made, field).extend(items)
    return made


def model(made: GraphProto, *functions: onnx.FunctionProto, opset: int = 18, **imports: int) -> ModelProto:
    opsets = [
        helper.make_opsetid("", opset),
        *(helper.make_opsetid(domain, version) for domain, version in imports.items()),
    ]
    return ModelProto(ir_version=8, graph=made, opset_import=opsets, functions=functions)


def node(kind: str, arguments: str, results: str, domain: str = "", **attributes: object) -> NodeProto:
    """A node; names are separated by blanks, and `-` is one left out."""
    names = [["" if name == "-" else name for name in text.split()] for text in (arguments, results)]
    return helper.make_node(kind, *names, domain=domain, **attributes)


def integers(name: str, *numbers: int) -> TensorProto:
    return numpy_helper.from_array(np.array(numbers, np.int64), name)


def run(data: bytes | ModelProto, *options: str) -> tuple[int, str, ModelProto | None]:
    """Runs mica, which must end in time, with 0 or 1, in little memory, and say nothing but lines of its own."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "in.onnx").write_bytes(data if isinstance(data, bytes) else data.SerializeToString())
        binary = os.environ.get("MICA_BINARY", ROOT / ".build/release/mica")
        command = [str(binary), "convert", "in.onnx", "out.onnx", "--infer-shapes", *options]
        with open(folder / "err", "wb") as error:
            # The kernel's figure for the most memory of a child has that of this process in it, from before it was mica.
            limits = (resource.RLIMIT_DATA, (MEGABYTES << 20, MEGABYTES << 20))
            process = subprocess.Popen(
                command,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=error,
                preexec_fn=lambda: resource.setrlimit(*limits),
            )
            try:
                process.wait(SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                pytest.fail(f"still at work after {SECONDS} seconds")
        text = (folder / "err").read_text(errors="replace")
        assert process.returncode in (0, 1), f"exit code {process.returncode}: {text}"
        for line in text.splitlines():
            assert LINE.match(line), f"no line of ours: {line}"
        written = folder / "out.onnx"
        assert written.exists() == (process.returncode == 0), text
        assert process.returncode == 0 or text
        return process.returncode, text, onnx.load(written, load_external_data=False) if written.exists() else None


# MARK: - Graphs that cannot be


def twice_defined() -> ModelProto:
    return model(graph([node("Relu", "x", "y"), node("Neg", "x", "y")], value("x", "N")))


def cycle() -> ModelProto:
    return model(graph([node("Add", "x b", "a"), node("Relu", "a", "b"), node("Relu", "x", "y")], value("x", "N")))


def own_result() -> ModelProto:
    return model(graph([node("Add", "y x", "y")], value("x", "N")))


def cycle_through_a_subgraph() -> ModelProto:
    inner = graph([node("Relu", "y", "r")], results="r")
    return model(
        graph([node("If", "c", "y", then_branch=inner, else_branch=inner)], value("c", element=TensorProto.BOOL))
    )


def missing_input() -> ModelProto:
    return model(graph([node("Add", "x nowhere", "y")], value("x", "N")))


def missing_output() -> ModelProto:
    return model(graph([node("Relu", "x", "z")], value("x", "N"), results="nowhere"))


def recursive_function() -> ModelProto:
    body = helper.make_function(
        "f", "Again", ["a"], ["b"], [node("Again", "a", "b", "f")], [helper.make_opsetid("f", 1)]
    )
    return model(graph([node("Again", "x", "y", "f")], value("x", "N")), body, f=1)


def functions_that_call_each_other() -> ModelProto:
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid("f", 1)]
    one = helper.make_function("f", "One", ["a"], ["b"], [node("Two", "a", "c", "f"), node("Relu", "c", "b")], opsets)
    two = helper.make_function("f", "Two", ["a"], ["b"], [node("One", "a", "b", "f")], opsets)
    return model(graph([node("One", "x", "y", "f")], value("x", "N")), one, two, f=1)


def no_opset() -> ModelProto:
    made = model(graph([node("Relu", "x", "y")], value("x", "N")))
    del made.opset_import[:]
    return made


MALFORMED: dict[str, tuple[Callable[[], ModelProto], str]] = {
    "two definitions": (twice_defined, "duplicate-value"),
    "a cycle": (cycle, "cyclic-graph"),
    "a node that takes its own result": (own_result, "cyclic-graph"),
    "a cycle through a subgraph": (cycle_through_a_subgraph, "cyclic-graph"),
    "an input that nothing gives": (missing_input, "undefined-value"),
    "an output that nothing gives": (missing_output, "undefined-value"),
    "a function that calls itself": (recursive_function, "recursive-function"),
    "functions that call each other": (functions_that_call_each_other, "recursive-function"),
    "no operator set": (no_opset, "missing-opset"),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_graph(name):
    """What is wrong is said by its identifier; the file is written, but not in strict mode."""
    make, identifier = MALFORMED[name]
    code, text, written = run(make())
    assert code == 0 and written is not None, text
    assert f"warning[{identifier}]" in text
    assert "error[" not in text
    code, text, written = run(make(), "--strict")
    assert code == 1 and written is None
    assert f"error[{identifier}]" in text


# MARK: - Numbers

EXTREMES = [-1, -2, 0, 2**31, 2**32 + 1, 2**62, LARGEST, -(2**63)]


def sized(*sizes: int) -> ValueInfoProto:
    return value("x", *sizes)


def with_shape(kind: str, first: str, *numbers: int, **attributes: object) -> Callable[[int], ModelProto]:
    """A call of an operator whose second input holds hostile numbers."""

    def make(extreme: int) -> ModelProto:
        operands = integers("n", *[extreme if number is None else number for number in numbers])
        return model(
            graph([node(kind, f"{first} n".strip(), "y", **attributes)], value("x", "N", 4), initializer=[operands])
        )

    return make


def with_attribute(kind: str, arguments: str, *shape: object, **attributes: object) -> Callable[[int], ModelProto]:
    """A call of an operator with a hostile attribute, where an attribute's value is None, or a list with None in it."""

    def make(extreme: int) -> ModelProto:
        given = {
            name: (
                extreme
                if item is None
                else [extreme if part is None else part for part in item] if isinstance(item, list) else item
            )
            for name, item in attributes.items()
        }
        arrays = [value(name, *shape) for name in arguments.split()]
        return model(graph([node(kind, arguments, "y", **given)], *arrays))

    return make


def sum_of_hostile_sizes(extreme: int) -> ModelProto:
    made = [
        node("Concat", "x x", "a", axis=0),
        node("Reshape", "a flat", "y"),
        node("Tile", "y n", "z"),
        node("Size", "x", "s"),
    ]
    made += [
        node("Shape", "a", "t"),
        node("Mul", "t t", "u"),
        node("ConstantOfShape", "u", "v"),
        node("Range", "s s s", "w"),
    ]
    made += [
        node("ReduceProd", "t", "p", keepdims=1),
        node("Div", "p t", "q"),
        node("Mod", "p t", "r"),
        node("Sub", "t p", "m"),
    ]
    made += [
        node("Expand", "x u", "e"),
        node("Neg", "t", "k"),
        node("ConstantOfShape", "k", "l"),
        node("Pow", "t t", "o"),
    ]
    return model(
        graph(
            made, sized(extreme, extreme), results="y z v", initializer=[integers("flat", -1), integers("n", extreme)]
        )
    )


NUMBERS: dict[str, Callable[[int], ModelProto]] = {
    "sums and products of sizes": sum_of_hostile_sizes,
    "reshape": with_shape("Reshape", "x", None, -1),
    "reshape to many": with_shape("Reshape", "x", None, None, None),
    "expand": with_shape("Expand", "x", None, 4),
    "tile": with_shape("Tile", "x", None, None),
    "constant of shape": with_shape("ConstantOfShape", "", None, None),
    "gather": with_shape("Gather", "x", None),
    "unsqueeze": with_shape("Unsqueeze", "x", None),
    "squeeze": with_shape("Squeeze", "x", None),
    "top k": with_shape("TopK", "x", None),
    "split": with_shape("Split", "x", None, None, axis=1),
    "pad": with_shape("Pad", "x", None, None, None, None),
    "reduction": with_shape("ReduceSum", "x", None),
    "trilu": with_shape("Trilu", "x", None),
    "slice": lambda extreme: model(
        graph(
            [
                node("Slice", f"x {' '.join(names)}", f"y{place}")
                for place, names in enumerate(itertools.product(["n", "one"], repeat=4))
            ],
            value("x", "N", 4),
            results="y0",
            initializer=[integers("n", extreme), integers("one", 1)],
        )
    ),
    "range": lambda extreme: model(
        graph(
            [
                node("Range", f"{a} {b} {c}", f"y{place}")
                for place, (a, b, c) in enumerate(itertools.product(["n", "one", "min"], repeat=3))
            ],
            results="y0",
            initializer=[
                numpy_helper.from_array(np.array(number, np.int64), name)
                for name, number in (("n", extreme), ("one", 1), ("min", -(2**63)))
            ],
        )
    ),
    "one hot": lambda extreme: model(
        graph([node("OneHot", "x n v", "y")], value("x", "N"), value("v", 2), initializer=[integers("n", extreme)])
    ),
    "concat axis": with_attribute("Concat", "x", "N", 4, axis=None),
    "transpose": with_attribute("Transpose", "x", "N", 4, perm=[None, 0]),
    "flatten": with_attribute("Flatten", "x", "N", 4, axis=None),
    "softmax": with_attribute("Softmax", "x", "N", 4, axis=None),
    "gather axis": with_attribute("Gather", "x i", "N", axis=None),
    "depth to space": with_attribute("DepthToSpace", "x", 1, 8, "H", "W", blocksize=None),
    "space to depth": with_attribute("SpaceToDepth", "x", 1, 8, "H", "W", blocksize=None),
    "split outputs": with_attribute("Split", "x", "N", 4, num_outputs=None),
    "shape start": with_attribute("Shape", "x", "N", 4, start=None, end=None),
    "convolution": with_attribute(
        "Conv", "x w", 3, 3, 8, 8, strides=[None, None], pads=[None, 0, None, 0], dilations=[None, 1], group=None
    ),
    "transposed convolution": with_attribute(
        "ConvTranspose",
        "x w",
        3,
        3,
        8,
        8,
        strides=[None, None],
        pads=[None, 0, 0, None],
        output_padding=[None, None],
        group=None,
    ),
    "output shape": with_attribute("ConvTranspose", "x w", 3, 3, 8, 8, output_shape=[None, None]),
    "pooling": with_attribute(
        "MaxPool", "x", 1, 3, "H", 8, kernel_shape=[None, None], strides=[None, 1], pads=[None, 0, 0, None]
    ),
    "recurrence": with_attribute("LSTM", "x w r", "S", "B", 4, hidden_size=None),
    "random": with_attribute("RandomNormal", "", shape=[None, None]),
    "cast": with_attribute("Cast", "x", "N", to=None),
    "eye": with_attribute("EyeLike", "x", "N", 4, k=None, dtype=None),
    "group normalization": with_attribute("GroupNormalization", "x s b", 1, 4, "H", num_groups=None),
    "attention": with_attribute("MultiHeadAttention", "x", "B", "S", 4, num_heads=None, domain="com.microsoft"),
}


@pytest.mark.parametrize("extreme", EXTREMES)
@pytest.mark.parametrize("name", NUMBERS)
def test_hostile_numbers(name, extreme):
    """No number traps; what overflows is unknown, and no size is written that is negative or of no number."""
    made = NUMBERS[name](extreme)
    made.opset_import.add(domain="com.microsoft", version=1)
    _, text, written = run(made)
    assert written is not None, text
    declared = {dim.dim_value for item in inputs(made) for dim in item.type.tensor_type.shape.dim}
    for key, type in types(written).items():
        for dim in type.tensor_type.shape.dim:
            assert dim.dim_value >= 0 or dim.dim_value in declared, f"{key}: {dim.dim_value}"
            assert not re.search(r"\d{20,}", dim.dim_param), f"{key}: {dim.dim_param}"


# MARK: - Lengths


def hollow(dims: list[int], field: str, data: object, kind: int = TensorProto.INT64) -> TensorProto:
    """A tensor of a shape that its data does not fill."""
    made = TensorProto(name="t", data_type=kind, dims=dims)
    if field == "raw_data":
        made.raw_data = data
    elif field:
        getattr(made, field).extend(data)
    return made


HOLLOW = {
    "no data": hollow([2**62], "", None),
    "less raw data": hollow([2**40], "raw_data", bytes(16)),
    "more raw data": hollow([1], "raw_data", bytes(1600)),
    "raw data of no whole elements": hollow([2], "raw_data", bytes(13)),
    "less typed data": hollow([2**62, 2**62], "int64_data", [1, 2]),
    "more typed data": hollow([1], "int64_data", [1, 2, 3]),
    "data of another type": hollow([2], "float_data", [1, 2]),
    "a negative size": hollow([-4], "int64_data", [1, 2, 3, 4]),
    "an overflowing size": hollow([2**62, 4, 2**62], "raw_data", bytes(8)),
    "an unknown element type": hollow([2], "raw_data", bytes(16), 99),
    "no element type": hollow([2], "raw_data", bytes(16), 0),
    "an external file that is not there": TensorProto(
        name="t",
        data_type=TensorProto.INT64,
        dims=[2],
        data_location=TensorProto.EXTERNAL,
        external_data=[onnx.StringStringEntryProto(key="location", value="missing.bin")],
    ),
    "an external file outside": TensorProto(
        name="t",
        data_type=TensorProto.INT64,
        dims=[2],
        data_location=TensorProto.EXTERNAL,
        external_data=[onnx.StringStringEntryProto(key="location", value="../../../../../../etc/passwd")],
    ),
    "an external file at no place": TensorProto(
        name="t",
        data_type=TensorProto.INT64,
        dims=[2**60],
        data_location=TensorProto.EXTERNAL,
        external_data=[
            onnx.StringStringEntryProto(key=key, value=text)
            for key, text in (("location", "in.onnx"), ("offset", "9223372036854775807"), ("length", "-1"))
        ],
    ),
}

USERS = [
    "Reshape",
    "Expand",
    "Tile",
    "ConstantOfShape",
    "Gather",
    "Slice",
    "Add",
    "Range",
    "Identity",
    "NonZero",
    "Pad",
    "Resize",
]


@pytest.mark.parametrize("place", ["initializer", "constant"])
@pytest.mark.parametrize("name", HOLLOW)
def test_hollow_tensor(name, place):
    """A tensor that claims more than it has costs nothing, whoever reads it."""
    nodes = [] if place == "initializer" else [node("Constant", "", "t", value=HOLLOW[name])]
    arguments = {
        "ConstantOfShape": "t",
        "Identity": "t",
        "NonZero": "t",
        "Slice": "x t t t t",
        "Range": "t t t",
        "Resize": "x - - t",
    }
    for index, kind in enumerate(USERS):
        nodes.append(node(kind, arguments.get(kind, "x t"), f"y{index}"))
    constants = [HOLLOW[name]] if place == "initializer" else []
    made = model(graph(nodes, value("x", "N", 4), results="y0", initializer=constants))
    run(made)


def test_hollow_messages():
    """Lengths in the file that no file has: an error, in one line."""
    whole = twice_defined().SerializeToString()
    for length in (2**31, 2**62, 2**63 - 1, 2**64 - 1):
        encoded = b""
        while length >= 0x80:
            encoded += bytes([length & 0x7F | 0x80])
            length >>= 7
        encoded += bytes([length])
        for data in (
            b"\x3a" + encoded,
            whole + b"\x3a" + encoded,
            whole + b"\x52" + encoded,
            b"\x3a\x02\x2a" + encoded,
        ):
            code, text, _ = run(data)
            assert code == 1 and text.count("\n") == 1, text


def test_damaged_files(seed, tmp_path):
    """A file with any byte changed: lines or a model, never a crash; what others could read, they can read after."""
    body = graph(
        [node("Relu", "v", "w"), node("Concat", "v w", "o", axis=0)],
        value("i", element=7),
        value("c", element=9),
        value("v", "N", 4),
    )
    body.node.add(op_type="Identity", input=["c"], output=["d"])
    del body.output[:]
    body.output.extend([untyped("d"), untyped("w"), untyped("o")])
    nodes = [
        node("Loop", "n - x", "p q", body=body),
        node("Reshape", "p r", "y"),
        node("Conv", "x x", "z", strides=[2]),
    ]
    whole = model(
        graph(nodes, value("x", "N", 4), initializer=[integers("n", 3), integers("r", -1, 2)])
    ).SerializeToString()
    rng = np.random.default_rng(seed)
    damaged = [
        whole[:place] + bytes([rng.integers(256)]) + whole[place + 1 :] for place in range(len(whole)) for _ in range(3)
    ]
    for place, data in enumerate(damaged):
        (tmp_path / f"{place}.onnx").write_bytes(data)
    (tmp_path / "list").write_text("".join(f"{place}.onnx\tout{place}.onnx\n" for place in range(len(damaged))))
    outcome = mica("convert", "--batch", "list", "--infer-shapes", cwd=tmp_path)
    assert outcome.code == 1, outcome.err[-1000:]
    failed = set(re.findall(r"^(?:out)?(\d+)\.onnx:\d+:\d+: error", outcome.err, re.MULTILINE))
    for line in outcome.err.splitlines():
        assert LINE.match(line), line
    for place, data in enumerate(damaged):
        written = tmp_path / f"out{place}.onnx"
        assert written.exists() == (str(place) not in failed), place
        if written.exists() and readable(data):
            assert readable(written.read_bytes()), f"byte {place // 3} is {data[place // 3]}"


def readable(data: bytes) -> bool:
    try:
        return bool(ModelProto.FromString(data).ListFields())
    except DecodeError:
        return False


# MARK: - Attributes


def attribute_kinds() -> list[AttributeProto]:
    """An attribute of each kind, and some of none."""
    tensor = integers("t", 1, 2)
    made = [
        helper.make_attribute("a", given)
        for given in (0.5, -1, b"\xff", tensor, graph([]), [1.0], [2**62, -1], [b"a"], [tensor], [graph([])])
    ]
    made.append(helper.make_attribute("a", helper.make_tensor_type_proto(1, [2])))
    made += [
        AttributeProto(name="a"),
        AttributeProto(name="a", type=7, i=4),
        AttributeProto.FromString(b"\x0a\x01a\xa0\x01\x63"),
    ]
    made.append(AttributeProto(name="a", type=2, ref_attr_name="nothing"))
    return made


CALLS = {
    "Concat": ("x x", ["axis"]),
    "Transpose": ("x", ["perm"]),
    "Conv": ("x x", ["kernel_shape", "strides", "pads", "dilations", "group", "auto_pad"]),
    "MaxPool": ("x", ["kernel_shape", "strides", "ceil_mode", "storage_order"]),
    "Constant": ("", ["value", "value_int", "value_ints", "value_floats", "sparse_value", "value_string"]),
    "ConstantOfShape": ("s", ["value"]),
    "Cast": ("x", ["to", "saturate"]),
    "If": ("c", ["then_branch", "else_branch"]),
    "Loop": ("n c x", ["body"]),
    "Scan": ("x x", ["body", "num_scan_inputs", "scan_input_axes"]),
    "LSTM": ("x x x", ["hidden_size", "direction", "layout"]),
    "Einsum": ("x x", ["equation"]),
    "Split": ("x", ["axis", "num_outputs"]),
    "Gemm": ("x x", ["transA", "alpha"]),
    "Resize": ("x - x", ["axes", "mode", "keep_aspect_ratio_policy"]),
    "SequenceMap": ("x", ["body"]),
    "Optional": ("", ["type"]),
    "SequenceEmpty": ("", ["dtype"]),
    "ReduceSum": ("x", ["keepdims", "noop_with_empty_axes"]),
    "DFT": ("x", ["axis", "onesided"]),
    "StringSplit": ("x", ["maxsplit", "delimiter"]),
}


@pytest.mark.parametrize("kind", CALLS)
def test_attributes_of_other_kinds(kind):
    """Each attribute in each kind that the format has."""
    arguments, names = CALLS[kind]
    nodes = []
    for name, attribute in itertools.product(names, attribute_kinds()):
        made = node(kind, arguments, f"y{len(nodes)} z{len(nodes)}")
        made.attribute.add().CopyFrom(attribute)
        made.attribute[0].name = name
        nodes.append(made)
    given = [value("x", "N", 4), value("c", element=9), value("n", element=7), value("s", 2, element=7)]
    code, text, written = run(model(graph(nodes, *given, results="y0"), opset=20))
    assert code == 0 and len(text.splitlines()) >= len(names), text


@pytest.mark.parametrize("count", [0, 1, 2, 9])
def test_numbers_of_inputs_and_results(count):
    """Every operator with none, too few and too many inputs and results."""
    nodes = []
    for schema in onnx.defs.get_all_schemas():
        if schema.deprecated:
            continue
        for element in "xis":
            names = " ".join(f"r{len(nodes)}_{place}" for place in range(count))
            nodes.append(node(schema.name, " ".join([element] * count), names, schema.domain))
    given = [value("x", "N", 4), value("i", "N", element=7), value("s", element=8)]
    made = graph(nodes, *given, results=nodes[-1].output[0] if count else "x")
    domains = {
        schema.domain: onnx.defs.onnx_opset_version() if not schema.domain else 1
        for schema in onnx.defs.get_all_schemas()
    }
    opset = domains.pop("")
    whole = model(made, opset=opset)
    whole.opset_import.extend(helper.make_opsetid(domain, version) for domain, version in domains.items())
    code, text, _ = run(whole)
    assert code == 0 and (count == 1 or text), text


# MARK: - Depth and length


def nested(depth: int) -> ModelProto:
    inner = graph([node("Relu", "x", "y0")], results="y0")
    for level in range(1, depth):
        branch = node(
            "If",
            "c",
            f"y{level}",
            then_branch=inner,
            else_branch=graph([node("Neg", "x", f"e{level}")], results=f"e{level}"),
        )
        inner = graph([branch], results=f"y{level}")
    inner.input.extend([value("x", "N"), value("c", element=9)])
    return model(inner)


def wrapped(kind: str, length: int) -> ModelProto:
    """A chain in which each node wraps what the node before gave."""
    nodes = []
    for place in range(length):
        before, after = f"v{place}" if place else "x", f"v{place + 1}"
        if kind == "SequenceMap":
            body = graph([node("Identity", before, f"o{place}")], untyped(f"i{place}"), results=f"o{place}")
            nodes.append(node(kind, "s", after, body=body))
        else:
            nodes.append(node(kind, before, after))
    sequence = helper.make_tensor_sequence_value_info("s", TensorProto.FLOAT, [2])
    return model(graph(nodes, value("x", 2), sequence, results=f"v{length}"))


@pytest.mark.parametrize("kind", ["SequenceConstruct", "Optional", "SequenceMap"])
def test_types_that_are_wrapped_again_and_again(kind):
    """Sequences of sequences: no operator allows for them, and the file can be read by others."""
    code, text, written = run(wrapped(kind, 5_000))
    assert code == 0 and written is not None, text


@pytest.mark.parametrize("depth", [5, 20])
def test_nested_subgraphs(depth):
    _, text, written = run(nested(depth))
    assert written is not None and "error" not in text
    assert types(written)["", f"y{depth - 1}"].tensor_type.shape.dim[0].dim_param == "N"


def deep(depth: int) -> bytes:
    """As `nested`, but encoded by hand: Python's library refuses such a depth."""

    def field(number: int, data: bytes) -> bytes:
        length, encoded = len(data), b""
        while length >= 0x80:
            encoded += bytes([length & 0x7F | 0x80])
            length >>= 7
        return bytes([number << 3 | 2]) + encoded + bytes([length]) + data

    simple = graph([node("Relu", "x", "r")], results="r").SerializeToString()
    inner = simple
    for _ in range(depth):
        attributes = b"".join(
            field(5, field(1, name) + field(6, body) + b"\xa0\x01\x05")
            for name, body in ((b"then_branch", inner), (b"else_branch", simple))
        )
        inner = (
            field(1, field(1, b"c") + field(2, b"r") + field(4, b"If") + attributes)
            + field(2, b"g")
            + field(12, field(1, b"r"))
        )
    inner += field(11, value("x", "N").SerializeToString()) + field(11, value("c", element=9).SerializeToString())
    return b"\x08\x08" + field(8, b"\x10\x12") + field(7, inner)


@pytest.mark.parametrize("depth", [10, 30, 60, 200, 2_000])
def test_deep_subgraphs(depth, tmp_path):
    """Subgraphs in subgraphs, deeper than the onnx package and ONNX Runtime read them; still deeper, an error."""
    (tmp_path / "deep.onnx").write_bytes(deep(depth))
    # As much stack as the least of threads has.
    for stack in (8192, 512):
        done = subprocess.run(
            [os.environ.get("MICA_BINARY", ROOT / ".build/release/mica"), "convert", "--infer-shapes", "deep.onnx", "o.onnx"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_STACK, (stack << 10, stack << 10)),
        )
        if depth <= 60:
            assert (done.returncode, done.stderr) == (0, "")
            assert (tmp_path / "o.onnx").read_bytes().count(b"\x12\x01N") > depth
        else:
            assert done.returncode == 1 and "error[unreadable-file]" in done.stderr, done.stderr


def loops(depth: int) -> list[NodeProto]:
    """Loops of 30 rounds in each other."""
    if depth == 0:
        return [node("Concat", "x x", "r0", axis=0)]
    body = graph(
        [
            node("Identity", f"c{depth}", f"d{depth}"),
            *loops(depth - 1),
            node("Concat", f"v{depth} x", f"w{depth}", axis=0),
        ],
        value(f"i{depth}", element=7),
        value(f"c{depth}", element=9),
        untyped(f"v{depth}"),
        results=f"d{depth} w{depth}",
    )
    return [node("Loop", "many goes x", f"r{depth}", body=body)]


@pytest.mark.parametrize("depth", [2, 4, 8, 16, 30])
def test_costly_loops(depth):
    """A loop that is too much work to follow round by round is followed by none; those behind it are."""
    doubling = graph(
        [node("Identity", "c", "d"), node("Concat", "v v", "w", axis=0)],
        value("i", element=7),
        value("c", element=9),
        untyped("v"),
        results="d w",
    )
    after = [node("Loop", "three goes x", f"y{place}", body=doubling) for place in range(40)]
    goes = helper.make_tensor("goes", TensorProto.BOOL, [], [True])
    counts = [helper.make_tensor(name, TensorProto.INT64, [], [count]) for name, count in (("many", 30), ("three", 3))]
    made = graph(
        [node for place in range(3) for node in renamed(loops(depth), place)] + after,
        value("x", "N", 4),
        results="y39",
        initializer=[goes, *counts],
    )
    code, text, written = run(model(made))
    assert code == 0, text
    known = types(written)
    for place in range(40):
        assert spelled(shape(known.get(("", f"y{place}")), {"N"})) == "[8*N, 4]"
    if depth <= 8:
        assert not text
        for place in range(3):
            first = "31*N" if depth <= 4 else "?"
            assert spelled(shape(known.get(("", f"r{depth}_{place}")), {"N"})) == f"[{first}, 4]"


def renamed(nodes: list[NodeProto], place: int) -> list[NodeProto]:
    """The nodes of which the last gives a result of another name."""
    nodes[-1].output[0] += f"_{place}"
    return nodes


def test_subgraphs_that_run_again_and_again():
    """Loops in loops, each round of which would need more: the work has a limit, which is said."""
    inner = graph(
        [node("Identity", "c", "d"), node("Concat", "v v", "w", axis=0)],
        value("i", element=7),
        value("c", element=9),
        untyped("v"),
        results="d w",
    )
    for level in range(12):
        loop = node("Loop", "n - v", f"w{level}", body=inner)
        again = node("Loop", f"n - w{level}", f"u{level}", body=inner)
        inner = graph(
            [node("Identity", "c", "d"), loop, again],
            value("i", element=7),
            value("c", element=9),
            untyped("v"),
            results=f"d u{level}",
        )
    made = graph([node("Loop", "n - x", "y", body=inner)], value("x", "N"), value("n", element=7))
    code, text, written = run(model(made))
    assert code == 0 and written is not None, text


def test_functions_that_multiply():
    """Functions that call two of the next: the work has a limit."""
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid("f", 1)]
    depth = 60
    functions = [
        helper.make_function(
            "f",
            f"F{level}",
            ["a"],
            ["b"],
            [
                node(f"F{level + 1}", "a", "p", "f"),
                node("Concat", "a p", "q", axis=0),
                node(f"F{level + 1}", "q", "b", "f"),
            ],
            opsets,
        )
        for level in range(depth)
    ]
    functions.append(helper.make_function("f", f"F{depth}", ["a"], ["b"], [node("Concat", "a a", "b", axis=0)], opsets))
    code, text, written = run(model(graph([node("F0", "x", "y", "f")], value("x", "N")), *functions, f=1))
    assert code == 0 and written is not None, text


def test_long_chains():
    """Sizes that grow with each of ten thousand nodes do not fill the memory, nor the file."""
    nodes = [
        node("Concat", "x y0" if not index else f"v{index - 1} y{index % 40}", f"v{index}", axis=0)
        for index in range(10_000)
    ]
    given = [value("x", "N"), *(value(f"y{index}", f"M{index}") for index in range(40))]
    _, text, written = run(model(graph(nodes, *given, results="v9999")))
    assert written is not None, text
    nodes = [
        node("Mul" if index % 2 else "Add", f"v{index} v{index}" if index else "s s", f"v{index + 1}")
        for index in range(200)
    ]
    whole = [node("Shape", "x", "s"), *nodes, node("ConstantOfShape", "v200", "y")]
    _, text, written = run(model(graph(whole, value("x", "N", "M"))))
    assert written is not None and written.ByteSize() < 2**20


def test_products_that_multiply_out():
    """A product of many sums has more terms than a file can hold: unknown, in time."""
    names = [f"N{index}" for index in range(24)]
    nodes = [node("Shape", f"x{index}", f"s{index}") for index in range(12)]
    nodes += [node("ReduceSum", f"s{index}", f"t{index}", keepdims=1) for index in range(12)]
    nodes += [
        node("Mul", "t0 t1", "p1"),
        *(node("Mul", f"p{index - 1} t{index}", f"p{index}") for index in range(2, 12)),
    ]
    nodes.append(node("ConstantOfShape", "p11", "y"))
    given = [value(f"x{index}", *names[2 * index : 2 * index + 2]) for index in range(12)]
    _, text, written = run(model(graph(nodes, *given)))
    assert written is not None and written.ByteSize() < 2**20, text


def test_large_constants_are_not_read(tmp_path):
    """A constant of many elements where a few are expected costs no more than the file."""
    many = numpy_helper.from_array(np.ones(2_000_000, np.int64), "t")
    nodes = [
        node(kind, "x t", f"y{index}")
        for index, kind in enumerate(["Reshape", "Expand", "Tile", "Unsqueeze", "Squeeze"])
    ]
    nodes += [
        node("ConstantOfShape", "t", "z"),
        node("Range", "t t t", "r"),
        node("Add", "t t", "a"),
        node("ConstantOfShape", "a", "b"),
    ]
    _, text, written = run(model(graph(nodes, value("x", "N", 4), results="y0", initializer=[many])))
    assert written is not None and written.ByteSize() < 2 * 16_000_000, text


# MARK: - Names and lists


def test_names():
    """Sizes and values with names that are no names."""
    odd = [
        "",
        " ",
        "\n",
        "`",
        "\\",
        "a" * 100_000,
        "N" * 300,
        "1",
        "-1",
        "(",
        "N+",
        "min(",
        "N/0",
        "2**99999",
        "9" * 40,
        "?",
        "\u202e",
        "N\x00M",
    ]
    for name in odd:
        made = graph([node("Concat", "x x", "y", axis=0), node("Relu", "y", "z")], value("x", 2, 2))
        made.input[0].type.tensor_type.shape.dim[0].dim_param = name
        _, text, written = run(model(made))
        assert written is not None, text
        made = graph([NodeProto(op_type="Relu", input=["x"], output=[name])], value("x", 2, 2))
        run(model(made))
        made = graph([NodeProto(op_type=name or "-", domain=name, input=["x"], output=["y"])], value("x", 2, 2))
        run(model(made))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "in.onnx",
        "a\tb\tc",
        "\t",
        "missing.onnx\tout.onnx",
        "in.onnx\t/nowhere/out.onnx",
        "\x00\t\x00",
        "in.onnx\tin.onnx/x",
    ],
)
def test_lists(tmp_path, text):
    """A list that is none is an error; a file of it that cannot be converted does not keep others from it."""
    data = model(graph([node("Relu", "x", "y")], value("x", "N"))).SerializeToString()
    (tmp_path / "in.onnx").write_bytes(data)
    (tmp_path / "list").write_text(f"in.onnx\tfirst.onnx\n{text}\nin.onnx\tlast.onnx\n" if text.strip("\n") else text)
    outcome = mica("convert", "--batch", "list", "--infer-shapes", cwd=tmp_path)
    assert outcome.code == (1 if text.strip("\n") else 0), outcome
    assert (
        not text.strip("\n") or LINE.match(outcome.err.splitlines()[0]) or outcome.err.startswith("error")
    ), outcome.err
    assert (tmp_path / "in.onnx").read_bytes() == data


def test_in_place(tmp_path):
    """A file may be converted onto itself."""
    (tmp_path / "in.onnx").write_bytes(model(graph([node("Relu", "x", "y")], value("x", "N"))).SerializeToString())
    outcome = mica("convert", "in.onnx", "in.onnx", "--infer-shapes", cwd=tmp_path)
    assert outcome.code in (0, 1), outcome
    assert onnx.load(tmp_path / "in.onnx").graph.node[0].op_type == "Relu"


def test_negative_and_huge_sizes(tmp_path):
    """A size below −1, and more elements than 64 bits count: a warning where it is declared, and nothing else."""
    nodes = [node("Relu", "x", "y"), node("Relu", "w", "z"), node("Concat", "v v", "u", axis=0)]
    inputs = [value("x", -5, 3), value("w", 2**62, 2**62), value("v", -1, 0)]
    made = model(graph(nodes, *inputs, results="y z u"))
    (tmp_path / "a.onnx").write_bytes(made.SerializeToString())
    outcome = mica("check", "a.onnx", cwd=tmp_path)
    assert outcome.code == 0
    said = [(problem.severity, problem.identifier) for problem in problems(outcome)]
    assert said == [("warning", "negative-size"), ("warning", "too-large")], outcome.err
    assert "`x`" in outcome.err and "-5" in outcome.err and "`w`" in outcome.err
    known = types(run(made)[2])
    assert [spelled(shape(known["", name], [])) for name in "yzu"] == ["[?, 3]", f"[{2**62}, {2**62}]", "[?, 0]"]


def test_products_beyond_64_bits(tmp_path):
    """Integers that overflow are said, and are no contradiction."""
    nodes = [node("Mul", "k k", "a"), node("Expand", "x a", "y")]
    made = model(graph(nodes, value("x", 1), initializer=[integers("k", 2**62)]))
    code, text, written = run(made, "--strict")
    assert code == 0 and "warning[integer-overflow]" in text and text.count("\n") == 1, text
    assert spelled(shape(types(written)["", "y"], [])) == "[?]"


def test_overlong_condition():
    """Nothing is said of how many a condition selects that is longer than what it selects from."""
    condition = helper.make_tensor("c", TensorProto.BOOL, [4], [1, 0, 1, 1])
    nodes = [node("Compress", "x c", "y", axis=0), node("Compress", "v c", "z")]
    made = model(graph(nodes, value("x", 2, 3), value("v", 3), results="y z", initializer=[condition]))
    code, text, written = run(made)
    assert code == 0 and text.count("shape-mismatch") == 2, text
    assert [spelled(shape(types(written)["", name], [])) for name in "yz"] == ["[?, 3]", "[?]"]


def test_list_with_a_malformed_line(tmp_path):
    """The line is shown, the others are converted, and the end is an error."""
    (tmp_path / "a.onnx").write_bytes(twice_defined().SerializeToString())
    (tmp_path / "list").write_text("a.onnx\tb.onnx\nno tab\x1b here\n\na.onnx\tc.onnx\n")
    outcome = mica("convert", "--batch", "list", "--infer-shapes", cwd=tmp_path)
    assert outcome.code == 1
    assert "list:2:1: error[malformed-list]" in outcome.err and "`no tab\\u{1B} here`" in outcome.err, outcome.err
    assert "wrote 2 of 3 files" in outcome.out
    assert (tmp_path / "b.onnx").exists() and (tmp_path / "c.onnx").exists()


def test_names_that_look_like_sums(tmp_path):
    """A hint says which of two sizes is a name."""
    nodes = [node("Concat", "p s", "k", axis=0), node("Add", "k m", "y")]
    made = model(graph(nodes, value("p", "P"), value("s", "S"), value("m", "P + S")))
    (tmp_path / "a.onnx").write_bytes(made.SerializeToString())
    outcome = mica("check", "a.onnx", cwd=tmp_path)
    assert "`P + S` and the size named `P + S` must be equal" in outcome.err, outcome.err
