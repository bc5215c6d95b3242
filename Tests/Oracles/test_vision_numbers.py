"""Examples/vit_b_16.mica and swin_t.mica in a small size, run in ONNX Runtime, against NumPy."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

import onnx_file
import reference_vision as reference
from architecture import options
from command import EXAMPLES, convert

OPSETS = [13, 17, 21]
TOLERANCE = 1e-5  # of the largest magnitude in the output


def with_random_state(path: Path, rng: np.random.Generator) -> reference.State:
    """Replaces the parameters in the file by numbers that leave nothing small, and returns them by path."""
    model = onnx.load(str(path))
    state = {}
    for tensor in model.graph.initializer:
        shape = tuple(tensor.dims)
        value = rng.standard_normal(shape)
        if len(shape) > 1 and not tensor.name.endswith("bias_table"):
            value *= np.prod(shape[1:]) ** -0.5
        elif tensor.name.endswith("weight"):
            value = 1 + 0.2 * value
        value = value.astype(np.float32)
        tensor.CopyFrom(numpy_helper.from_array(value, tensor.name))
        state[tensor.name] = value.astype(np.float64)
    onnx.save(model, str(path))
    return state


def compare(path: Path, inputs: np.ndarray, expected: np.ndarray) -> None:
    session = onnx_file.session(path)
    [found] = session.run(None, {session.get_inputs()[0].name: inputs})
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, rtol=0, atol=TOLERANCE * np.abs(expected).max())


def probe(example: str, folder: Path, model: str) -> Path:
    """A copy of an example with one more model, `probe`, as a file of that model alone."""
    source = folder / "probe.mica"
    source.write_text((EXAMPLES / f"{example}.mica").read_text() + model)
    return convert(source, folder / "probe.onnx", "--model", "probe", "--random-weights")


@pytest.mark.parametrize("opset", OPSETS)
def test_vit(opset, tmp_path):
    settings = {"size": 24, "patch": 8, "depth": 2, "width": 24, "heads": 3, "classes": 7}
    example = EXAMPLES / "vit_b_16.mica"
    path = convert(example, tmp_path / "vit.onnx", "--random-weights", "--opset", opset, *options(settings, {}))
    rng = np.random.default_rng(opset)
    state = with_random_state(path, rng)
    image = rng.standard_normal((2, 3, 24, 24), np.float32)
    compare(path, image, reference.vit(state, image.astype(np.float64), depth=2, heads=3))


@pytest.mark.parametrize("heads", [1, 2, 6])
def test_self_attention(heads, tmp_path):
    path = probe("vit_b_16", tmp_path, f"""
model probe(x: f32[N, S, 12]) -> (y: f32[N, S, 12]) {{
    return attn: MultiheadAttention(x, heads={heads})
}}
""")
    rng = np.random.default_rng(heads)
    state = with_random_state(path, rng)
    x = rng.standard_normal((3, 5, 12), np.float32)
    compare(path, x, reference.self_attention(state, "attn", x.astype(np.float64), heads))


@pytest.mark.parametrize("opset", OPSETS)
def test_swin(opset, tmp_path):
    """The second stage is one window, which is not shifted."""
    settings = {"size": 32, "width": 8, "depths": [2, 2], "heads": [2, 4], "window": 4, "classes": 7}
    example = EXAMPLES / "swin_t.mica"
    path = convert(example, tmp_path / "swin.onnx", "--random-weights", "--opset", opset, *options(settings, {}))
    rng = np.random.default_rng(opset)
    state = with_random_state(path, rng)
    image = rng.standard_normal((2, 3, 32, 32), np.float32)
    compare(path, image, reference.swin(state, image.astype(np.float64), depths=[2, 2], heads=[2, 4], window=4))


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
    compare(path, x, expected)
    if shift > 0:
        unshifted = reference.window_attention(state, "attn", x.astype(np.float64), 2, window, 0)
        assert np.abs(unshifted - expected).max() > 0.1 * np.abs(expected).max(), "a shift must show"
