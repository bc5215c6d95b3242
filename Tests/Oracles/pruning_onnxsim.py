"""Groups of channels that `mica prune` and `onnxsim.pruning` take something from, at equal MACs, and the time of each.

A group is one of mica's; onnxsim has pruned it where one of the tensors that make its channels has become smaller along
them. mica is timed as a whole process; onnxsim without the time of its imports.
"""

import json
import time
from dataclasses import dataclass
from pathlib import Path

import onnx
from onnxsim import pruning

from command import EXAMPLES, mica, succeed
from pruning import tensors

PUBLISHED = {
    "ddddocr_det": "ddddocr/common_det.onnx",
    "ppocrv4_det": "rapidocr_onnxruntime/models/ch_PP-OCRv4_det_infer.onnx",
}
RATIO = 0.3


@dataclass(frozen=True)
class Comparison:
    name: str
    groups: int
    # The groups that each can take something from; mica's at a ratio of 0.5, since a target leaves small groups alone.
    theirs: int
    ours: int
    # The share of the MACs that is gone.
    their_saving: float
    our_saving: float
    # Seconds.
    their_time: float
    our_time: float

    def __str__(self) -> str:
        return (
            f"{self.name}: of {self.groups} groups onnxsim prunes {self.theirs} (MACs −{self.their_saving:.1%}, "
            f"{self.their_time:.2f} s), mica {self.ours} (MACs −{self.our_saving:.1%}, {self.our_time:.2f} s)"
        )


def model(name: str, models: Path, folder: Path) -> Path:
    """The path of a published model, or of an example that is exported to `folder`.

    Its BatchNormalization nodes are folded: onnxsim finds no channel behind one.
    """
    if name in PUBLISHED:
        return models / PUBLISHED[name]
    exported, path = folder / "exported.onnx", folder / f"{name}.onnx"
    succeed("convert", "--random-weights", EXAMPLES / f"{name}.mica", exported)
    succeed("simplify", exported, path)
    return path


def plan(path: Path, *arguments: object) -> dict:
    return json.loads(succeed("prune", path, "--json", *arguments).out)


def macs(path: Path) -> int:
    return plan(path, "--dry-run", "--ratio", 0)["macs"]["before"]


def smaller(groups: list[dict], before: dict[str, list[int]], after: dict[str, list[int]]) -> int:
    """How many groups have a tensor that is smaller along the group's channels by now."""

    def is_smaller(axis: dict) -> bool:
        old, new = before[axis["name"]], after.get(axis["name"], [])
        return len(old) == len(new) and new[axis["axis"]] < old[axis["axis"]]

    return sum(any("producer" in axis["roles"] and is_smaller(axis) for axis in group["tensors"]) for group in groups)


def sizes(of: onnx.ModelProto) -> dict[str, list[int]]:
    return {name: list(tensor.dims) for name, tensor in tensors(of).items()}


def compare(path: Path, folder: Path) -> Comparison:
    before = onnx.load(path)
    theirs, ours = folder / "theirs.onnx", folder / "ours.onnx"
    start = time.perf_counter()
    pruned = pruning.apply_structured_pruning(before, sparsity=RATIO)
    their_time = time.perf_counter() - start
    onnx.save(pruned, theirs)
    whole = macs(path)
    # Where onnxsim takes nothing away, or what it leaves is no model, there is nothing to be equal to.
    readable = mica("prune", theirs, "--json", "--dry-run", "--ratio", 0).code == 0
    saving = 1 - macs(theirs) / whole if readable else 0
    goal = ["--target", f"macs=-{100 * saving:.4f}%"] if saving > 0.001 else ["--ratio", RATIO]
    start = time.perf_counter()
    report = plan(path, ours, *goal)
    our_time = time.perf_counter() - start
    able = plan(path, "--dry-run", "--ratio", 0.5)["groups"]
    return Comparison(
        path.stem, len(report["groups"]), smaller(report["groups"], sizes(before), sizes(pruned)),
        sum(bool(group["removed"]) for group in able), saving, 1 - report["macs"]["after"] / whole, their_time, our_time,
    )  # fmt: skip
