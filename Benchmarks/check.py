"""Medians of alternating runs: mica's parsing and analysis beside onnx.parser and onnx.shape_inference, on the same graphs.

Each graph is written twice, as Mica text and as the text form of the onnx package, one operator a line. Before anything is
timed, the graph that mica exports must have the operators of the one that onnx parses, and the same sizes at its end.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import onnx
import onnx.parser
import onnx.shape_inference

MICA = os.environ["MICA_BINARY"]
ROUNDS = 9
OPERATORS = 10_000

# What is bound, the operator, its inputs and its attributes.
Statement = tuple[str, str, list[str], dict[str, object]]
# The inputs with their sizes, the result's sizes, and the statements, the last of which binds x.
Graph = tuple[list[str], str, list[Statement]]


def elementwise() -> Graph:
    """Four operators a round on one tensor; each is broadcasting or unary."""
    statements: list[Statement] = []
    for _ in range(OPERATORS // 4):
        statements += [
            ("a", "Relu", ["x"], {}),
            ("b", "Sigmoid", ["a"], {}),
            ("y", "Mul", ["a", "b"], {}),
            ("x", "Add", ["x", "y"], {}),
        ]
    return ["x[N, 64, H, W]"], "[N, 64, H, W]", statements


def attention() -> Graph:
    """Ten operators a round: the products of an attention layer, with attributes and sizes that change."""
    statements: list[Statement] = []
    for _ in range(OPERATORS // 10):
        statements += [
            ("q", "MatMul", ["x", "w"], {}),
            ("k", "Transpose", ["x"], {"perm": [0, 2, 1]}),
            ("s", "MatMul", ["q", "k"], {}),
            ("p", "Softmax", ["s"], {"axis": -1}),
            ("y", "MatMul", ["p", "x"], {}),
            ("z", "Concat", ["x", "y"], {"axis": 2}),
            ("m", "ReduceMax", ["z"], {"keepdims": 1}),
            ("h", "Gemm", ["w", "w"], {"transB": 1, "alpha": 0.5}),
            ("t", "MatMul", ["y", "h"], {}),
            ("x", "Sub", ["t", "m"], {}),
        ]
    return ["x[N, S, 64]", "w[64, 64]"], "[N, S, 64]", statements


def mica_text(graph: Graph) -> str:
    """The graph with names bound again, as people write it."""
    inputs, result, statements = graph
    declared = ", ".join(text.replace("[", ": f32[") for text in inputs)
    lines = ["use onnx 21", f"model graph({declared}) -> (result: f32{result}) {{"]
    for target, operator, operands, attributes in statements:
        arguments = operands + [f"{name}={value}" for name, value in attributes.items()]
        lines.append(f"    {target} = {operator}({', '.join(arguments)})")
    return "\n".join([*lines, "    return x", "}", ""])


def onnx_text(graph: Graph) -> str:
    """The graph as onnx.parser reads it, where every value has a name of its own."""
    inputs, result, statements = graph
    declared = ", ".join("float[" + text.split("[")[1] + " " + text.split("[")[0] for text in inputs)
    lines = ['<ir_version: 10, opset_import: ["" : 21]>', f"graph ({declared}) => (float{result} result) {{"]
    current = {text.split("[")[0]: text.split("[")[0] for text in inputs}
    for index, (target, operator, operands, attributes) in enumerate(statements):
        values = ", ".join(current[name] for name in operands)
        settings = ", ".join(f"{name} = {value}" for name, value in attributes.items())
        current[target] = "result" if index == len(statements) - 1 else f"{target}_{index}"
        lines.append(f"  {current[target]} = {operator}{f' <{settings}>' if settings else ''} ({values})")
    return "\n".join([*lines, "}", ""])


def sizes(value: onnx.ValueInfoProto) -> list[str]:
    return [str(size.dim_value or size.dim_param) for size in value.type.tensor_type.shape.dim]


def require_same_graph(mica_file: Path, onnx_file: Path) -> None:
    """Exits where the two texts are not the same graph."""
    exported = mica_file.with_suffix(".onnx")
    subprocess.run([MICA, "convert", mica_file, exported], check=True, capture_output=True)
    ours = onnx.load(str(exported))
    theirs = onnx.shape_inference.infer_shapes(onnx.parser.parse_model(onnx_file.read_text()), strict_mode=True)
    operators = [[node.op_type for node in model.graph.node] for model in (ours, theirs)]
    ends = [sizes(model.graph.output[0]) for model in (ours, theirs)]
    if operators[0] != operators[1] or len(operators[0]) != OPERATORS or ends[0] != ends[1]:
        sys.exit(f"the two texts are not the same graph: they end in {ends[0]} and {ends[1]}")


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def process(*command: object) -> Callable[[], object]:
    return lambda: subprocess.run([str(part) for part in command], check=True, capture_output=True)


def python(code: str, *arguments: object) -> Callable[[], object]:
    return process(sys.executable, "-c", code, *arguments)


def compare(title: str, works: dict[str, Callable[[], object]]) -> None:
    """Runs the works in turn, round after round, and prints each one's median and its ratio to the first."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(ROUNDS):
        for name, work in works.items():
            times[name].append(timed(work))
    medians = {name: statistics.median(values) for name, values in times.items()}
    base = next(iter(medians.values()))
    print(title)
    for name, median in medians.items():
        print(f"  {name:52} {median * 1000:9.1f} ms   {median / base:6.2f} x")


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        nothing = folder / "nothing.mica"
        nothing.write_text("model nothing(x: f32[N]) -> (y: f32[N]) {\n    return Relu(x)\n}\n")
        for make in (elementwise, attention):
            mica_file, onnx_file = folder / f"{make.__name__}.mica", folder / f"{make.__name__}.txt"
            mica_file.write_text(mica_text(make()))
            onnx_file.write_text(onnx_text(make()))
            require_same_graph(mica_file, onnx_file)
            text = onnx_file.read_text()
            model = onnx.parser.parse_model(text)
            infer = onnx.shape_inference.infer_shapes
            parse = "import onnx.parser, sys; m = onnx.parser.parse_model(open(sys.argv[1]).read())"
            compare(
                f"{make.__name__}: {OPERATORS:,} operators; parse and analyse",
                {
                    "mica check, process": process(MICA, "check", mica_file),
                    "mica check of one operator, process": process(MICA, "check", nothing),
                    "onnx.parser, in Python": lambda: onnx.parser.parse_model(text),
                    "onnx.shape_inference, in Python": lambda: infer(model),
                    "onnx.parser + shape_inference, in Python": lambda: infer(onnx.parser.parse_model(text)),
                    "onnx.parser, process": python(parse, onnx_file),
                    "onnx.parser + shape_inference, process": python(
                        parse + "; onnx.shape_inference.infer_shapes(m)", onnx_file
                    ),
                    "import onnx.parser, process": python("import onnx.parser"),
                },
            )


if __name__ == "__main__":
    main()
