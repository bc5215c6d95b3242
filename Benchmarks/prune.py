"""Groups of channels that `mica prune` and `onnxsim.pruning` take something from, at equal MACs, and the time of each.

A group is one of mica's; onnxsim has pruned it where one of the tensors that make its channels has become smaller along
them. mica is timed as a whole process; onnxsim without the time of its imports.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import onnx
from onnxsim import pruning

ROOT = Path(__file__).parents[1]
MICA = os.environ["MICA_BINARY"]
PUBLISHED = ["ddddocr/common_det.onnx", "rapidocr_onnxruntime/models/ch_PP-OCRv4_det_infer.onnx"]
RATIO = 0.3


def plan(path: Path, *arguments: object) -> dict:
    call = [MICA, "prune", path, "--json", *arguments]
    return json.loads(subprocess.run(list(map(str, call)), capture_output=True, text=True, check=True).stdout)


def sizes(model: onnx.ModelProto) -> dict[str, tuple[int, ...]]:
    found = {tensor.name: tuple(tensor.dims) for tensor in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type == "Constant" and node.attribute[0].name == "value":
            found[node.output[0]] = tuple(node.attribute[0].t.dims)
    return found


def smaller(groups: list[dict], before: dict, after: dict) -> int:
    """How many groups have a tensor that is smaller along the group's channels by now."""
    return sum(
        any(
            "producer" in axis["roles"]
            and axis["name"] in after
            and len(after[axis["name"]]) == len(before[axis["name"]])
            and after[axis["name"]][axis["axis"]] < before[axis["name"]][axis["axis"]]
            for axis in group["tensors"]
        )
        for group in groups
    )


def compare(path: Path, folder: Path) -> None:
    before = onnx.load(path)
    theirs, ours = folder / "theirs.onnx", folder / "ours.onnx"
    start = time.perf_counter()
    pruned = pruning.apply_structured_pruning(before, sparsity=RATIO)
    their_time = time.perf_counter() - start
    onnx.save(pruned, theirs)
    macs = plan(path, "--dry-run", "--ratio", 0)["macs"]["before"]
    # Where onnxsim takes nothing away, or what it leaves is no model, there is nothing to be equal to.
    try:
        left = plan(theirs, "--dry-run", "--ratio", 0)["macs"]["before"]
    except subprocess.CalledProcessError as error:
        print(f"{path.stem}: mica cannot read what onnxsim made: {error.stderr.strip()}")
        left = macs
    saved = 1 - left / macs
    goal = ["--target", f"macs=-{100 * saved:.4f}%"] if saved > 0.001 else ["--ratio", RATIO]
    start = time.perf_counter()
    report = plan(path, ours, *goal)
    our_time = time.perf_counter() - start
    lost = sum(bool(group["removed"]) for group in report["groups"])
    # A target may leave small groups alone; what could go is what a larger ratio finds.
    able = sum(bool(group["removed"]) for group in plan(path, "--dry-run", "--ratio", 0.5)["groups"])
    their_groups = smaller(report["groups"], sizes(before), sizes(pruned))
    print(
        f"{path.stem}: of {len(report['groups'])} groups onnxsim prunes {their_groups} (MACs −{100 * saved:.1f} %, "
        f"{their_time:.2f} s); mica {able} of them, {lost} at MACs −{100 * (1 - report['macs']['after'] / macs):.1f} %, "
        f"in {our_time:.2f} s"
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = [Path(argument) for argument in sys.argv[1:]]
        if not paths:
            paths = [Path(os.environ["MICA_MODELS"]) / model for model in PUBLISHED]
            resnet = folder / "resnet50.onnx"
            text = ROOT / "Examples" / "resnet50.mica"
            subprocess.run([MICA, "convert", text, resnet, "--random-weights"], check=True, capture_output=True)
            paths.append(resnet)
        for path in paths:
            compare(path, folder)


main()
