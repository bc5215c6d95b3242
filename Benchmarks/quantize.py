"""Medians of alternating runs: `mica quantize` beside onnxruntime.quantization and `cat`, with each one's unshared memory.

mica is timed as a whole process; ONNX Runtime's tool inside a Python of its own, without the time of its imports.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from infer import MICA, unshared_peak_of, weighty

ROUNDS = int(os.environ.get("ROUNDS", 3))

DYNAMIC = "from onnxruntime.quantization import quantize_dynamic, QuantType as T"
BLOCKS = "from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer as Q"
TOOL = """
import logging, sys, time
import onnx
{imports}
logging.disable(logging.CRITICAL)
source, target = sys.argv[1:]
start = time.perf_counter()
{call}
print(time.perf_counter() - start)
"""


def perceptron(path: Path, layers: int = 12, width: int = 4096) -> None:
    """`layers` square products of `width` with a Relu behind each: 805 MB."""
    rng = np.random.default_rng(0)
    nodes, stored, value = [], [], "x"
    for layer in range(layers):
        weight = rng.standard_normal((width, width), np.float32) / np.float32(width**0.5)
        stored.append(numpy_helper.from_array(weight, f"w{layer}"))
        nodes.append(helper.make_node("MatMul", [value, f"w{layer}"], [f"h{layer}"], f"product{layer}"))
        value = "y" if layer == layers - 1 else f"r{layer}"
        nodes.append(helper.make_node("Relu", [f"h{layer}"], [value], f"relu{layer}"))
    sizes = ["N", width]
    graph = helper.make_graph(
        nodes,
        "perceptron",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, sizes)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, sizes)],
        stored,
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)


def timed(*command: object) -> float:
    start = time.perf_counter()
    subprocess.run([str(part) for part in command], check=True, capture_output=True)
    return time.perf_counter() - start


def compare(title: str, source: Path, options: list[str], imports: str, call: str) -> None:
    ours, theirs, copy = (source.with_suffix(suffix) for suffix in (".ours.onnx", ".theirs.onnx", ".copy"))
    times: dict[str, list[float]] = {"mica quantize": [], "cat IN > OUT": [], "ONNX Runtime's tool": []}
    quantize = [MICA, "quantize", source, ours, *options]
    tool = [sys.executable, "-c", TOOL.format(imports=imports, call=call), source, theirs]
    for _ in range(ROUNDS):
        times["mica quantize"].append(timed(*quantize))
        times["cat IN > OUT"].append(timed("sh", "-c", f"cat {source} > {copy}"))
        done = subprocess.run(tool, check=True, capture_output=True, text=True)
        times["ONNX Runtime's tool"].append(float(done.stdout.splitlines()[-1]))
    medians = {name: statistics.median(values) for name, values in times.items()}
    print(f"{title}, {source.stat().st_size / 1e6:.0f} MB")
    for name, median in medians.items():
        print(f"  {name:32} {median * 1000:9.1f} ms   {median / medians['mica quantize']:6.2f} x")
    print(
        f"  unshared memory, peak: {unshared_peak_of(*quantize):.0f} MiB (mica), "
        f"{unshared_peak_of(*tool):.0f} MiB (ONNX Runtime's tool)"
    )
    print(f"  bytes: {ours.stat().st_size} (mica), {theirs.stat().st_size} (ONNX Runtime's tool)")
    for path in (ours, theirs, copy):
        path.unlink()


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        network = Path(name, "transformer.onnx")
        weighty(network)
        layered = Path(name, "perceptron.onnx")
        perceptron(layered)
        for kind, source in (("transformer", network), ("perceptron", layered)):
            call = "quantize_dynamic(source, target, weight_type=T.QInt8, per_channel={})"
            compare(f"{kind}: dynamic int8", source, [], DYNAMIC, call.format(False))
            compare(f"{kind}: dynamic int8, per channel", source, ["--per-channel"], DYNAMIC, call.format(True))
            blocks = "q = Q(source, block_size=32, is_symmetric=True); q.process(); onnx.save(q.model.model, target)"
            compare(f"{kind}: int4, blocks of 32", source, ["--type", "int4", "--block", "32"], BLOCKS, blocks)


if __name__ == "__main__":
    main()
