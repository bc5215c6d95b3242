"""Examples/resnet18.mica as `scripts/demo` exports it: valid at every opset, and the network that it says it is."""

from pathlib import Path

import numpy as np
import onnx
import pytest

import onnx_file
import reference
from command import EXAMPLES, OPSETS, convert
from resnet import ResNet

SOURCE = EXAMPLES / "resnet18.mica"


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    folder = tmp_path_factory.mktemp("demo")
    return {opset: convert(SOURCE, folder / f"{opset}.onnx", "--opset", opset) for opset in OPSETS}


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    return np.random.default_rng(7).standard_normal((3, 3, 224, 224), dtype=np.float32)


def run(path: Path, images: np.ndarray) -> np.ndarray:
    session = onnx_file.session(path)
    return session.run(None, {session.get_inputs()[0].name: images})[0]


@pytest.mark.parametrize("opset", OPSETS)
def test_checker_passes(exported, opset):
    onnx_file.check(exported[opset], opset)


@pytest.mark.parametrize("opset", OPSETS)
def test_stated_shapes_agree_with_strict_inference(exported, opset):
    model = onnx.load(str(exported[opset]))
    assert list(onnx_file.disagreements(model)) == []
    # With the stated shapes left in, inference also compares them with its own.
    onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)


@pytest.mark.parametrize("opset", OPSETS)
def test_batch_is_a_named_dimension(exported, opset):
    graph = onnx.load(str(exported[opset])).graph
    assert len(graph.input) == 1, "the weights are initializers, not inputs"
    batch, *image = onnx_file.dimensions(graph.input[0])
    assert isinstance(batch, str) and image == [3, 224, 224]
    assert onnx_file.dimensions(graph.output[0]) == [batch, 1000]


@pytest.mark.parametrize("opset", OPSETS)
def test_runs_for_any_batch(exported, images, opset):
    three = run(exported[opset], images)
    assert three.shape == (3, 1000)
    scale = np.abs(three).max()
    for index in range(3):
        one = run(exported[opset], images[index : index + 1])
        np.testing.assert_allclose(one[0], three[index], rtol=0, atol=1e-4 * scale)
    assert np.abs(three[0] - three[1]).max() > 1e-3 * scale, "two images give the same logits"


@pytest.mark.parametrize("opset", OPSETS[1:])
def test_opsets_agree(exported, images, opset):
    first, other = run(exported[OPSETS[0]], images[:1]), run(exported[opset], images[:1])
    np.testing.assert_allclose(other, first, rtol=0, atol=1e-5 * np.abs(first).max())


def test_computes_resnet18(exported, images):
    expected = reference.resnet18(onnx_file.tensors(onnx.load(str(exported[17]))), images[:1])
    np.testing.assert_allclose(run(exported[17], images[:1]), expected, rtol=0, atol=1e-4 * np.abs(expected).max())


def test_initializers_are_the_state_dict(exported):
    initializers = onnx_file.tensors(onnx.load(str(exported[17])))
    assert {name: value.shape for name, value in initializers.items()} == ResNet().state()
    assert all(value.dtype == np.float32 for value in initializers.values())


def test_weights_come_from_their_seeds(exported, tmp_path):
    again = convert(SOURCE, tmp_path / "again.onnx", "--opset", 17)
    assert again.read_bytes() == exported[17].read_bytes()
    weights = onnx_file.tensors(onnx.load(str(again)))
    kernels = [value.tobytes() for value in weights.values() if value.ndim == 4]
    assert len(set(kernels)) == len(kernels) == 20, "two kernels are alike"
