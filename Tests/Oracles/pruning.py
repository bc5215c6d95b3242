"""What tests of mica prune share: pruning a model, and the unpruned model that must give the same."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import ModelProto, numpy_helper

from command import succeed


@dataclass(frozen=True)
class Pruned:
    before: ModelProto
    after: ModelProto
    report: dict

    @property
    def lost(self) -> list[dict]:
        return [group for group in self.report["groups"] if group["removed"]]


def tensors(model: ModelProto) -> dict[str, onnx.TensorProto]:
    """The stored tensors of a model, be they initializers or Constants."""
    found = {tensor.name: tensor for tensor in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type == "Constant" and node.attribute[0].name == "value":
            found[node.output[0]] = node.attribute[0].t
    return found


def prune(path: Path, folder: Path, *arguments: object) -> Pruned:
    output = folder / f"{path.stem}.pruned.onnx"
    report = json.loads(succeed("prune", path, output, "--json", *arguments).out)
    return Pruned(onnx.load(path), onnx.load(output), report)


def masked(pruned: Pruned) -> ModelProto:
    """The unpruned model, in which nothing reads the channels that went: the consumers' weights for them are 0."""
    model = ModelProto()
    model.CopyFrom(pruned.before)
    stored = tensors(model)
    for group in pruned.lost:
        for axis in group["tensors"]:
            if "consumer" not in axis["roles"]:
                continue
            tensor = stored[axis["name"]]
            array = numpy_helper.to_array(tensor).copy()
            np.moveaxis(array, axis["axis"], 0)[axis["removed"]] = 0
            tensor.CopyFrom(numpy_helper.from_array(array, tensor.name))
    return model


def run(model: ModelProto, feeds: dict[str, np.ndarray]) -> list[np.ndarray]:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return session.run(None, feeds)


def difference(left: list[np.ndarray], right: list[np.ndarray]) -> float:
    """The largest difference over the largest magnitude."""
    worst = 0.0
    for one, other in zip(left, right, strict=True):
        assert one.shape == other.shape
        assert np.isfinite(one).all()
        worst = max(worst, float(np.abs(one - other).max(initial=0) / max(np.abs(one).max(initial=0), 1e-6)))
    return worst


def elements(model: ModelProto) -> int:
    """The floating-point numbers that a model stores."""
    return sum(int(np.prod(t.dims)) for t in tensors(model).values() if t.data_type in (1, 10, 11, 16))
