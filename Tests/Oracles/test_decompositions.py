"""Operators that came after opset 13, written for older operator sets, against themselves in ONNX Runtime."""

from dataclasses import dataclass

import numpy as np
import pytest
from onnx.reference import ReferenceEvaluator

import onnx_file
from command import convert
from test_library import values


@dataclass(frozen=True)
class Case:
    call: str
    inputs: str
    results: int = 1
    #: ONNX Runtime 1.32 has no kernel for the operator: onnx's reference implementation takes its place.
    has_kernel: bool = True

    def __str__(self) -> str:
        return self.call

    @property
    def operator(self) -> str:
        return self.call.split("(")[0]


HEADS = "q: f32[2,4,3,8]; k: f32[2,4,5,8]; v: f32[2,4,5,6]"
GROUPS = "q: f32[2,4,5,8]; k: f32[2,2,5,8]; v: f32[2,2,5,8]"
FLAT = "q: f32[2,3,32]; k: f32[2,5,16]; v: f32[2,5,16]"
CACHES = "x: f32[2,4,3,8]; c: f32[7,4]; s: f32[7,4]; p: i64[2,3]"

CASES = [
    Case("Trilu(x)", "x: f32[2,4,5]"),
    Case("Trilu(x, 1, upper=0)", "x: i64[4,5]"),
    Case("Trilu(x, -2)", "x: f32[3,3]"),
    Case("CastLike(x, z)", "x: i64[2,3]; z: f32[1]"),
    Case("Shape(x, start=1, end=-1)", "x: f32[2,3,4,5]"),
    Case("HardSwish(x)", "x: f32[2,5]"),
    Case("Mish(x)", "x: f32[2,5]"),
    Case("Gelu(x)", "x: f32[2,5]"),
    Case("Gelu(x, approximate=\"tanh\")", "x: f32[2,5]"),
    Case("LayerNormalization(x, s, b, axis=1)", "x: f32[2,3,4]; s: f32[3,4]; b: f32[3,4]"),
    Case("RMSNormalization(x, s)", "x: f32[2,3,4]; s: f32[4]"),
    Case("GroupNormalization(x, s, b, num_groups=2)", "x: f32[2,4,5]; s: f32[4]; b: f32[4]"),
    Case("HannWindow(16)", "x: f32[1]"),
    Case("HammingWindow(16, periodic=0)", "x: f32[1]"),
    Case("BlackmanWindow(16)", "x: f32[1]"),
    Case("CenterCropPad(x, [3, 7], axes=[0, 2])", "x: f32[6,2,4]", has_kernel=False),
    Case("CenterCropPad(x, [4, 3, 2])", "x: f32[6,2,5]", has_kernel=False),
    Case("AffineGrid(t, [2, 1, 3, 4])", "t: f32[2,2,3]"),
    Case("AffineGrid(t, [2, 1, 2, 3, 4], align_corners=1)", "t: f32[2,3,4]"),
    Case("Pad(x, [0, 1, 2, 0, 3, 1], mode=\"wrap\")", "x: f32[2,3,4]"),
    Case("Pad(x, [2, 1], none, [-1], mode=\"wrap\")", "x: f32[2,3,4]"),
    Case("Pad(x, [2, 1], 0.5, [-1])", "x: f32[2,3,4]"),
    Case("Resize(x, none, [2.0, 3.0], axes=[2, 3])", "x: f32[1,2,3,4]"),
    Case("Resize(x, none, none, [5, 6], axes=[2, -1], mode=\"linear\")", "x: f32[1,2,3,4]"),
    Case("RotaryEmbedding(x, c, s, p)", CACHES),
    Case("RotaryEmbedding(x, c, s, p, interleaved=1)", CACHES),
    Case("RotaryEmbedding(x, c, s, p, rotary_embedding_dim=4)", CACHES.replace("[7,4]", "[7,2]")),
    Case("RotaryEmbedding(x, c, s, num_heads=2)", "x: f32[2,3,16]; c: f32[2,3,4]; s: f32[2,3,4]"),
    Case("Attention(q, k, v)", HEADS),
    Case("Attention(q, k, v, scale=0.3, softcap=2.0)", HEADS),
    Case("Attention(q, k, v, m)", f"{HEADS}; m: f32[3,5]"),
    Case("Attention(q, k, v, Not(m))", f"{HEADS}; m: bool[2,1,3,5]"),
    Case("Attention(q, k, v, is_causal=1)", GROUPS),
    Case("Attention(q, k, v, q_num_heads=4, kv_num_heads=2)", FLAT),
    Case("Attention(q, k, v, none, a, b)", f"{HEADS}; a: f32[2,4,2,8]; b: f32[2,4,2,6]", 3),
]


def export(case: Case, opset: int, folder):
    names = ", ".join(f"y{i}" for i in range(case.results))
    source = folder / "case.mica"
    inputs = case.inputs.replace("; ", ", ")
    source.write_text(f"use onnx 23\nmodel t({inputs}) {{\n    {names} = onnx.{case.call}\n    return {names}\n}}\n")
    path = convert(source, folder / f"{opset}.onnx", "--opset", opset)
    return path, onnx_file.check(path, opset)


def run(case: Case, path, model, feeds: dict[str, np.ndarray]):
    """The results in ONNX Runtime, or in onnx's reference implementation where that has no kernel."""
    if not case.has_kernel and case.operator in {node.op_type for node in model.graph.node}:
        return ReferenceEvaluator(model).run(None, feeds)
    return onnx_file.session(path).run(None, feeds)


@pytest.mark.parametrize("opset", [13, 14, 15, 16, 17, 18, 19, 20, 22])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_older_operator_sets_give_the_same_numbers(case, opset, tmp_path):
    feeds = values(case.inputs, np.random.default_rng(0))
    newest, older = export(case, 23, tmp_path), export(case, opset, tmp_path)
    assert case.operator in {node.op_type for node in newest[1].graph.node}
    for ours, theirs in zip(run(case, *older, feeds), run(case, *newest, feeds), strict=True):
        assert ours.dtype == theirs.dtype and ours.shape == theirs.shape
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-5)
