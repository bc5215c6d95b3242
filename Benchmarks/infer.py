"""Medians of alternating runs: `mica convert --infer-shapes` beside the onnx package and beside `cat`, on the same files.

What mica does is timed as a whole process, its start included; the onnx package's load, inference with data propagation and
save are timed inside a running Python, where neither the interpreter's start nor the imports count.
"""

import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy
import onnx
import onnx.parser
import onnx.shape_inference
from onnx import TensorProto, helper

from graphs import OPERATORS, convolutional, elementwise, transformer

MICA = os.environ["MICA_BINARY"]
ROUNDS = int(os.environ.get("ROUNDS", 9))
LAYERS = 12
WIDTH = 768


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def mica(source: Path, target: Path) -> None:
    subprocess.run([MICA, "convert", "--infer-shapes", source, target], check=True, capture_output=True)


def package(source: Path, target: Path) -> None:
    onnx.save(onnx.shape_inference.infer_shapes(onnx.load(source), data_prop=True), target)


def known(path: Path) -> int:
    """How many values have a type with a shape in it."""
    return sum(value.type.tensor_type.HasField("shape") for value in onnx.load(path).graph.value_info)


def compare(title: str, works: dict[str, Callable[[], object]]) -> None:
    """Runs the works in turn, round after round; prints medians, and what the first takes for each second of the others."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(ROUNDS):
        for name, work in works.items():
            times[name].append(seconds(work))
    medians = {name: statistics.median(values) for name, values in times.items()}
    first = next(iter(medians.values()))
    print(title)
    for name, median in medians.items():
        ratio = "" if median == first else f"   mica / this {first / median:5.2f}"
        print(f"  {name:46} {median * 1000:8.1f} ms{ratio}")


def weighty(path: Path) -> None:
    """A transformer in operators with 330 MB of random weights, as exporters write it, its batch and length open."""
    random = numpy.random.default_rng(0)
    nodes: list[onnx.NodeProto] = []
    weights: list[onnx.TensorProto] = []

    def weight(*sizes: int) -> str:
        name = f"w{len(weights)}"
        values = random.standard_normal(sizes, dtype=numpy.float32)
        weights.append(helper.make_tensor(name, TensorProto.FLOAT, sizes, values.tobytes(), raw=True))
        return name

    def shape(*sizes: int) -> str:
        name = f"s{len(weights)}"
        weights.append(helper.make_tensor(name, TensorProto.INT64, [len(sizes)], sizes))
        return name

    def node(operator: str, *inputs: str, **attributes: object) -> str:
        name = f"v{len(nodes)}"
        nodes.append(helper.make_node(operator, inputs, [name], **attributes))
        return name

    def linear(x: str, inputs: int, outputs: int) -> str:
        return node("Add", node("MatMul", x, weight(inputs, outputs)), weight(outputs))

    def heads(x: str) -> str:
        return node("Transpose", node("Reshape", x, shape(0, 0, 12, WIDTH // 12)), perm=[0, 2, 1, 3])

    x = "x"
    for _ in range(LAYERS):
        h = node("LayerNormalization", x, weight(WIDTH), weight(WIDTH), axis=-1)
        q, k, v = (heads(linear(h, WIDTH, WIDTH)) for _ in range(3))
        scores = node("Softmax", node("MatMul", q, node("Transpose", k, perm=[0, 1, 3, 2])), axis=-1)
        joined = node("Reshape", node("Transpose", node("MatMul", scores, v), perm=[0, 2, 1, 3]), shape(0, 0, WIDTH))
        x = node("Add", x, linear(joined, WIDTH, WIDTH))
        h = node("LayerNormalization", x, weight(WIDTH), weight(WIDTH), axis=-1)
        x = node("Add", x, linear(node("Erf", linear(h, WIDTH, 4 * WIDTH)), 4 * WIDTH, WIDTH))
    nodes.append(helper.make_node("Identity", [x], ["y"]))
    sizes = ["batch", "sequence", WIDTH]
    inputs, outputs = ([helper.make_tensor_value_info(name, TensorProto.FLOAT, sizes)] for name in ("x", "y"))
    graph = helper.make_graph(nodes, "transformer", inputs, outputs, weights)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)


def unshared_peak(*arguments: str | Path) -> float:
    """The most memory in MiB that mica has for itself alone: what is not pages of files."""
    return unshared_peak_of(MICA, *arguments)


def unshared_peak_of(*command: str | Path) -> float:
    """The same of any program."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    peak = 0
    while process.poll() is None:
        try:
            status = Path(f"/proc/{process.pid}/status").read_text()
        except (FileNotFoundError, ProcessLookupError):
            break
        peak = max([peak] + [int(line.split()[1]) for line in status.splitlines() if line.startswith("RssAnon")])
        time.sleep(0.001)
    process.wait()
    return peak / 1024


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        source, target, other = (Path(name, file) for file in ("source.onnx", "target.onnx", "other.onnx"))
        for make in (elementwise, convolutional, transformer):
            graph = make()
            onnx.save(onnx.parser.parse_model(graph.onnx_text()), source)
            mica(source, target)
            package(source, other)
            print(f"{graph.name}: values with shapes {known(target)} (mica), {known(other)} (onnx)")
            compare(
                f"{graph.name}: {OPERATORS:,} operators, read, infer, write",
                {
                    "mica convert --infer-shapes (a process)": lambda: mica(source, target),
                    "onnx.load, infer_shapes(data_prop), save": lambda: package(source, other),
                },
            )
        weighty(source)
        compare(
            f"transformer of {source.stat().st_size / 1e6:.0f} MB",
            {
                "mica convert --infer-shapes": lambda: mica(source, target),
                "cat IN > OUT": lambda: subprocess.run(["sh", "-c", f"cat {source} > {other}"], check=True),
                "onnx.load, infer_shapes(data_prop), save": lambda: package(source, other),
            },
        )
        print(f"  unshared memory of mica, peak: {unshared_peak('convert', '--infer-shapes', source, target):.1f} MiB")


if __name__ == "__main__":
    main()
