"""What mica infers of small graphs that other engines get wrong or give up on, held against ONNX Runtime."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import onnx
import onnx.parser
import onnxruntime
import pytest
from onnx import ModelProto, TensorProto, helper

from command import Outcome
from inference import (
    Problem,
    agrees,
    bare,
    bound,
    contradictions,
    declared,
    infer,
    inputs,
    observed,
    problems,
    shape,
    spelled,
    types,
)
from onnx_roundtrip import first_difference, normal
from sizes import parse

HEADER = '<ir_version: 8, opset_import: ["" : {}, "probe" : 1]>\n'


@dataclass(frozen=True)
class Probe:
    """A graph as ONNX text, and what must be inferred of its values.

    `expected` has an entry for each value: its sizes, in which `?` is one that must not be claimed, or `...` where the
    rank must not be; after `~`, what may be left open but is otherwise so. A run gives each name a size.
    """

    text: str
    expected: dict[str, str]
    runs: list[dict[str, int]] = field(default_factory=list)
    # Elements of inputs; others are drawn.
    given: dict[str, Callable[[dict[str, int]], object]] = field(default_factory=dict)
    opset: int = 18

    def model(self) -> ModelProto:
        return onnx.parser.parse_model(HEADER.format(self.opset) + self.text)


def const(name: str, *values: int) -> str:
    return f"{name} = Constant<value_ints=[{','.join(map(str, values))}]>() "


def size_of(name: str, value: str, axis: int) -> str:
    """The size of an axis, as a tensor of one element."""
    return f"{name} = Shape<start={axis}, end={axis + 1}>({value}) "


MAX = 2**63 - 1
FLAG = {"cond": lambda sizes: sizes["flag"] == 1}

PROBES = {
    # MARK: Sums and products
    "concat": Probe("g (float[N,4] a, float[M,4] b) => (float[] y) { y = Concat<axis=0>(a, b) }", {"y": "[N + M, 4]"}),
    "concat of a part with itself": Probe(
        "g (float[N,4] a) => (float[] y) { b = Concat<axis=1>(a, a, a) y = Concat<axis=0>(b, b) }",
        {"b": "[N, 12]", "y": "[2*N, 12]"},
    ),
    "past and current": Probe(
        "g (float[B,2,P,8] past, float[B,2,S,8] x) => (float[] y, float[] k) {"
        " k = Concat<axis=2>(past, x) t = Transpose<perm=[0,1,3,2]>(k) y = MatMul(x, t) }",
        {"k": "[B, 2, P + S, 8]", "t": "[B, 2, 8, P + S]", "y": "[B, 2, S, P + S]"},
    ),
    "tile": Probe("g (float[B,3] x) => (float[] y) {" + const("r", 2, 1) + "y = Tile(x, r) }", {"y": "[2*B, 3]"}),
    "tile by a size": Probe(
        "g (float[B,3] x) => (float[] y) {"
        + size_of("b", "x", 0)
        + const("one", 1)
        + "r = Concat<axis=0>(one, b) y = Tile(x, r) }",
        {"y": "[B, 3*B]"},
    ),
    "reshape with -1": Probe(
        "g (float[B,S,8] x) => (float[] y) {" + const("r", -1, 8) + "y = Reshape(x, r) }", {"y": "[B*S, 8]"}
    ),
    "reshape with 0 and -1": Probe(
        "g (float[B,S,8] x) => (float[] y) {" + const("r", 0, -1, 2) + "y = Reshape(x, r) }", {"y": "[B, 4*S, 2]"}
    ),
    "reshape into heads": Probe(
        "g (float[B,S,768] x) => (float[] y, float[] z) { shape = Shape(x) zero = Constant<value_int=0>() one ="
        " Constant<value_int=1>() b = Gather(shape, zero) s = Gather(shape, one)"
        + const("axes", 0)
        + const("heads", 12)
        + const("width", 64)
        + "b1 = Unsqueeze(b, axes) s1 = Unsqueeze(s, axes) r = Concat<axis=0>(b1, s1, heads, width) y = Reshape(x, r)"
        + const("back", 0, 0, -1)
        + "t = Transpose<perm=[0,2,1,3]>(y) u = Transpose<perm=[0,2,1,3]>(t) z = Reshape(u, back) }",
        {"y": "[B, S, 12, 64]", "t": "[B, 12, S, 64]", "z": "[B, S, 768]"},
    ),
    "reshape to a size that may be 0": Probe(
        "g (float[N,S,P] x) => (float[] y) {"
        + size_of("p", "x", 2)
        + const("rest", -1)
        + "r = Concat<axis=0>(p, rest) y = Reshape(x, r) }",
        {"y": "[P + N*max(1 - P, 0), N*S*P/(P + N*max(1 - P, 0))]"},
        [{"N": 2, "S": 5, "P": 0}, {"N": 2, "S": 5, "P": 3}, {"N": 4, "S": 0, "P": 2}],
    ),
    "reshape of all axes but the last": Probe(
        "g (float[B,S,8] x, float[N,K] z) => (float[] y, float[] w) {"
        + size_of("b", "x", 0)
        + size_of("s", "x", 1)
        + const("width", 8)
        + const("rest", -1)
        + "rows = Mul(b, s) r = Concat<axis=0>(rows, width) y = Reshape(x, r)"
        + size_of("n", "z", 0)
        + "q = Concat<axis=0>(n, rest) w = Reshape(z, q) }",
        {"y": "[B*S, 8]", "w": "[N, K]"},
        [{"B": 2, "S": 3, "N": 3, "K": 2}, {"B": 0, "S": 3, "N": 3, "K": 0}, {"B": 2, "S": 3, "N": 1, "K": 1}],
    ),
    "32 bits that overflow": Probe(
        "g (uint8[N] x) => (float[] y, float[] z) { shape = Shape(x) narrow = Cast<to=6>(shape)"
        " times = Constant<value = int32[1] {70000}>() zero = Constant<value = int32[1] {0}>()"
        " product = Mul(narrow, times) least = Max(product, zero) wide = Cast<to=7>(least)"
        + const("same", 70000)
        + "n = Div(wide, same) y = ConstantOfShape(n) one = Constant<value = int32[1] {1}>() more = Add(narrow, one)"
        " m = Cast<to=7>(more) z = ConstantOfShape(m) }",
        {"y": "[?]", "z": "[N + 1]"},
        [{"N": 3}, {"N": 40000}, {"N": 0}],
    ),
    "products in 64 bits": Probe(
        "g (float[B,S,0] x, float[M] v) => (float[] y, float[] z) { zero = Constant<value_int=0>()"
        + size_of("b", "x", 0)
        + size_of("s", "x", 1)
        + size_of("m", "v", 0)
        + const("heads", 12)
        + const("most", 100)
        + "p = Mul(b, s) q = Mul(p, heads) y = ConstantOfShape(q)"
        " r = Mul(b, m) u = Mul(r, m) t = Min(u, most) z = ConstantOfShape(t) }",
        {"y": "[12*B*S]", "z": "[?]"},
    ),
    "flatten": Probe("g (float[B,C,H,2] x) => (float[] y) { y = Flatten<axis=2>(x) }", {"y": "[B*C, 2*H]"}),
    "depth to space": Probe(
        "g (float[B,12,H,W] x) => (float[] y) { y = DepthToSpace<blocksize=2>(x) }", {"y": "[B, 3, 2*H, 2*W]"}
    ),
    "resize": Probe(
        "g (float[B,3,H,W] x) => (float[] y) { s = Constant<value_floats=[1.0,1.0,2.0,2.0]>() y ="
        ' Resize<mode="nearest">(x, , s) }',
        {"y": "[B, 3, 2*H, 2*W]"},
    ),
    "resize to a half": Probe(
        "g (float[B,3,H,W] x) => (float[] y) { s = Constant<value_floats=[1.0,1.0,0.5,0.5]>() y ="
        ' Resize<mode="nearest">(x, , s) }',
        {"y": "~[B, 3, H/2, W/2]"},
        [{"B": 1, "H": 8, "W": 7}, {"B": 2, "H": 3, "W": 2}],
    ),
    "resize to the size of another": Probe(
        "g (float[B,3,H,W] x, float[B,8,K,L] to) => (float[] y) { b = Shape<start=0, end=2>(x) e = Shape<start=2>(to) r"
        ' = Concat<axis=0>(b, e) y = Resize<mode="nearest">(x, , , r) }',
        {"y": "[B, 3, K, L]"},
    ),
    "pad by a size": Probe(
        "g (float[B,S] x) => (float[] y) {"
        + size_of("s", "x", 1)
        + const("zero", 0)
        + const("one", 1)
        + "p = Concat<axis=0>(zero, one, zero, s) y = Pad(x, p) }",
        {"y": "[B, 2*S + 1]"},
    ),
    "pads as PyTorch exports them": Probe(
        "g (float[B,S] x) => (float[] y) {"
        + size_of("s", "x", 1)
        + const("zero", 0)
        + const("one", 1)
        + const("pairs", -1, 2)
        + const("back", -1)
        + const("lowest", -MAX)
        + "flat = Concat<axis=0>(s, one, zero, zero) p = Reshape(flat, pairs) r = Slice(p, back, lowest, zero, back)"
        " t = Transpose<perm=[1,0]>(r) q = Reshape(t, back) y = Pad(x, q) }",
        {"y": "[B, 2*S + 1]"},
    ),
    "one hot of a known depth": Probe(
        "g (int64[B,S] x, float[2] v) => (float[] y) { d = Constant<value_int=7>() y = OneHot<axis=1>(x, d, v) }",
        {"y": "[B, 7, S]"},
    ),
    "einsum": Probe(
        'g (float[B,S,3] a, float[3,T] b) => (float[] y) { y = Einsum<equation="bsk,kt->tbs">(a, b) }',
        {"y": "[T, B, S]"},
    ),
    # MARK: Broadcasting
    "broadcast of two names": Probe(
        "g (float[N] a, float[M] b) => (float[] y) { y = Add(a, b) }",
        {"y": "[?]"},
        [{"N": 3, "M": 3}, {"N": 1, "M": 4}, {"N": 4, "M": 1}],
    ),
    "broadcast of a name": Probe(
        "g (float[N,1,4] a, float[M,4] b) => (float[] y) { y = Add(a, b) }", {"y": "[N, M, 4]"}
    ),
    "broadcast with a number": Probe(
        "g (float[N] a, float[4] b) => (float[] y) { y = Add(a, b) }", {"y": "[4]"}, [{"N": 4}, {"N": 1}]
    ),
    "broadcast with a part of itself": Probe(
        "g (float[B,S,4] x) => (float[] y, float[] z) { t = ConstantOfShape(c)"
        + const("c", 1, 512, 4)
        + const("zero", 0)
        + const("one", 1)
        + size_of("s", "x", 1)
        + "p = Slice(t, zero, s, one) y = Add(x, p)"
        + size_of("b", "x", 0)
        + const("w", 4)
        + "r = Concat<axis=0>(b, s, w) z = Expand(p, r) }",
        {"p": "[1, min(S, 512), 4]", "y": "[B, S, 4]", "z": "[B, S, 4]"},
        [{"B": 2, "S": 5}, {"B": 1, "S": 512}, {"B": 3, "S": 1}],
    ),
    # MARK: Sizes that are computed
    "div of a size": Probe(
        "g (float[B,3,H,W] x) => (float[] y) {"
        + size_of("b", "x", 0)
        + size_of("h", "x", 2)
        + const("two", 2)
        + "half = Div(h, two) r = Concat<axis=0>(b, half) y = ConstantOfShape(r) }",
        {"y": "[B, H/2]"},
        [{"B": 2, "H": 7, "W": 1}, {"B": 1, "H": 8, "W": 2}, {"B": 1, "H": 1, "W": 2}],
    ),
    "arithmetic of sizes": Probe(
        "g (float[B,S] x) => (float[] y) {"
        + size_of("b", "x", 0)
        + size_of("s", "x", 1)
        + const("three", 3)
        + "p = Mul(b, s) m = Mod(s, three) a = Add(p, three) low = Min(s, three) high = Max(b, three) d = Sub(a, m)"
        " r = Concat<axis=0>(p, m, low, high, d) y = ConstantOfShape(r) }",
        {"y": "[B*S, S % 3, min(S, 3), max(B, 3), B*S + 3 - S % 3]"},
        [{"B": 2, "S": 5}, {"B": 4, "S": 1}, {"B": 1, "S": 3}],
    ),
    "product of a shape": Probe(
        "g (float[B,S,4] x) => (float[] y) { shape = Shape(x) p = ReduceProd(shape) y = ConstantOfShape(p) }",
        {"y": "[4*B*S]"},
    ),
    "number of elements": Probe(
        "g (float[B,S,4] x) => (float[] y) { n = Size(x)"
        + const("axes", 0)
        + "n1 = Unsqueeze(n, axes) y = ConstantOfShape(n1) }",
        {"y": "[4*B*S]"},
    ),
    "cast there and back": Probe(
        "g (float[B,S] x) => (float[] y) { shape = Shape(x) f = Cast<to=1>(shape) i = Cast<to=7>(f) y ="
        " ConstantOfShape(i) }",
        {"y": "~[B, S]"},
    ),
    "expand by a where": Probe(
        "g (float[B,S] x) => (float[] y) { w = Constant<value_floats=[1.0,2.0,3.0]>()"
        + size_of("b", "x", 0)
        + const("open", -1)
        + "want = Concat<axis=0>(b, open) eq = Equal(want, open) shape = Shape(want)"
        " ones = ConstantOfShape<value = int64[1] {1}>(shape) r = Where(eq, ones, want) y = Expand(w, r) }",
        {"y": "[B, 3]"},
    ),
    "range": Probe(
        "g (float[S,2] x) => (int64[] y, int64[] even, int64[] rest, int64[] down) { shape = Shape(x) zero ="
        " Constant<value_int=0>() one = Constant<value_int=1>() two = Constant<value_int=2>() back ="
        " Constant<value_int=-1>() s = Gather(shape, zero) y = Range(zero, s, one) even = Range(zero, s, two) rest ="
        " Range(one, s, one) down = Range(s, zero, back) }",
        {"y": "[S]", "even": "[(S + 1)/2]", "rest": "[S - 1]", "down": "[S]"},
        [{"S": 1}, {"S": 2}, {"S": 7}],
    ),
    "range of a count that is given": Probe(
        "g (int64 n) => (int64[] y) { zero = Constant<value_int=0>() one = Constant<value_int=1>() y = Range(zero, n,"
        " one) }",
        {"y": "[?]"},
        [{"k": 0}, {"k": 5}],
        {"n": lambda sizes: sizes["k"]},
    ),
    "non-zeros": Probe(
        "g (float[N,M] x) => (int64[] y, float[] z) { y = NonZero(x) t = Transpose<perm=[1,0]>(y) z = GatherND(x, t) }",
        {"y": "[2, ?]", "t": "[?, 2]", "z": "[?]"},
    ),
    "top k": Probe(
        "g (float[N,9] x, int64[1] k) => (float[] y, float[] z) {"
        + const("three", 3)
        + "y, i = TopK(x, three) z, j = TopK(x, k) }",
        {"y": "[N, 3]", "i": "[N, 3]", "z": "[N, ?]", "j": "[N, ?]"},
        [{"N": 2, "k": 1}, {"N": 3, "k": 9}],
        {"k": lambda sizes: [sizes["k"]]},
    ),
    "reduction over axes that are given": Probe(
        "g (float[N,M] x, int64[1] axes) => (float[] y, float[] z) { y = ReduceMax<keepdims=0>(x, axes) z ="
        " ReduceMax<keepdims=1>(x, axes) }",
        {"y": "[?]", "z": "[?, ?]"},
        [{"N": 2, "M": 3, "axis": 0}, {"N": 2, "M": 3, "axis": 1}],
        {"axes": lambda sizes: [sizes["axis"]]},
    ),
    # MARK: Windows
    "convolution with stride": Probe(
        "g (float[B,3,H,W] x, float[8,3,3,3] w) => (float[] y) { y = Conv<strides=[2,2], pads=[1,1,1,1]>(x, w) }",
        {"y": "[B, 8, (H - 1)/2 + 1, (W - 1)/2 + 1]"},
        [{"B": 1, "H": 7, "W": 8}, {"B": 2, "H": 1, "W": 2}],
    ),
    "convolution with dilation": Probe(
        "g (float[B,3,H,W] x, float[8,3,5,5] w) => (float[] y) { y = Conv<strides=[3,1], dilations=[2,1]>(x, w) }",
        {"y": "[B, 8, (H - 9)/3 + 1, W - 4]"},
        [{"B": 1, "H": 9, "W": 5}, {"B": 2, "H": 11, "W": 6}, {"B": 1, "H": 12, "W": 12}],
    ),
    "convolution that pads itself": Probe(
        'g (float[B,3,H,W] x, float[8,3,3,3] w) => (float[] y) { y = Conv<strides=[2,3], auto_pad="SAME_UPPER">(x,'
        " w) }",
        {"y": "[B, 8, ceil(H/2), ceil(W/3)]"},
        [{"B": 1, "H": 7, "W": 8}, {"B": 2, "H": 4, "W": 9}],
    ),
    "transposed convolution": Probe(
        "g (float[B,3,H,W] x, float[3,8,4,4] w) => (float[] y) { y = ConvTranspose<strides=[2,2], pads=[1,1,1,1]>(x,"
        " w) }",
        {"y": "[B, 8, 2*H, 2*W]"},
    ),
    "pooling that rounds up": Probe(
        "g (float[B,3,H,W] x) => (float[] y) { y = MaxPool<kernel_shape=[3,3], strides=[2,2], ceil_mode=1>(x) }",
        {"y": "~[B, 3, ceil((H - 3)/2) + 1, ceil((W - 3)/2) + 1]"},
        [{"B": 1, "H": 6, "W": 7}, {"B": 2, "H": 3, "W": 4}],
    ),
    # MARK: Parts
    "slice from the second": Probe(
        "g (float[B,S] x) => (float[] y) {"
        + const("from", 1)
        + const("to", MAX)
        + const("axes", 1)
        + "y = Slice(x, from, to, axes) }",
        {"y": "[B, S - 1]"},
        [{"B": 1, "S": 1}, {"B": 2, "S": 6}],
    ),
    "slices": Probe(
        "g (float[S] x) => (float[] a, float[] b, float[] c, float[] d, float[] e) {"
        + const("zero", 0)
        + const("one", 1)
        + const("two", 2)
        + const("three", 3)
        + const("back", -1)
        + const("last", MAX)
        + const("lowest", -MAX)
        + "a = Slice(x, zero, back, zero) b = Slice(x, zero, last, zero, two) c = Slice(x, back, lowest, zero, back)"
        " d = Slice(x, zero, three, zero) e = Slice(x, three, last, zero) }",
        {"a": "[S - 1]", "b": "[(S + 1)/2]", "c": "[S]", "d": "[min(S, 3)]", "e": "[max(S - 3, 0)]"},
        [{"S": 1}, {"S": 2}, {"S": 3}, {"S": 8}],
    ),
    "slice by numbers that are given": Probe(
        "g (float[S,4] x, int64[1] to) => (float[] y) {" + const("zero", 0) + "y = Slice(x, zero, to, zero) }",
        {"y": "[?, 4]"},
        [{"S": 5, "to": 2}, {"S": 5, "to": 9}],
        {"to": lambda sizes: [sizes["to"]]},
    ),
    "split in two": Probe(
        "g (float[H,4] x) => (float[] a, float[] b) { a, b = Split<axis=0, num_outputs=2>(x) }",
        {"a": "[ceil(H/2), 4]", "b": "[H/2, 4]"},
        [{"H": 7}, {"H": 8}, {"H": 2}],
    ),
    "split in four": Probe(
        "g (float[7] x) => (float[] a, float[] b, float[] c, float[] d) { a, b, c, d = Split<axis=0,"
        " num_outputs=4>(x) }",
        {"a": "[2]", "b": "[2]", "c": "[2]", "d": "[1]"},
    ),
    "split by numbers that are given": Probe(
        "g (float[6,2] x, int64[2] parts) => (float[] a, float[] b) { a, b = Split<axis=0>(x, parts) }",
        {"a": "[?, 2]", "b": "[?, 2]"},
        [{"first": 2}, {"first": 3}],
        {"parts": lambda sizes: [sizes["first"], 6 - sizes["first"]]},
    ),
    "split into equal parts": Probe(
        "g (float[6,N] x) => (float[] a, float[] b) { a, b = Split<axis=0>(x) }",
        {"a": "[3, N]", "b": "[3, N]"},
        opset=13,
    ),
    "compress": Probe(
        "g (float[N,4] x, bool[N] keep) => (float[] y, float[] z) { y = Compress<axis=0>(x, keep) z = Compress(x,"
        " keep) }",
        {"y": "[?, 4]", "z": "[?]"},
    ),
    "unique": Probe(
        "g (int64[N] x) => (int64[] y) { y, i, j, n = Unique(x) }", {"y": "[?]", "i": "[?]", "j": "[N]", "n": "[?]"}
    ),
    # MARK: If
    "if with other ranks": Probe(
        "g (bool cond, float[N,3] x) => (float[] y) { y = If(cond) <then_branch = t () => (float[] a) { a = Relu(x) },"
        " else_branch = e () => (float[] b) { b = ReduceMax<keepdims=0>(x) }> }",
        {"y": "..."},
        [{"N": 2, "flag": 0}, {"N": 2, "flag": 1}],
        FLAG,
    ),
    "if with other sizes": Probe(
        "g (bool cond, float[N,3] x) => (float[] y) {"
        + const("r", 2, 1)
        + "y = If(cond) <"
        "then_branch = t () => (float[] a) { a = Relu(x) }, else_branch = e () => (float[] b) { b = Tile(x, r) }> }",
        {"y": "[?, 3]"},
        [{"N": 2, "flag": 0}, {"N": 2, "flag": 1}],
        FLAG,
    ),
    "if with the same sizes": Probe(
        "g (bool cond, float[N,3] x) => (float[] z) {y = If(cond) <then_branch = t () => (float[] a) { a = Relu(x) },"
        " else_branch = e () => (float[] b) { b = Neg(x) }> z = Relu(y) }",
        {"y": "[N, 3]", "z": "[N, 3]"},
        [{"N": 2, "flag": 0}, {"N": 5, "flag": 1}],
        FLAG,
    ),
    "if that computes a size": Probe(
        "g (bool cond, float[N,M] x) => (float[] z) { y = If(cond) <then_branch = t () => (int64[] a) { a ="
        " Shape<start=0, end=1>(x) }, else_branch = e () => (int64[] b) { b = Shape<start=1>(x) }> z ="
        " ConstantOfShape(y) }",
        {"y": "[1]", "z": "[?]"},
        [{"N": 2, "M": 3, "flag": 0}, {"N": 2, "M": 3, "flag": 1}],
        FLAG,
    ),
    # MARK: Loop
    "loop that keeps a shape": Probe(
        "g (float[N,4] x) => (float[] y, float[] ys) { n = Constant<value_int=5>() y, ys = Loop(n, , x) <body = b"
        " (int64 i, bool c, float[] v) => (bool d, float[] w, float[] s) { d = Identity(c) w = Relu(v) s ="
        " ReduceMax<keepdims=0>(v, axes) }>"
        + const("axes", 0)
        + "}",
        {"y": "[N, 4]", "ys": "[5, 4]"},
    ),
    "loop over a size": Probe(
        "g (float[N,4] x) => (float[] y, float[] ys) {"
        + size_of("s", "x", 0)
        + const("axes", 0)
        + "n = Squeeze(s, axes) y, ys = Loop(n, , x) <body = b (int64 i, bool c, float[] v) => (bool d, float[] w,"
        " float[] r) { d = Identity(c) w = Relu(v) r = Gather(v, i) }> }",
        {"y": "[N, 4]", "ys": "..."},
        # Without a round, what is collected has one axis, since the body's output has no rank in the file.
        [{"N": 0}, {"N": 2}],
    ),
    "loop that doubles": Probe(
        "g (float[N,4] x) => (float[] y, float[] ys) { n = Constant<value_int=3>() y, ys = Loop(n, , x) <body = b"
        " (int64 i, bool c, float[] v) => (bool d, float[] w, float[] r) { d = Identity(c) w = Concat<axis=0>(v, v) r ="
        " ReduceMax<keepdims=0>(w, axes) }>"
        + const("axes", 0)
        + "}",
        {"y": "~[8*N, 4]", "ys": "[3, 4]"},
    ),
    "loop that adds an axis": Probe(
        "g (int64 n, float[N,4] x) => (float[] y) {"
        + const("axes", 0)
        + "y = Loop(n, , x) <"
        "body = b (int64 i, bool c, float[] v) => (bool d, float[] w) { d = Identity(c) w = Unsqueeze(v, axes) }> }",
        {"y": "..."},
        [{"N": 2, "k": 0}, {"N": 2, "k": 3}],
        {"n": lambda sizes: sizes["k"]},
    ),
    "loop whose shapes change late": Probe(
        "g (int64 n, float[N,4] x) => (float[] p, float[] q, float[] r) { p, q, r = Loop(n, , x, x, x) <body = b (int64"
        " i, bool c, float[] u, float[] v, float[] w) => (bool d, float[] a, float[] e, float[] f) { d = Identity(c) a"
        " = Identity(v) e = Identity(w) f = Concat<axis=0>(w, w) }> }",
        {"p": "[?, 4]", "q": "[?, 4]", "r": "[?, 4]"},
        [{"N": 2, "k": 0}, {"N": 2, "k": 1}, {"N": 2, "k": 4}],
        {"n": lambda sizes: sizes["k"]},
    ),
    "loop that may stop": Probe(
        "g (float[N,4] x, int64 last) => (float[] y, float[] ys) { n = Constant<value_int=5>() true = Constant<value ="
        " bool {1}>() y, ys = Loop(n, true, x) <body = b (int64 i, bool c, float[] v) => (bool d, float[] w, float[] s)"
        " { d = Less(i, last) w = Relu(v) s = Identity(w) }> }",
        {"y": "[N, 4]", "ys": "[?, N, 4]"},
        [{"N": 2, "k": 1}, {"N": 2, "k": 9}],
        {"last": lambda sizes: sizes["k"]},
    ),
    "loop that may not start": Probe(
        "g (float[2,4] x, bool cond) => (float[] y, float[] ys) { n = Constant<value_int=5>() y, ys = Loop(n, cond, x)"
        " <body = b (int64 i, bool c, float[2,4] v) => (bool d, float[] w, float[] s) { d = Identity(c) w = Relu(v) s ="
        " Identity(w) }> }",
        {"y": "[2, 4]", "ys": "~[?, 2, 4]"},
        [{"flag": 0}, {"flag": 1}],
        FLAG,
    ),
    "loop that carries a size": Probe(
        "g (int64 n, float[N,4] x) => (float[] z) {"
        + size_of("s", "x", 0)
        + "t = Loop(n, , s) <body = b (int64 i, bool c, int64[] v) => (bool d, int64[] w) { d = Identity(c) w = Add(v,"
        " one) }> z = ConstantOfShape(t)"
        + const("one", 1)
        + "}",
        {"t": "[1]", "z": "[?]"},
        [{"N": 2, "k": 0}, {"N": 2, "k": 3}],
        {"n": lambda sizes: sizes["k"]},
    ),
    "loop whose body gives another size": Probe(
        "g (int64 n, float[N,4] x, float[5,4] z) => (float[] y) { y = Loop(n, , x) <"
        "body = b (int64 i, bool c, float[] v) => (bool d, float[] w) { d = Identity(c) w = Relu(z) }> }",
        {"y": "[?, 4]"},
        [{"N": 2, "k": 0}, {"N": 2, "k": 3}],
        {"n": lambda sizes: sizes["k"]},
    ),
    "loop while something holds": Probe(
        "g (float[N,4] x, int64 last) => (float[] y, float[] ys) { true = Constant<value = bool {1}>() y, ys = Loop(,"
        " true, x) <body = b (int64 i, bool c, float[] v) => (bool d, float[] w, float[] s) { d = Less(i, last) w ="
        " Relu(v) s = Identity(w) }> }",
        {"y": "[N, 4]", "ys": "[?, N, 4]"},
        [{"N": 2, "k": 1}, {"N": 2, "k": 9}],
        {"last": lambda sizes: sizes["k"]},
    ),
    "loop in an if in a loop": Probe(
        "g (int64 n, bool cond, float[N,4] x) => (float[] y) { y = Loop(n, , x) <body = b (int64 i, bool c, float[] v)"
        " => (bool d, float[] w) { d = Identity(c) w = If(cond) <then_branch = t () => (float[] p) { p = Loop(n, , v)"
        " <body = u (int64 j, bool e, float[] q) => (bool f, float[] r) { f = Identity(e) r = Concat<axis=0>(q, x) }>"
        " }, else_branch = o () => (float[] s) { s = Relu(v) }> }> }",
        {"y": "[?, 4]"},
        [{"N": 2, "k": 2, "flag": 0}, {"N": 2, "k": 2, "flag": 1}],
        {"n": lambda sizes: sizes["k"], **FLAG},
    ),
    # MARK: Sizes that are 0
    "cache that may be empty": Probe(
        "g (float[B,P,4] past, float[B,S,4] cur) => (float[] y, float[] z) { zero = Constant<value_int=0>()"
        + size_of("s", "past", 1)
        + "p = Squeeze(s) e = Equal(p, zero) y = If(e) <then_branch = t () => (float[] a) { a = Identity(past) },"
        " else_branch = o () => (float[] b) { b = Concat<axis=1>(past, cur) }> g = Greater(p, zero) z = If(g)"
        " <then_branch = u () => (float[] d) { d = ReduceMean<keepdims=0>(past, one) }, else_branch = w () =>"
        " (float[] h) { h = Identity(past) }>"
        + const("one", 1)
        + "}",
        {"y": "[B, ?, 4]", "z": "..."},
        [{"B": 2, "P": 3, "S": 1}, {"B": 2, "P": 0, "S": 5}],
    ),
    "greatest of a size and 1": Probe(
        "g (float[P] x) => (float[] y, float[] z, float[] w) { s = Shape(x)"
        + const("one", 1)
        + "f = Constant<value_floats=[1.0]>() m = Max(s, one) y = Expand(f, m) b = Cast<to=9>(s) i = Cast<to=7>(b)"
        " z = ConstantOfShape(i) g = Sign(s) w = ConstantOfShape(g) }",
        {"y": "[max(P, 1)]", "z": "[?]", "w": "[?]"},
        [{"P": 0}, {"P": 1}, {"P": 4}],
    ),
    "all but the last": Probe(
        "g (float[B,S,4] x) => (float[] y, float[] z) {"
        + const("zero", 0)
        + const("one", 1)
        + const("last", -1)
        + const("most", MAX)
        + "y = Slice(x, zero, last, one) z = Slice(x, last, most, one) }",
        {"y": "[B, max(S - 1, 0), 4]", "z": "[B, min(S, 1), 4]"},
    ),
    "broadcast of a size and of a part that may be empty": Probe(
        "g (float[S] x, float[T] z) => (float[] y, float[] w) {"
        + const("zero", 0)
        + const("most", 7)
        + const("one", 1)
        + "a = Slice(x, zero, most) y = Add(x, a) b = Slice(z, one, most) w = Add(z, b) }",
        {"y": "[S]", "w": "[?]"},
        [{"S": 0, "T": 1}, {"S": 1, "T": 1}, {"S": 5, "T": 1}, {"S": 1, "T": 2}],
    ),
    "reshape of nothing": Probe(
        "g (float[N,6] x, int64[1] k) => (float[] y, float[] z) {"
        + size_of("n", "x", 0)
        + const("last", -1)
        + "r = Concat<axis=0>(n, k) y = Reshape(x, r) q = Concat<axis=0>(last, k) z = Reshape(x, q) }",
        {"y": "[N, ?]", "z": "[?, ?]"},
        [{"N": 0, "k": 3}, {"N": 2, "k": 6}],
        {"k": lambda sizes: sizes["k"]},
    ),
    "narrow integers": Probe(
        "g (float[N] x) => (float[] y, float[] z) { b = Constant<value = uint8[1] {250}>() c = Constant<value ="
        " int32[1] {2000000000}>() f = Constant<value_floats=[1.0]>() m = Add(b, b) l = Cast<to=7>(m) y = Expand(f, l)"
        " d = Add(c, c) e = Cast<to=7>(d)"
        + const("seven", 7)
        + "h = Mod(e, seven) z = Expand(f, h) }",
        {"y": "~[244]", "z": "~[6]"},
    ),
    # MARK: Versions
    "mask of an old dropout": Probe(
        "g (float[N] x) => (float[] y, float[] m) { y, m = Dropout(x) }", {"y": "[N]", "m": "[N]"}, opset=7
    ),
    "resize of version 10": Probe(
        'g (float[N,3,H,W] x) => (float[] y) { s = Constant<value = float[4] {1,1,2,2}>() y = Resize<mode="nearest">(x, s) }',
        {"y": "[N, 3, 2*H, 2*W]"},
        opset=10,
    ),
    "pooling without padding that rounds up": Probe(
        "g (float[1,1,N] x, float[1,1,2] u) => (float[] y, float[] z, float[] w) {"
        ' y = MaxPool<auto_pad = "VALID", ceil_mode = 1, kernel_shape = [3], strides = [2]>(x)'
        ' z = MaxPool<auto_pad = "VALID", ceil_mode = 1, kernel_shape = [3], strides = [1]>(x)'
        " w = MaxPool<ceil_mode = 1, kernel_shape = [3], strides = [2]>(u) }",
        {"y": "[1, 1, ?]", "z": "[1, 1, N - 2]", "w": "[1, 1, 1]"},
        [{"N": 5}, {"N": 6}],
    ),
    "pooling with dilation and padding for the same size": Probe(
        "g (float[1,1,N] x) => (float[] y, float[] z) {"
        ' y = MaxPool<auto_pad = "SAME_UPPER", dilations = [2], kernel_shape = [3]>(x)'
        ' z = MaxPool<auto_pad = "SAME_UPPER", strides = [2], kernel_shape = [3]>(x) }',
        {"y": "[1, 1, ?]", "z": "[1, 1, (N + 1)/2]"},
        [{"N": 7}, {"N": 8}],
    ),
    "slice backwards that ends beyond the end": Probe(
        "g (float[2,N] x) => (float[] y, float[] z) {"
        + const("s", -1)
        + const("e", 2**31 - 1)
        + const("b", -(2**31 - 1))
        + const("a", 1)
        + const("p", -1)
        + "y = Slice(x, s, e, a, p) z = Slice(x, s, b, a, p) }",
        {"y": "[2, ?]", "z": "[2, N]"},
        [{"N": 7}, {"N": 1}],
    ),
    "split to a sequence of single slices": Probe(
        "g (float[4,N] x) => (float[] y, float[] z) { s = Constant<value_int=1>() q = SplitToSequence<axis = 0,"
        " keepdims = 0>(x, s) i = Constant<value_int=0>() y = SequenceAt(q, i)"
        + const("t", 1, 3)
        + "r = SplitToSequence<axis = 0, keepdims = 0>(x, t) z = SequenceAt(r, i) }",
        {"y": "~[N]", "z": "[1, N]"},
    ),
    # MARK: Scan
    "scan": Probe(
        "g (float[4] first, float[T,4] x) => (float[] y, float[] ys) { y, ys = Scan(first, x) <num_scan_inputs = 1, "
        "body = b (float[4] s, float[4] e) => (float[4] t, float[8] o) { t = Add(s, e) o = Concat<axis=0>(s, e) }> }",
        {"y": "[4]", "ys": "[T, 8]"},
    ),
    "scan along other axes": Probe(
        "g (float[B,4] first, float[B,T,4] x) => (float[] y, float[] ys) { y, ys = Scan(first, x) <num_scan_inputs = 1,"
        " scan_input_axes = [1], scan_output_axes = [-1], body = b (float[] s, float[] e) => (float[] t, float[] o) { t"
        " = Add(s, e) o = Relu(t) }> }",
        {"y": "[B, 4]", "ys": "[B, 4, T]"},
    ),
    # MARK: Functions
    "function called for other shapes": Probe(
        "g (float[N,4] x, float[2,M,3] z) => (float[] y, float[] w) { y = probe.Twice(x) w = probe.Twice(z) }"
        '<domain: "probe", opset_import: ["" : 18]> Twice (a) => (b) { b = Concat<axis=-1>(a, a) }',
        {"y": "[N, 8]", "w": "[2, M, 6]"},
    ),
    "function that is passed attributes": Probe(
        "g (float[N,4] x) => (float[] y, float[] w) { y = probe.Join<along=0>(x) w = probe.Join<along=1>(x) }<domain:"
        ' "probe", opset_import: ["" : 18, "probe" : 1]> Join <along> (a) => (b) { b = probe.Inner<axis: int ='
        ' @along>(a, a) }<domain: "probe", opset_import: ["" : 18]> Inner <axis> (a, b) => (c) { c = Concat<axis: int ='
        " @axis>(a, b) }",
        {"y": "[2*N, 4]", "w": "[N, 8]"},
    ),
    "function of a size": Probe(
        "g (float[N,4] x) => (float[] y) { s = probe.Rows(x) y = ConstantOfShape(s) }"
        '<domain: "probe", opset_import: ["" : 18]> Rows (a) => (b) { b = Shape<end=1>(a) }',
        {"y": "[N]"},
    ),
    # MARK: Sequences and optionals
    "sequence of one shape": Probe(
        "g (float[N,4] x) => (float[] y, float[] z) { s = SequenceConstruct(x, x) one = Constant<value_int=1>() y ="
        " SequenceAt(s, one) z = ConcatFromSequence<axis=0, new_axis=0>(s) n = SequenceLength(s) }",
        {"y": "[N, 4]", "z": "~[2*N, 4]", "n": "[]"},
    ),
    "sequence of several shapes": Probe(
        "g (float[N,4] x, float[M,4] z, int64 at) => (float[] y) { s = SequenceConstruct(x, z) y = SequenceAt(s, at) }",
        {"y": "[?, 4]"},
        [{"N": 2, "M": 3, "k": 0}, {"N": 2, "M": 3, "k": 1}],
        {"at": lambda sizes: sizes["k"]},
    ),
    "sequence of several ranks": Probe(
        "g (float[N,4] x, float[4] z, int64 at) => (float[] y) { s = SequenceConstruct(x) t = SequenceInsert(s, z) y ="
        " SequenceAt(t, at) }",
        {"y": "..."},
        [{"N": 2, "k": 0}, {"N": 2, "k": 1}],
        {"at": lambda sizes: sizes["k"]},
    ),
    "split to a sequence": Probe(
        "g (float[7,N] x, int64 at) => (float[] y) { two = Constant<value_int=2>() s = SplitToSequence<axis=0>(x, two)"
        " y = SequenceAt(s, at) }",
        {"y": "[?, N]"},
        [{"N": 2, "k": 0}, {"N": 2, "k": 3}],
        {"at": lambda sizes: sizes["k"]},
    ),
    "optional": Probe(
        "g (float[N,4] x) => (float[] y, bool h) { o = Optional(x) y = OptionalGetElement(o) h ="
        " OptionalHasElement(o) }",
        {"y": "[N, 4]", "h": "[]"},
    ),
}


def wanted(text: str) -> list[str] | None:
    """The sizes of an expectation; None for an unknown rank."""
    text = text.removeprefix("~")
    if text == "...":
        return None
    parts, depth, start = [], 0, 0
    text = text[1:-1]
    for place, character in enumerate(text + ","):
        depth += (character == "(") - (character == ")")
        if character == "," and not depth:
            parts.append(text[start:place].strip())
            start = place + 1
    return [part for part in parts if part]


def runs(probe: Probe, model: ModelProto) -> list[dict[str, int]]:
    names = sorted(declared(model))
    drawn = [dict(zip(names, sizes)) for sizes in ([2, 3, 5, 7, 4], [1, 1, 1, 1, 1], [6, 4, 3, 2, 5], [3, 1, 2, 8, 1])]
    return probe.runs or drawn


def arrays(probe: Probe, model: ModelProto, sizes: dict[str, int]) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(len(model.graph.node))
    made = {}
    for value in inputs(model):
        type = value.type.tensor_type
        element = helper.tensor_dtype_to_np_dtype(type.elem_type)
        dims = [sizes[dim.dim_param] if dim.dim_param else dim.dim_value for dim in type.shape.dim]
        if value.name in probe.given:
            made[value.name] = np.asarray(probe.given[value.name](sizes), element).reshape(dims)
        elif type.elem_type == TensorProto.FLOAT:
            made[value.name] = rng.standard_normal(dims).astype(element)
        else:
            made[value.name] = rng.integers(0, 2, dims).astype(element)
    return made


@pytest.fixture(scope="module", params=PROBES)
def probed(request, tmp_path_factory) -> Iterator[tuple[Probe, ModelProto, Outcome, ModelProto]]:
    probe = PROBES[request.param]
    model = bare(sorted_nodes(probe.model()))
    outcome, inferred = infer(model, tmp_path_factory.mktemp("probe"))
    assert outcome.code == 0 and inferred is not None, outcome.err
    yield probe, model, outcome, inferred


def sorted_nodes(model: ModelProto) -> ModelProto:
    """The model with its constants first, so that the probes may be written in any order."""
    constants = [node for node in model.graph.node if node.op_type == "Constant"]
    others = [node for node in model.graph.node if node.op_type != "Constant"]
    del model.graph.node[:]
    model.graph.node.extend(constants + others)
    return model


def test_says_what_holds(probed):
    """Each size is an expression that has the expected value for all sizes; what may differ is not claimed."""
    probe, model, outcome, inferred = probed
    names = declared(model)
    known = types(inferred)
    for name, expectation in probe.expected.items():
        said = shape(known.get(("", name)), names)
        expected = wanted(expectation)
        told = f"{name} is {spelled(said)}, expected {expectation}; {outcome.err}"
        if expected is None:
            assert said is None, told
            continue
        if said is None:
            assert expectation.startswith("~"), told
            continue
        assert len(said) == len(expected), told
        for size, text in zip(said, expected):
            if text == "?":
                assert size is None, told
            elif size is None:
                assert expectation.startswith("~"), told
            else:
                for sizes in assignments(probe, model):
                    value = size if isinstance(size, int) else size.at(sizes)
                    assert value == parse(text, names).at(sizes), f"{told}, where {sizes}"


def assignments(probe: Probe, model: ModelProto) -> list[dict[str, int]]:
    """The sizes of the runs, and where those are not picked also others."""
    if probe.runs:
        return probe.runs
    names = sorted(declared(model))
    return [dict(zip(names, sizes)) for sizes in itertools.product([0, 1, 2, 3, 6, 9], repeat=len(names))]


def test_agrees_with_runs(probed):
    """Each value has the shape that ONNX Runtime gives it, and so has each expectation."""
    probe, model, _, inferred = probed
    known = types(inferred)
    for sizes in runs(probe, model):
        given = arrays(probe, model, sizes)
        truth = observed(model, known, given)
        assert not list(contradictions(inferred, truth, bound(model, given)))
        for name, expectation in probe.expected.items():
            expected = wanted(expectation)
            if expected is not None:
                parsed = [None if text == "?" else parse(text, declared(model)) for text in expected]
                assert agrees(
                    parsed, truth["", name], bound(model, given)
                ), f"{name}: {truth['', name]}, not {expectation}"


def test_no_graph_contradicts_itself(probed):
    """None of the graphs is wrong, so that nothing is said but which sizes must be equal, in strict mode neither."""
    _, _, outcome, _ = probed
    assert all(": hint[undetermined-" in line for line in outcome.err.splitlines()), outcome.err


def is_open(text: str) -> bool:
    return "?" in text or text == "..."


@pytest.mark.parametrize(
    "name", [name for name, probe in PROBES.items() if probe.runs and any(map(is_open, probe.expected.values()))]
)
def test_open_sizes_differ(name):
    """An expectation leaves a size open with a reason: the runs give it several sizes, or several ranks."""
    probe = PROBES[name]
    model = bare(sorted_nodes(probe.model()))
    shapes: dict[str, set[tuple]] = {}
    for sizes in probe.runs:
        truth = observed(model, {}, arrays(probe, model, sizes))
        for value in probe.expected:
            shapes.setdefault(value, set()).add(truth["", value])
    for value, text in probe.expected.items():
        assert not is_open(text) or len(shapes[value]) > 1, f"{value} is always {shapes[value]}"


# MARK: - What cannot run


def parsed(text: str, opset: int = 18) -> ModelProto:
    return onnx.parser.parse_model(HEADER.format(opset) + text)


def said(outcome: Outcome) -> list[tuple[str, str]]:
    return [(problem.severity, problem.identifier) for problem in problems(outcome)]


def shapes(model: ModelProto) -> dict[str, str]:
    return {name: spelled(shape(type, declared(model))) for (path, name), type in types(model).items() if not path}


def test_loop_without_a_round(tmp_path):
    """What is collected then has the sizes that the file has as numbers for the body's outputs."""
    model = parsed(
        "g (float[N,4] x) => (float[] y, float[] ys, float[] zs, float[] us) {"
        + size_of("s", "x", 0)
        + const("axes", 0)
        + "n = Squeeze(s, axes) y, ys, zs, us = Loop(n, , x) <body = b (int64 i, bool c, float[] v) => (bool d,"
        " float[] w, float[4] r, float[K,4] q, float u) { d = Identity(c) w = Relu(v) r = Gather(v, i)"
        " q = Identity(v) u = ReduceSum<keepdims=0>(v) }> }"
    )
    # The notation cannot say that the rank is unknown.
    output = model.graph.node[-1].attribute[0].g.output[1]
    output.type.tensor_type.ClearField("shape")
    for output in model.graph.output:
        output.type.tensor_type.ClearField("shape")
    _, inferred = infer(model, tmp_path)
    assert [shapes(inferred)[name] for name in ("y", "ys", "zs", "us")] == ["[N, 4]", "[N, 4]", "[N, ?, 4]", "[N]"]
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    for count in (0, 2):
        found = session.run(None, {"x": np.zeros([count, 4], np.float32)})
        assert [array.shape for array in found] == [(count, 4), (count, 4), (count, 0 if count == 0 else 2, 4), (count,)]


def test_unknown_operator(tmp_path):
    """An operator of a domain that nobody knows is said, once, and what comes after is inferred."""
    model = parsed(
        "g (float[N,4] x) => (float[] a, float[] b, float[] c, float[] d) {"
        + const("r", 2, 3)
        + "u = elsewhere.Op(x) a = Relu(x) b = Reshape(u, r) c = Add(u, x) d = Concat<axis=0>(a, a) }"
    )
    model.opset_import.add(domain="elsewhere", version=7)
    outcome, inferred = infer(model, tmp_path)
    assert outcome.code == 0
    assert said(outcome) == [("warning", "unknown-operator")], outcome.err
    assert "elsewhere.Op" in outcome.err
    known = shapes(inferred)
    assert (known["a"], known["b"], known["d"]) == ("[N, 4]", "[2, 3]", "[2*N, 4]")
    assert known.get("u", "of unknown rank") == known.get("c", "of unknown rank") == "of unknown rank"
    outcome, inferred = infer(model, tmp_path, "--strict")
    assert outcome.code == 0 and inferred is not None, "what mica does not know is no contradiction"


def test_unknown_operator_with_recorded_types(tmp_path):
    """What a file records of the results of an unknown operator is used."""
    model = parsed("g (float[N,4] x) => (float[] y) <float[N,8] u> { u = elsewhere.Op(x) y = Concat<axis=0>(u, u) }")
    model.opset_import.add(domain="elsewhere", version=7)
    _, inferred = infer(model, tmp_path)
    assert shapes(inferred)["y"] == "[2*N, 8]"


def test_names_that_only_values_have(tmp_path):
    """A size's name that no input declares means nothing: it is not carried to other values."""
    model = parsed("g (float[N,4] x) => (float[] y) <float[K,4] u> { u = elsewhere.Op(x) y = Concat<axis=0>(u, u) }")
    model.opset_import.add(domain="elsewhere", version=7)
    _, inferred = infer(model, tmp_path)
    assert shapes(inferred)["y"] == "[?, 4]"
    size = {(path, name): type for (path, name), type in types(inferred).items()}["", "y"].tensor_type.shape.dim[0]
    assert size.WhichOneof("value") is None


def contradicting(where: str) -> ModelProto:
    """A model whose output, or whose value in the middle, is declared with a false size."""
    output, value = ("float[2,N,4]", "") if where == "y" else ("float[]", "<float[N,5] u>")
    return parsed(
        f"g (float[N,4] x) => ({output} y, float[] z) {value} {{ u = Relu(x) y = Relu(u) z = Concat<axis=0>(u, u) }}"
    )


@pytest.mark.parametrize("where", ["y", "u"])
def test_contradiction(tmp_path, where):
    """A declared type that is false is reported with both facts; the rest is written. With --strict nothing is."""
    model = contradicting(where)
    outcome, inferred = infer(model, tmp_path)
    assert outcome.code == 0
    assert said(outcome) == [("warning", "recorded-type-mismatch")], outcome.err
    message = problems(outcome)[0].message
    assert f"`{where}`" in message and "[N, 4]" in message
    assert ("[2, N, 4]" if where == "y" else "[N, 5]") in message
    assert shapes(inferred)["z"] == "[2*N, 4]"
    (tmp_path / "strict").mkdir()
    outcome, inferred = infer(model, tmp_path / "strict", "--strict")
    assert outcome.code == 1 and inferred is None
    assert said(outcome) == [("error", "recorded-type-mismatch")], outcome.err
    assert [path.name for path in (tmp_path / "strict").iterdir()] == ["model.onnx"]


CONTRADICTIONS = {
    "broadcast": "a = Relu(x) y = Add(x, w)",
    "product": "a = Relu(x) y = MatMul(x, w)",
    "concat": "a = Relu(x) y = Concat<axis=1>(w, v)",
    "reshape": "a = Relu(x)" + const("r", 4, 5) + "y = Reshape(w, r)",
}


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_operator_contradiction(tmp_path, name):
    """Shapes that an operator cannot take are reported with the node; other values are inferred."""
    model = parsed(
        f"g (float[N,4] x, float[3,3] w, float[2,3] v) => (float[] a, float[] y) {{ {CONTRADICTIONS[name]} }}"
    )
    outcome, inferred = infer(model, tmp_path)
    assert outcome.code == 0
    assert [severity for severity, _ in said(outcome)] == ["warning"], outcome.err
    assert "`y`" in problems(outcome)[0].message
    assert shapes(inferred)["a"] == "[N, 4]"
    outcome, inferred = infer(model, tmp_path, "--strict")
    assert outcome.code == 1 and inferred is None


def test_default_of_an_input(tmp_path):
    """An initializer that an input has as its default may be another in a run: nothing depends on its elements."""
    model = parsed(
        "g (float[N,4] x) => (float[] y, int64[] z) <int64[2] r = {-1, 2}> { y = Reshape(x, r) z = Concat<axis=0>(r,"
        " r) }"
    )
    model.graph.input.append(helper.make_tensor_value_info("r", TensorProto.INT64, [2]))
    assert [tensor.name for tensor in model.graph.initializer] == ["r"]
    _, inferred = infer(bare(model), tmp_path)
    assert shapes(inferred)["y"] == "[?, ?]" and shapes(inferred)["z"] == "[4]"
    x = np.zeros([3, 4], np.float32)
    for given, actual in (({}, (6, 2)), ({"r": np.array([1, 12])}, (1, 12))):
        session = onnxruntime.InferenceSession(bare(model).SerializeToString(), providers=["CPUExecutionProvider"])
        assert session.run(["y"], {"x": x, **given})[0].shape == actual


def test_function_of_another_operator_set(tmp_path):
    """A function's nodes mean what its own operator sets say, not the model's."""
    model = parsed(
        "g (float[N,4] x) => (float[] y, float[] z) { y = probe.Sum(x) z = ReduceSum<keepdims=0>(x) }"
        '<domain: "probe", opset_import: ["" : 11]> Sum (a) => (b) { b = ReduceSum<axes=[1], keepdims=0>(a) }'
    )
    _, inferred = infer(model, tmp_path)
    assert (shapes(inferred)["y"], shapes(inferred)["z"]) == ("[N]", "[]")


def test_attribute_default_of_a_function(tmp_path):
    """A call that gives no attribute has the function's default."""
    model = parsed(
        'g (float[N,4] x) => (float[] y, float[] z) { y = probe.Join(x) z = probe.Join<along=0>(x) }<domain: "probe",'
        ' opset_import: ["" : 18]> Join <along: int = 1> (a) => (b) { b = Concat<axis: int = @along>(a, a) }'
    )
    _, inferred = infer(model, tmp_path)
    assert (shapes(inferred)["y"], shapes(inferred)["z"]) == ("[N, 8]", "[2*N, 4]")


def test_sequence_types(tmp_path):
    """Values that are no tensors have their types written too."""
    model = parsed(
        "g (float[N,4] x) => (float[] y) { s = SequenceConstruct(x, x) e = SequenceEmpty<dtype=7>() o = Optional(s)"
        " t = OptionalGetElement(o) zero = Constant<value_int=0>() y = SequenceAt(t, zero) }"
    )
    _, inferred = infer(model, tmp_path)
    known = types(inferred)
    element = known["", "s"].sequence_type.elem_type
    assert element.tensor_type.elem_type == TensorProto.FLOAT
    assert spelled(shape(element, {"N"})) == "[N, 4]"
    assert known["", "e"].sequence_type.elem_type.tensor_type.elem_type == TensorProto.INT64
    assert known["", "o"].optional_type.elem_type.HasField("sequence_type")
    assert shapes(inferred)["y"] == "[N, 4]"


def test_twice_is_once(tmp_path):
    """What mica has inferred is taken as it is when it is inferred again."""
    for name, probe in PROBES.items():
        if name in ("loop over a size", "loop that may not start"):
            continue  # The types that are written for the body count in a run without rounds.
        first, inferred = infer(probe.model(), tmp_path, name="first")
        again, twice = infer(inferred, tmp_path, name="second")
        assert said(first) == said(again), name
        left, right = normal(inferred, ""), normal(twice, "")
        assert left == right, f"{name}: {first_difference(left, right)}"


def test_names_that_are_no_identifiers(tmp_path):
    """Any name that a file has for a size can be read back from what mica writes."""
    names = ["batch size", "p2o.Dynamic.0", "a`b", "N-1", "{x}", "a\\b", "größe", "if", "f32", "2*K"]
    for name in names:
        graph = helper.make_graph(
            [helper.make_node("Concat", ["x", "x"], ["y"], axis=0), helper.make_node("Relu", ["x"], ["z"])],
            "g",
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, [name, 4])],
            [helper.make_tensor_value_info(output, TensorProto.FLOAT, None) for output in "yz"],
        )
        outcome, inferred = infer(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)]), tmp_path)
        assert (outcome.code, outcome.err) == (0, ""), name
        assert inferred.graph.input[0].type.tensor_type.shape.dim[0].dim_param == name
        known = types(inferred)
        for output, factor in (("y", 2), ("z", 1)):
            text = known["", output].tensor_type.shape.dim[0].dim_param
            size = parse(text, {name})
            bindings = {name: 6, "K": 3} if name == "2*K" else {name: 5, "N": 6}
            assert size.at(bindings) == factor * bindings[name], f"{name}: {text}"


def test_expectations(tmp_path):
    """The tests themselves: a false expectation fails."""
    assert wanted("[N, max(S - 1, 0)]") == ["N", "max(S - 1, 0)"]
    assert wanted("...") is None and wanted("[]") == []
    assert not agrees([parse("N + 1")], (2,), {"N": 2})
    assert not agrees([3], (3, 1), {}) and agrees([None, 1], (3, 1), {})
    assert parse("ceil((H + 1)/2)*`a b` - -H/2 + H**2 % 5").at({"H": 4, "a b": 10}) == 33
    assert isinstance(tmp_path, Path) and problems(Outcome(1, "", "a.onnx: error[x-y]: z")) == [
        Problem("a.onnx", "error", "x-y", "z")
    ]
