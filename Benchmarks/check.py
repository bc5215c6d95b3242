"""Medians of alternating runs: mica's parsing and analysis beside onnx.parser and onnx.shape_inference, on the same graphs.

Before anything is timed, the graph that mica exports must have the operators of the one that onnx parses, and the same
sizes at its end. What mica does includes recovery, names and types; onnx.parser alone has none of them, and with the shape
inference it has types. Both are timed inside one process each, where the start of a process counts for nothing, and as
processes.
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
import onnx.checker
import onnx.parser
import onnx.shape_inference

from graphs import OPERATORS, convolutional, elementwise, transformer

MICA = os.environ["MICA_BINARY"]
ANALYSIS = os.environ["MICA_ANALYSIS_BENCHMARK"]
ROUNDS = 15


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


class Analysis:
    """A process that parses and analyses a file whenever it is asked to, and says how long that took."""

    def __init__(self) -> None:
        self.process = subprocess.Popen([ANALYSIS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def seconds(self, file: Path) -> tuple[float, float]:
        """How long parsing took, and all that follows."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(f"{file}\n")
        self.process.stdin.flush()
        parsing, analysis = self.process.stdout.readline().split()
        return float(parsing) / 1000, float(analysis) / 1000

    def close(self) -> None:
        self.process.communicate()


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def process(*command: object) -> float:
    return seconds(lambda: subprocess.run([str(part) for part in command], check=True, capture_output=True))


def python(code: str, *arguments: object) -> float:
    return process(sys.executable, "-c", code, *arguments)


def measure(analysis: Analysis, mica_file: Path, single_file: Path, onnx_file: Path) -> dict[str, list[float]]:
    """Every work in turn, round after round."""
    text = onnx_file.read_text()
    parse = onnx.parser.parse_model
    infer = onnx.shape_inference.infer_shapes
    code = "import onnx.parser, onnx.shape_inference, sys; m = onnx.parser.parse_model(open(sys.argv[1]).read())"
    times: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        parsing, analysing = analysis.seconds(mica_file)
        single = sum(analysis.seconds(single_file))
        round_times = {
            "mica, parsing": parsing,
            "mica, parsing and analysis": parsing + analysing,
            "mica, the same with each name bound once": single,
            "onnx.parser": seconds(lambda: parse(text)),
            "onnx.parser + shape_inference": seconds(lambda: infer(parse(text))),
            "onnx.parser + checker + shape_inference": seconds(
                lambda: onnx.checker.check_model(parse(text), full_check=True)
            ),
            "process: mica check": process(MICA, "check", mica_file),
            "process: onnx.parser": python(code, onnx_file),
            "process: onnx.parser + shape_inference": python(
                code + "; onnx.shape_inference.infer_shapes(m)", onnx_file
            ),
        }
        for name, time_taken in round_times.items():
            times.setdefault(name, []).append(time_taken)
    return times


def report(title: str, times: dict[str, list[float]]) -> None:
    """Prints the medians, and what mica takes for each second of the others; below 1 mica is the faster."""
    medians = {name: statistics.median(values) for name, values in times.items()}
    print(f"{title}: {OPERATORS:,} operators")
    for name, median in medians.items():
        base = medians["process: mica check" if name.startswith("process") else "mica, parsing and analysis"]
        ratio = "" if "mica" in name else f"   mica / this {base / median:5.2f}"
        print(f"  {name:42} {median * 1000:8.1f} ms{ratio}")


def main() -> None:
    analysis = Analysis()
    with tempfile.TemporaryDirectory() as name:
        for number, make in enumerate((elementwise, convolutional, transformer)):
            graph = make()
            mica_file, onnx_file = Path(name, f"{number}.mica"), Path(name, f"{number}.txt")
            single_file = Path(name, f"single{number}.mica")
            mica_file.write_text(graph.mica_text())
            single_file.write_text(graph.mica_text(single=True))
            onnx_file.write_text(graph.onnx_text())
            require_same_graph(mica_file, onnx_file)
            require_same_graph(single_file, onnx_file)
            report(graph.name, measure(analysis, mica_file, single_file, onnx_file))
    analysis.close()


if __name__ == "__main__":
    main()
