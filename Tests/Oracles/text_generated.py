"""Random models that between them use all of onnx.proto, made from a seed: hostile names, nonsense that readers take included.

    python text_generated.py FOLDER SEED COUNT
"""

import random
import struct
import sys
from pathlib import Path

import numpy
import onnx
from onnx import AttributeProto, TensorProto, TypeProto, helper

NAMES = [
    "x", "w", "Relu", "Add", "model", "if", "f32", "none", "true", "_", "inf", "nan", "opset", "training", "ints", "type", "sparse",
    'quo"te', "it's", "back`tick", "{brace}", "}", "new\nline", "nul\0l", "tab\t", "back\\slash", "..", ".", "a.b.c", "/enc/MatMul_output_0",
    "/enc/Relu", "@0.value", "@x", "$w", "~", "#", "//", "a b", " lead", "trail ", "é", "☃", "日本", "\u202eabc", "😀", "-1", "0", "1.5", "N*2",
    "x:0", "onnx::Add_1", "\x7f", "a" * 300, "return", "x_output_0", "std.Linear", "Linear", "x 2", "\r", "\r\n", "?", "*", "...",
]
DOMAINS = ["", "my.dom-ain", "d", "com.microsoft", "a b.c", "é.f32", "ai.onnx.ml"]
TEXTS = ["", "a", "two\nlines", " blanks ", 'q"', "\\", "`{", "é☃😀", "tab\tnul\0", "\r\n", "///", "*/ // @doc(", "x" * 1000]
ELEMENTS = [element for element in TensorProto.DataType.values() if element > 0]
UNKNOWN = b"\xc2\x3e\x03new"


class Generator:
    def __init__(self, seed: int):
        self.random = random.Random(seed)
        self.count = 0

    def chance(self, part: float) -> bool:
        return self.random.random() < part

    def name(self) -> str:
        """A name that the model does not have yet."""
        self.count += 1
        base = self.random.choice(NAMES)
        return base if self.chance(0.15) and self.take(base) else f"{base}{self.count}" if self.chance(0.5) else f"{self.count}{base}"

    def take(self, name: str) -> bool:
        if name in self.taken:
            return False
        self.taken.add(name)
        return True

    def text(self) -> str:
        return self.random.choice(TEXTS)

    def beside(self, message, *, doc=True, metadata=True, unknown=True):
        """A doc, metadata and unknown fields, sometimes."""
        if doc and self.chance(0.15):
            message.doc_string = self.text()
        if metadata and self.chance(0.15):
            for _ in range(self.random.randrange(3)):
                entry = message.metadata_props.add(key=self.text(), value=self.text())
                if self.chance(0.1):
                    entry.MergeFromString(UNKNOWN)
        if unknown and self.chance(0.03):
            message.MergeFromString(UNKNOWN)
        return message

    # Tensors

    def tensor(self, name="", most=20) -> TensorProto:
        element = self.random.choice(ELEMENTS)
        sizes = self.random.choice([[], [1], [3], [2, 2], [0], [0, 3], [self.random.randrange(most)]])
        count = int(numpy.prod(sizes, dtype=int))
        tensor = TensorProto(name=name, data_type=element, dims=sizes)
        if element == TensorProto.STRING:
            tensor.string_data.extend(self.random.choice([b"", b"a", b"\xff\xfe", "é".encode(), b'"\n\0']) for _ in range(count))
        else:
            bits = {
                TensorProto.COMPLEX128: 128, TensorProto.COMPLEX64: 64, TensorProto.DOUBLE: 64, TensorProto.INT64: 64, TensorProto.UINT64: 64,
                TensorProto.FLOAT: 32, TensorProto.INT32: 32, TensorProto.UINT32: 32, TensorProto.FLOAT16: 16, TensorProto.BFLOAT16: 16,
                TensorProto.INT16: 16, TensorProto.UINT16: 16, TensorProto.INT4: 4, TensorProto.UINT4: 4, TensorProto.FLOAT4E2M1: 4,
                TensorProto.INT2: 2, TensorProto.UINT2: 2, TensorProto.FLOAT6E2M3: 6, TensorProto.FLOAT6E3M2: 6,
            }.get(element, 8)
            size = -(-count * bits // 8)
            if element == TensorProto.BOOL:
                tensor.raw_data = bytes(self.random.randrange(2) for _ in range(size))
            elif bits == 6 and self.chance(0.5):
                tensor.int32_data.extend(self.random.randrange(64) for _ in range(count))
            elif bits < 8:
                raw = bytearray(self.random.randbytes(size))
                if size and count * bits % 8:
                    raw[-1] &= (1 << (count * bits % 8)) - 1
                tensor.raw_data = bytes(raw)
            elif element == TensorProto.FLOAT and self.chance(0.5):
                tensor.float_data.extend(self.random.uniform(-2, 2) for _ in range(count))
            elif element == TensorProto.INT64 and self.chance(0.5):
                tensor.int64_data.extend(self.random.choice([0, -1, 2**63 - 1, -(2**63), 7]) for _ in range(count))
            else:
                tensor.raw_data = self.random.randbytes(size)
        return self.beside(tensor)

    def sparse(self, name="") -> onnx.SparseTensorProto:
        rank = self.random.choice([1, 1, 2])
        sizes = [5] if rank == 1 else [2, 3]
        places = sorted(self.random.sample(range(5 if rank == 1 else 6), self.random.randrange(1, 4)))
        values = helper.make_tensor(name, TensorProto.FLOAT, [len(places)], [self.random.uniform(-1, 1) for _ in places])
        if rank == 1 or self.chance(0.3):
            indices = helper.make_tensor("", TensorProto.INT64, [len(places)], places)
        else:
            indices = helper.make_tensor("", TensorProto.INT64, [len(places), 2], [part for at in places for part in divmod(at, 3)])
        if self.chance(0.2):
            indices.name = "at"
        self.beside(values)
        return self.beside(helper.make_sparse_tensor(values, indices, sizes), doc=False, metadata=False)

    # Types

    def type(self, depth=0) -> TypeProto:
        kind = self.random.randrange(9 if depth < 3 else 4)
        made = TypeProto()
        if kind < 4:
            sizes = self.random.choice([None, [], ["N"], [1, "a b", None], [3, "N*2", 0, "?"]])
            made = helper.make_tensor_type_proto(self.random.choice(ELEMENTS), sizes)
            if sizes and self.chance(0.1):
                made.tensor_type.shape.dim[0].dim_value = -self.random.choice([1, 5, 2**40])
            if sizes and self.chance(0.05):
                made.tensor_type.shape.dim[-1].denotation = "DATA_CHANNEL"
        elif kind == 4:
            made = helper.make_sequence_type_proto(self.type(depth + 1))
        elif kind == 5:
            made = helper.make_optional_type_proto(self.type(depth + 1))
        elif kind == 6:
            made.map_type.key_type = self.random.choice([TensorProto.INT64, TensorProto.STRING])
            made.map_type.value_type.CopyFrom(self.type(depth + 1))
        elif kind == 7:
            made = helper.make_sparse_tensor_type_proto(TensorProto.FLOAT, ["N", 3])
        elif self.chance(0.2):
            made.opaque_type.domain, made.opaque_type.name = "d", "o"
        if depth == 0 and self.chance(0.05):
            made.denotation = "IMAGE"
        if self.chance(0.02):
            made.MergeFromString(UNKNOWN)
        return made

    def info(self, name: str) -> onnx.ValueInfoProto:
        if self.chance(0.05):
            return self.beside(onnx.ValueInfoProto(name=name))
        return self.beside(helper.make_value_info(name, self.type()))

    # Attributes

    def attribute(self, name: str, scope: list[str], depth: int, passed=()) -> AttributeProto:
        if passed and self.chance(0.3):
            reference, kind = self.random.choice(passed)
            return AttributeProto(name=name, ref_attr_name=reference, type=kind)
        kind = self.random.randrange(1, 15)
        if kind in (AttributeProto.GRAPH, AttributeProto.GRAPHS) and depth > 1:
            kind = AttributeProto.INTS
        made = AttributeProto(name=name, type=kind)
        some = range(self.random.choice([0, 1, 2, 3, 20]))
        floats = [0.0, -0.0, 1.0, 0.1, 1e-45, 3.4e38, float("inf"), float("-inf"), float("nan")]
        ints = [0, 1, -1, 2**63 - 1, -(2**63), 7]
        strings = [b"", b"text", b"\xff\xfe", 'é"\\\n\0`{'.encode()]
        if kind == AttributeProto.FLOAT:
            if self.chance(0.2):
                bits = self.random.choice([0x7F800001, 0xFFC00000, 0x7FC00123, 0xFF800001])
                made.MergeFromString(b"\x15" + struct.pack("<I", bits))
            else:
                made.f = self.random.choice(floats)
        elif kind == AttributeProto.INT:
            made.i = self.random.choice(ints)
        elif kind == AttributeProto.STRING:
            made.s = self.random.choice(strings)
        elif kind == AttributeProto.TENSOR:
            made.t.CopyFrom(self.tensor(self.random.choice(["", "t"])))
        elif kind == AttributeProto.GRAPH:
            made.g.CopyFrom(self.graph(scope, depth + 1, passed))
        elif kind == AttributeProto.FLOATS:
            made.floats.extend(self.random.choice(floats) for _ in some)
        elif kind == AttributeProto.INTS:
            made.ints.extend(self.random.choice(ints) for _ in some)
        elif kind == AttributeProto.STRINGS:
            made.strings.extend(self.random.choice(strings) for _ in some)
        elif kind == AttributeProto.TENSORS:
            made.tensors.extend(self.tensor() for _ in some)
        elif kind == AttributeProto.GRAPHS:
            made.graphs.extend(self.graph(scope, depth + 1, passed) for _ in range(self.random.randrange(3)))
        elif kind == AttributeProto.SPARSE_TENSOR:
            made.sparse_tensor.CopyFrom(self.sparse())
        elif kind == AttributeProto.SPARSE_TENSORS:
            made.sparse_tensors.extend(self.sparse() for _ in some)
        elif kind == AttributeProto.TYPE_PROTO:
            made.tp.CopyFrom(self.type())
        else:
            made.type_protos.extend(self.type() for _ in some)
        return self.beside(made, metadata=False)

    # Graphs

    def node(self, scope: list[str], depth: int, passed=()) -> onnx.NodeProto:
        known = self.chance(0.4)
        domain = "" if known else self.random.choice(DOMAINS)
        operator = self.random.choice(["Relu", "Add", "Neg", "Softmax", "Concat", "Clip"]) if known else self.random.choice(["Foo", "Aten_add", "aten::add", "f32", "é"])
        inputs = [self.random.choice([*scope, ""]) if self.chance(0.95) else "nowhere" for _ in range(self.random.randrange(1, 4))] if scope else []
        outputs = [self.name() if self.chance(0.9) else "" for _ in range(self.random.choice([0, 1, 1, 1, 1, 2, 3]))]
        node = onnx.NodeProto(op_type=operator, domain=domain, input=inputs, output=outputs)
        if self.chance(0.6):
            node.name = self.random.choice([*NAMES, ""])
        names = list(dict.fromkeys(self.random.choice([*NAMES, "to", "axis", "body", "alpha"]) for _ in range(self.random.randrange(4))))
        node.attribute.extend(self.attribute(name, scope, depth, passed) for name in names)
        if self.chance(0.05):
            self.devices(node)
        return self.beside(node)

    def devices(self, node):
        configuration = node.device_configurations.add(configuration_id=self.text())
        if self.chance(0.5):
            configuration.pipeline_stage = self.random.choice([0, 1, -1])
        for _ in range(self.random.randrange(3)):
            spec = configuration.sharding_spec.add(tensor_name=self.text(), device=[0, -1, 3][: self.random.randrange(4)])
            if self.chance(0.5):
                spec.index_to_device_group_map.add(key=-1, value=[0, 1])
            if self.chance(0.5):
                axis = spec.sharded_dim.add(axis=self.random.choice([0, -1]))
                axis.simple_sharding.add(dim_value=64, num_shards=2)
                axis.simple_sharding.add(dim_param='N"', num_shards=4)
                axis.simple_sharding.add(num_shards=1)

    def graph(self, scope=(), depth=0, passed=()) -> onnx.GraphProto:
        graph = onnx.GraphProto(name=self.random.choice([*NAMES, "", "g"]))
        inputs = [self.name() for _ in range(self.random.randrange(3))]
        if scope and self.chance(0.3):
            inputs = list(dict.fromkeys([*inputs, self.random.choice(list(scope))]))
        graph.input.extend(self.info(name) for name in inputs)
        weights = [self.name() for _ in range(self.random.randrange(3))]
        if inputs and depth == 0 and self.chance(0.3):
            weights.append(inputs[0])
        graph.initializer.extend(self.tensor(name, 100) for name in weights)
        sparse = [self.name() for _ in range(self.random.choice([0, 0, 0, 1, 2]))]
        graph.sparse_initializer.extend(self.sparse(name) for name in sparse)
        own = list(dict.fromkeys([*inputs, *weights, *sparse]))
        visible = [*scope, *own]
        results = []
        for _ in range(self.random.randrange(1, 6 if depth == 0 else 3)):
            node = self.node(visible, depth, passed)
            graph.node.append(node)
            made = [name for name in node.output if name]
            results += made
            visible += made
        if self.chance(0.15):
            nodes = list(graph.node)
            self.random.shuffle(nodes)
            del graph.node[:]
            graph.node.extend(nodes)
        outputs = self.random.choices(results or own or ["nowhere"], k=self.random.randrange(1, 3))
        if self.chance(0.1) and visible:
            outputs.append(self.random.choice(visible))
        graph.output.extend(self.info(name) for name in outputs)
        recorded = [name for name in results if name not in outputs and self.chance(0.3)]
        if own and self.chance(0.2):
            recorded.append(self.random.choice(own))
        if self.chance(0.1) and depth == 0:
            recorded.append("stale")
        recorded = [name for name in dict.fromkeys(recorded) if name not in outputs]
        self.random.shuffle(recorded)
        for name in recorded:
            info = self.info(name)
            # What is said beside the type of an input or a stored tensor is said once.
            graph.value_info.append(info if name in results else helper.make_value_info(name, helper.make_tensor_type_proto(1, [3])))
        if self.chance(0.15) and depth == 0:
            for name in self.random.sample(visible, min(len(visible), 2)):
                entry = graph.quantization_annotation.add(tensor_name=name)
                entry.quant_parameter_tensor_names.add(key="SCALE_TENSOR", value=self.text())
        return self.beside(graph)

    def function(self, index: int) -> onnx.FunctionProto:
        kinds = [AttributeProto.FLOAT, AttributeProto.INT, AttributeProto.STRING, AttributeProto.INTS, AttributeProto.TENSOR, AttributeProto.TYPE_PROTO]
        passed = [(f"{self.random.choice(['alpha', 'f32', 'a b', 'é'])}{number}", self.random.choice(kinds)) for number in range(self.random.randrange(3))]
        graph = self.graph(depth=1, passed=passed)
        made = onnx.FunctionProto(domain=self.random.choice(DOMAINS[1:]), name=f"Fun{index}", overload=self.random.choice(["", "", "o"]))
        made.input.extend(dict.fromkeys(info.name for info in graph.input))
        made.attribute.extend(name for name, _ in passed)
        nodes = list(graph.node)
        stored = {tensor.name for tensor in graph.initializer} | {tensor.values.name for tensor in graph.sparse_initializer}
        made.node.extend(nodes)
        made.output.extend(info.name for info in graph.output if info.name not in stored)
        made.value_info.extend(info for info in graph.value_info if info.name not in stored and info.name not in made.output)
        for number in range(self.random.randrange(3)):
            made.attribute_proto.append(self.attribute(f"default{number}", list(made.input), 1))
        made.opset_import.extend([helper.make_opsetid("", self.random.choice([17, 18])), helper.make_opsetid("d", 1)])
        return self.beside(made)

    def model(self) -> onnx.ModelProto:
        self.taken: set[str] = set()
        made = onnx.ModelProto(ir_version=self.random.choice([3, 8, 10, 13]))
        made.graph.CopyFrom(self.graph())
        opsets = [helper.make_opsetid(domain, version) for domain, version in zip(DOMAINS, [17, 3, 1, 1, 2, 1, 3], strict=True)]
        self.random.shuffle(opsets)
        made.opset_import.extend(opsets)
        if self.chance(0.3):
            made.functions.extend(self.function(index) for index in range(self.random.randrange(1, 3)))
            for function in made.functions:
                call = made.graph.node.add(op_type=function.name, domain=function.domain, overload=function.overload)
                call.output.extend([self.name()])
        if self.chance(0.1):
            training = made.training_info.add()
            if self.chance(0.7):
                training.initialization.CopyFrom(self.graph())
            training.algorithm.CopyFrom(self.graph())
            training.initialization_binding.add(key="w", value=self.text())
            training.update_binding.add(key="w", value=self.text())
        if self.chance(0.1):
            made.configuration.add(name=self.text(), num_devices=2, device=["a", "b"][: self.random.randrange(3)])
        made.producer_name, made.producer_version = self.text(), self.text()
        made.domain, made.model_version = self.text(), self.random.choice([0, 5, -3])
        return self.beside(made)


def main(folder: Path, seed: int, count: int) -> None:
    for index in range(count):
        made = Generator(seed + index).model()
        (folder / f"{index}.onnx").write_bytes(made.SerializeToString())


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
