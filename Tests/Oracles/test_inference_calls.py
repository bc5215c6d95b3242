"""Drawn calls: every operator, with whatever arguments and attributes, and mica ends as it should."""

import os
import random
import resource
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import onnx
import pytest
from onnx import AttributeProto, GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto, helper
from onnxruntime.capi.onnxruntime_pybind11_state import get_all_operator_schema

from command import ROOT
from test_inference_hostile import LINE

MODELS = 40
NODES = 60
MEGABYTES = 1024
SECONDS = 120
DOMAINS = {"": 24, "ai.onnx.ml": 5, "ai.onnx.preview.training": 1, "com.microsoft": 1}
OPSETS = [1, 6, 7, 9, 10, 11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 22, 23, 24]
LEAST, LARGEST = -(2**63), 2**63 - 1

SMALL = [0, 1, 2, 3, 4, -1, -2, -3, 5, 8]
HUGE = [16, 100, 2**31 - 1, 2**31, -(2**31), 2**40, 2**62, -(2**62), LARGEST, LEAST, LEAST + 1]
FRACTIONS = [0.0, 1.0, 2.0, 0.5, -1.5, 1e30, -1e30, float("inf"), float("-inf"), float("nan")]
TEXTS = """NOTSET SAME_UPPER SAME_LOWER VALID linear cubic nearest constant reflect wrap bidirectional reverse forward
not_larger not_smaller tf_crop_and_resize half_pixel bij,bjk->bik ...i->... ij->ji ...,... ->-> i,j,k->ijk DCR CRD sum
none Relu Tanh k_nchw fp8 INT8 pbt same word char""".split() + ["", " ", "é", "a" * 300]
ELEMENTS = [
    TensorProto.FLOAT, TensorProto.FLOAT, TensorProto.FLOAT, TensorProto.INT64, TensorProto.INT64, TensorProto.INT32,
    TensorProto.BOOL, TensorProto.UINT8, TensorProto.INT8, TensorProto.FLOAT16, TensorProto.DOUBLE, TensorProto.STRING,
    TensorProto.UINT64, TensorProto.COMPLEX64, TensorProto.INT4,
]  # fmt: skip
SIZES = [1, 2, 3, 4, 8, "N", "M", "K", 0, None, -1, 2**31, 2**62, LARGEST]
LIKELY = [1, 2, 3, 4, 8, "N", "M", "K"]
KINDS = [
    AttributeProto.INT, AttributeProto.INTS, AttributeProto.FLOAT, AttributeProto.FLOATS, AttributeProto.STRING,
    AttributeProto.STRINGS, AttributeProto.TENSOR, AttributeProto.GRAPH,
]  # fmt: skip


class Calls:
    """A graph of drawn calls, of an operator of each name in turn."""

    def __init__(self, draw: random.Random, opset: int, schemas: list) -> None:
        self.draw, self.opset, self.schemas = draw, opset, schemas
        self.count = 0
        self.constants = [self.tensor(f"c{place}") for place in range(14)]
        self.inputs = [self.input(f"i{place}") for place in range(14)]
        self.names = [tensor.name for tensor in self.constants] + [value.name for value in self.inputs]

    def integer(self) -> int:
        return self.draw.choice(SMALL if self.draw.random() < 0.8 else HUGE)

    def some(self, choose: Callable[[], object], lengths: tuple[int, ...] = (0, 1, 2, 2, 3, 4, 4, 6, 8, 9)) -> list:
        return [choose() for _ in range(self.draw.choice(lengths))]

    def input(self, name: str) -> ValueInfoProto:
        sizes = None
        if self.draw.random() < 0.9:
            rank = self.draw.choice([0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 6])
            sizes = [self.draw.choice(SIZES if self.draw.random() < 0.2 else LIKELY) for _ in range(rank)]
        tensor = helper.make_tensor_type_proto(self.draw.choice(ELEMENTS), sizes)
        match self.draw.randrange(20):
            case 0:
                return helper.make_value_info(name, helper.make_sequence_type_proto(tensor))
            case 1:
                return helper.make_value_info(name, helper.make_optional_type_proto(tensor))
            case 2:
                return ValueInfoProto(name=name)
        return helper.make_value_info(name, tensor)

    def tensor(self, name: str) -> TensorProto:
        dims = self.draw.choice(
            [[], [0], [1], [1], [2], [2], [3], [4], [8], [2, 2], [1, 4], [0, 3], [4, 2, 3, 3], [2, 4, 3], [4, 1, 1, 1, 2]]
        )
        count = 1
        for size in dims:
            count *= size
        match self.draw.choice(["i64", "i64", "i64", "f32", "f32", "i32", "bool", "u8", "f16", "string"]):
            case "i64":
                return helper.make_tensor(name, TensorProto.INT64, dims, [self.integer() for _ in range(count)])
            case "i32":
                return helper.make_tensor(name, TensorProto.INT32, dims, self.draw.choices([*SMALL, 2**31 - 1], k=count))
            case "bool":
                return helper.make_tensor(name, TensorProto.BOOL, dims, self.draw.choices([0, 1], k=count))
            case "u8":
                return helper.make_tensor(name, TensorProto.UINT8, dims, self.draw.choices([0, 1, 255], k=count))
            case "f16":
                return helper.make_tensor(name, TensorProto.FLOAT16, dims, self.draw.choices([0.0, 1.5, -2.0], k=count))
            case "string":
                return helper.make_tensor(name, TensorProto.STRING, dims, [b"a"] * count)
        return helper.make_tensor(name, TensorProto.FLOAT, dims, self.draw.choices(FRACTIONS, k=count))

    def attribute(self, name: str, kind: int) -> AttributeProto:
        """An attribute of a kind; of another kind at times."""
        draw = self.draw
        if draw.random() < 0.08 or kind not in KINDS:
            kind = draw.choice(KINDS)
        made = AttributeProto(name=name, type=kind)
        match kind:
            case AttributeProto.INT:
                made.i = self.integer()
            case AttributeProto.INTS:
                made.ints.extend(self.some(self.integer))
            case AttributeProto.FLOAT:
                made.f = draw.choice(FRACTIONS)
            case AttributeProto.FLOATS:
                made.floats.extend(self.some(lambda: draw.choice(FRACTIONS)))
            case AttributeProto.STRING:
                made.s = draw.choice(TEXTS).encode()
            case AttributeProto.STRINGS:
                made.strings.extend(self.some(lambda: draw.choice(TEXTS).encode()))
            case AttributeProto.TENSOR:
                made.t.CopyFrom(self.tensor("t"))
            case AttributeProto.GRAPH:
                made.g.CopyFrom(self.body())
        return made

    def body(self) -> GraphProto:
        """A subgraph of few calls, which takes some values and gives some, by whatever number."""
        self.count += 1
        kept = list(self.names)
        arguments = [self.input(f"b{self.count}_{place}") for place in range(self.draw.randrange(5))]
        self.names += [value.name for value in arguments]
        nodes = [self.call(self.draw.choice(self.schemas), may_nest=self.draw.random() < 0.1) for _ in range(self.draw.randrange(4))]
        results = [ValueInfoProto(name=self.draw.choice(self.names)) for _ in range(self.draw.randrange(5))]
        self.names = kept
        return GraphProto(name="b", node=nodes, input=arguments, output=results)

    def call(self, schema, may_nest: bool = True) -> NodeProto:
        draw = self.draw
        most = min(schema.max_input, 9)
        given = draw.randint(min(schema.min_input, most), most) if draw.random() < 0.95 else draw.randrange(12)
        gives = max(1, min(draw.choice([schema.min_output, schema.max_output, 3]), 4))
        self.count += 1
        node = NodeProto(op_type=schema.name, domain=schema.domain)
        node.input.extend(draw.choice(self.names) if draw.random() < 0.95 else "" for _ in range(given))
        node.output.extend(f"v{self.count}_{place}" for place in range(gives))
        for name, attribute in schema.attributes.items():
            kind = attribute.type.value
            if kind == AttributeProto.GRAPH and not may_nest:
                continue
            if draw.random() < (0.95 if attribute.required else 0.5):
                node.attribute.append(self.attribute(name, kind))
        self.names += node.output
        return node

    def model(self, schemas: list) -> ModelProto:
        nodes = [self.call(schema) for schema in schemas]
        graph = GraphProto(name="g", node=nodes, initializer=self.constants, input=self.inputs)
        graph.output.append(ValueInfoProto(name=self.names[-1]))
        imports = [
            helper.make_opsetid(domain, self.opset if domain == "" else version) for domain, version in DOMAINS.items()
        ]
        return ModelProto(ir_version=10, graph=graph, opset_import=imports)


def operators(opset: int) -> list:
    """The operators of a version of ONNX, and those of the other domains, a schema each."""
    newest: dict[tuple[str, str], object] = {}
    for schema in [*onnx.defs.get_all_schemas_with_history(), *get_all_operator_schema()]:
        limit = opset if schema.domain == "" else DOMAINS.get(schema.domain, 0)
        key = schema.domain, schema.name
        if schema.since_version <= limit and (key not in newest or newest[key].since_version < schema.since_version):
            newest[key] = schema
    return list(newest.values())


def run(folder: Path, names: list[str]) -> subprocess.CompletedProcess:
    (folder / "list").write_text("".join(f"{name}.onnx\t{name}-inferred.onnx\n" for name in names))
    limit = MEGABYTES << 20
    return subprocess.run(
        [os.environ.get("MICA_BINARY", ROOT / ".build/release/mica"), "convert", "--infer-shapes", "--batch", "list"],
        cwd=folder,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=SECONDS,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
    )


def test_drawn_calls(tmp_path, seed):
    """Runs MICA_SOAK_SECONDS long, and through all operators of some versions at least once."""
    draw = random.Random(seed)
    end = time.monotonic() + float(os.environ.get("MICA_SOAK_SECONDS", 2))
    called: set[tuple[str, str]] = set()
    waiting: list = []
    while not called or time.monotonic() < end:
        opset = draw.choice(OPSETS)
        schemas = operators(opset)
        names = [str(place) for place in range(MODELS)]
        for name in names:
            if len(waiting) < NODES or waiting[0] not in schemas:
                waiting = draw.sample(schemas, len(schemas))
            taken, waiting = waiting[:NODES], waiting[NODES:]
            called.update((schema.domain, schema.name) for schema in taken)
            model = Calls(draw, opset, schemas).model(taken)
            (tmp_path / f"{name}.onnx").write_bytes(model.SerializeToString())
        done = run(tmp_path, names)
        if done.returncode not in (0, 1):
            for name in names:
                alone = run(tmp_path, [name])
                assert alone.returncode in (0, 1), f"{tmp_path / name}.onnx: {alone.returncode}: {alone.stderr[:3000]}"
            pytest.fail(f"mica ended with {done.returncode} on a list of which no file alone does that")
        strange = [line for line in done.stderr.splitlines() if not LINE.match(line)]
        assert not strange, "\n".join(strange[:5])
        assert done.returncode == 0, done.stderr[:3000]
    assert len(called) > 250
    print(f"calls of {len(called)} operators")
