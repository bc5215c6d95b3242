"""The examples of images in a small size, run in ONNX Runtime, against NumPy."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

import onnx_file
import reference_unet
import reference_vision as reference
from architecture import options
from command import EXAMPLES, convert
from reference_detector import detector

OPSETS = [13, 17, 21]
TOLERANCE = 1e-5  # of the largest magnitude in the output


def with_random_state(path: Path, rng: np.random.Generator, means: dict[str, float] = {}) -> reference.State:
    """Replaces the parameters in the file by numbers that leave nothing small, and returns them by path."""
    model = onnx.load(str(path))
    state = {}
    for tensor in model.graph.initializer:
        shape = tuple(tensor.dims)
        value = rng.standard_normal(shape)
        if tensor.name.endswith("running_var"):
            value = np.exp(0.5 * value)
        elif len(shape) > 1 and not tensor.name.endswith("bias_table"):
            value *= np.prod(shape[1:]) ** -0.5
        elif tensor.name.endswith("weight"):
            value = 1 + 0.2 * value
        value = (value + means.get(tensor.name, 0)).astype(np.float32)
        tensor.CopyFrom(numpy_helper.from_array(value, tensor.name))
        state[tensor.name] = value.astype(np.float64)
    onnx.save(model, str(path))
    return state


def compare(path: Path, inputs: tuple[np.ndarray, ...], *outputs: np.ndarray) -> None:
    """Runs the file on inputs in their order, and compares its outputs."""
    session = onnx_file.session(path)
    found = session.run(None, {value.name: given for value, given in zip(session.get_inputs(), inputs, strict=True)})
    for ours, expected in zip(found, outputs, strict=True):
        assert ours.shape == expected.shape
        np.testing.assert_allclose(ours, expected, rtol=0, atol=TOLERANCE * np.abs(expected).max(initial=0))


def small(example: str, folder: Path, opset: int, **settings: object) -> Path:
    target = folder / "example.onnx"
    source = EXAMPLES / f"{example}.mica"
    return convert(source, target, "--random-weights", "--opset", opset, *options(settings, {}))


def probe(example: str, folder: Path, model: str) -> Path:
    """A copy of an example with one more model, `probe`, as a file of that model alone."""
    source = folder / "probe.mica"
    source.write_text((EXAMPLES / f"{example}.mica").read_text() + model)
    return convert(source, folder / "probe.onnx", "--model", "probe", "--random-weights")


@pytest.mark.parametrize("opset", OPSETS)
def test_vit(opset, tmp_path):
    path = small("vit_b_16", tmp_path, opset, size=24, patch=8, depth=2, width=24, heads=3, classes=7)
    rng = np.random.default_rng(opset)
    state = with_random_state(path, rng)
    image = rng.standard_normal((2, 3, 24, 24), np.float32)
    compare(path, (image,), reference.vit(state, image.astype(np.float64), depth=2, heads=3))


@pytest.mark.parametrize("heads", [1, 2, 6])
def test_self_attention(heads, tmp_path):
    path = probe("vit_b_16", tmp_path, f"""
model probe(x: f32[N, S, 12]) -> (y: f32[N, S, 12]) {{
    return attn: MultiheadAttention(x, num_heads={heads}, batch_first=true)
}}
""")
    rng = np.random.default_rng(heads)
    state = with_random_state(path, rng)
    x = rng.standard_normal((3, 5, 12), np.float32)
    compare(path, (x,), reference.self_attention(state, "attn", x.astype(np.float64), heads))


@pytest.mark.parametrize("opset", OPSETS)
def test_swin(opset, tmp_path):
    """The second stage is one window, which is not shifted."""
    path = small("swin_t", tmp_path, opset, size=32, width=8, depths=[2, 2], heads=[2, 4], window=4, classes=7)
    rng = np.random.default_rng(opset)
    state = with_random_state(path, rng)
    image = rng.standard_normal((2, 3, 32, 32), np.float32)
    compare(path, (image,), reference.swin(state, image.astype(np.float64), depths=[2, 2], heads=[2, 4], window=4))


@pytest.mark.parametrize(
    ("height", "width", "window", "shift"),
    [(4, 4, 4, 0), (8, 8, 4, 2), (6, 9, 3, 1), (12, 4, 4, 2), (4, 12, 4, 1), (14, 7, 7, 3), (6, 4, 2, 1)],
)
def test_window_attention(height, width, window, shift, tmp_path):
    """Also on images that are not square, where a row is not a column."""
    path = probe("swin_t", tmp_path, f"""
model probe(x: f32[N, {height}, {width}, 6]) -> (y: f32[N, {height}, {width}, 6]) {{
    y = Roll(x, by={shift}) |> attn: WindowAttention(heads=2, window={window}, shift={shift})
    return Roll(y, by=-{shift})
}}
""")
    rng = np.random.default_rng(height)
    state = with_random_state(path, rng)
    x = rng.standard_normal((2, height, width, 6), np.float32)
    expected = reference.window_attention(state, "attn", x.astype(np.float64), 2, window, shift)
    compare(path, (x,), expected)
    if shift > 0:
        unshifted = reference.window_attention(state, "attn", x.astype(np.float64), 2, window, 0)
        assert np.abs(unshifted - expected).max() > 0.1 * np.abs(expected).max(), "a shift must show"


@pytest.mark.parametrize("opset", OPSETS)
def test_unet(opset, tmp_path):
    path = small("unet", tmp_path, opset, width=4)
    rng = np.random.default_rng(opset)
    state = with_random_state(path, rng)
    image = rng.standard_normal((2, 3, 32, 48), np.float32)
    compare(path, (image,), reference_unet.unet(state, image.astype(np.float64)))


@pytest.mark.parametrize("opset", OPSETS)
def test_diffusion_unet(opset, tmp_path):
    path = small("diffusion_unet", tmp_path, opset, widths=[32, 64, 96], depth=1)
    rng = np.random.default_rng(opset)
    state = with_random_state(path, rng)
    image, step = rng.standard_normal((2, 3, 16, 8), np.float32), np.array([3, 500])
    compare(path, (image, step), reference_unet.ddpm(state, image.astype(np.float64), step, levels=3, depth=1))


@pytest.mark.parametrize("opset", OPSETS)
def test_detector(opset, tmp_path):
    path = small("detector", tmp_path, opset, width=16, classes=3, detections=50)
    rng = np.random.default_rng(opset)
    state = with_random_state(path, rng)
    image = rng.standard_normal((1, 3, 64, 96), np.float32)
    compare(path, (image,), *detector(state, image.astype(np.float64), limit=50))


@pytest.mark.parametrize(("bias", "least", "most"), [(-7, 1, 49), (-100, 0, 0)])
def test_detector_of_low_scores(bias, least, most, tmp_path):
    """Fewer boxes than are wanted, or none at all."""
    path = small("detector", tmp_path, 21, width=16, classes=3, detections=50)
    rng = np.random.default_rng(1)
    state = with_random_state(path, rng, {"classification.predict.bias": bias})
    image = rng.standard_normal((1, 3, 64, 96), np.float32)
    expected = detector(state, image.astype(np.float64), limit=50)
    assert least <= len(expected[0]) <= most
    compare(path, (image,), *expected)
