"""Published models compute the same after they were text: the same bits from ONNX Runtime."""

import numpy as np
import onnx
import onnxruntime
import pytest

from command import succeed
from networks import NETWORKS


def outputs(path, arrays) -> list[np.ndarray]:
    """What the model in a file gives, computed by one thread."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(str(path), options, ["CPUExecutionProvider"]).run(None, arrays)


@pytest.mark.parametrize("name", NETWORKS)
def test_the_same_bits(name, models, tmp_path):
    """Random layers are seeded in ONNX Runtime, so that two sessions draw the same."""
    network = NETWORKS[name]
    source = models / network.file
    text, back = tmp_path / "m.mica", tmp_path / "m.onnx"
    succeed("convert", source, text)
    succeed("convert", text, back)
    model = onnx.load(source)
    for run in range(len(network.shapes)):
        arrays = network.arrays(model, run, seed=1)
        onnxruntime.set_seed(1)
        before = outputs(source, arrays)
        onnxruntime.set_seed(1)
        after = outputs(back, arrays)
        assert before and len(before) == len(after)
        for left, right in zip(before, after, strict=True):
            assert (left.dtype, left.shape) == (right.dtype, right.shape)
            assert left.tobytes() == right.tobytes()


def test_all_published_models_run(models):
    files = {str(path.relative_to(models)) for path in models.rglob("*.onnx")}
    assert files == {network.file for network in NETWORKS.values()} and len(files) >= 18
