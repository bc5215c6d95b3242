"""The convolutional examples, made small, against NumPy."""

from pathlib import Path

import numpy as np
import onnx
import pytest

import architecture
import onnx_file
import reference_convolutional
from command import convert

TOLERANCE = 1e-5  # of the largest magnitude in the output

NETWORKS = ["vgg16", "resnet50", "mobilenet_v2", "efficientnet_b0", "densenet121", "convnext_tiny", "ds_cnn_s"]


@pytest.mark.parametrize("name", NETWORKS)
def test_numbers(name, tmp_path):
    module = architecture.named(name)
    file, *_ = architecture.source(name)
    options = architecture.options(**module.SMALL)
    model = onnx.load(str(convert(Path(file), tmp_path / "example.onnx", "--random-weights", *options)))
    model = onnx_file.reweighted(model, list(onnx_file.tensors(model)), gain=1.0)
    state = {path: tensor.astype(np.float64) for path, tensor in onnx_file.tensors(model).items()}
    inputs = module.inputs(np.random.default_rng(0))
    (image,) = inputs.values()
    found = onnx_file.run(model, inputs)["logits"]
    expected = getattr(reference_convolutional, name)(state, image.astype(np.float64), **module.SMALL["settings"])
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, rtol=0, atol=TOLERANCE * np.abs(expected).max())
