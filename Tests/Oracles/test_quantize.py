"""mica quantize beside ONNX Runtime's own quantizers: what runs, how large it is, and how far the results are."""

import json
import os
import random
import signal
import subprocess
import time
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.matmul_nbits_quantizer import DefaultWeightOnlyQuantConfig, MatMulNBitsQuantizer

from command import ROOT, mica, succeed
from quantization import PUBLISHED, decibels, hoisted, results
from transformer import transformer


@pytest.mark.parametrize("per_channel", [False, True], ids=["tensor", "channel"])
@pytest.mark.parametrize("name", PUBLISHED)
def test_dynamic(name, per_channel, models, tmp_path):
    """Loads, runs, is small, and is no further from the model than ONNX Runtime's tool with the same options."""
    published = PUBLISHED[name]
    source = models / published.path
    ours, theirs = tmp_path / "ours.onnx", tmp_path / "theirs.onnx"
    succeed("quantize", source, ours, *["--per-channel"][: int(per_channel)])
    assert ours.stat().st_size <= published.ratio * source.stat().st_size
    quantize_dynamic(
        hoisted(source, tmp_path / "hoisted.onnx"), theirs, weight_type=QuantType.QInt8, per_channel=per_channel
    )
    wanted = results(source, published, models)
    found = decibels(wanted, results(ours, published, models))
    baseline = decibels(wanted, results(theirs, published, models))
    print(f"{name}: {found:.2f} dB, ONNX Runtime's tool {baseline:.2f} dB")
    if baseline >= 10:
        assert found >= baseline - 0.3


@pytest.mark.parametrize("name", PUBLISHED)
def test_half(name, models, tmp_path):
    published = PUBLISHED[name]
    source, target = models / published.path, tmp_path / "half.onnx"
    succeed("quantize", source, target, "--type", "f16")
    assert target.stat().st_size <= 0.51 * source.stat().st_size
    found = decibels(results(source, published, models), results(target, published, models))
    print(f"{name}: {found:.2f} dB")
    assert found >= published.half


# MARK: 4 bits


def products(weights: dict[str, np.ndarray]) -> onnx.ModelProto:
    """A MatMul for each matrix."""
    graph = helper.make_graph(
        [helper.make_node("MatMul", [f"x_{name}", f"w_{name}"], [f"y_{name}"], name) for name in weights],
        "products",
        [helper.make_tensor_value_info(f"x_{n}", TensorProto.FLOAT, [2, w.shape[0]]) for n, w in weights.items()],
        [helper.make_tensor_value_info(f"y_{n}", TensorProto.FLOAT, [2, w.shape[1]]) for n, w in weights.items()],
        [numpy_helper.from_array(weight, f"w_{name}") for name, weight in weights.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def matrices(seed: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    normal = rng.standard_normal((256, 48)).astype(np.float32)
    zeros = normal.copy()
    zeros[:128, :24] = 0
    return {
        "normal": normal,
        "ties": (rng.integers(-16, 17, (256, 64)) / 2).astype(np.float32),
        "zeros": zeros,
        "positive": np.abs(normal[:130]),
        "tiny": normal[:64] * np.float32(1e-39),
        **{f"ragged{k}": rng.standard_normal((k, 21)).astype(np.float32) for k in (1, 17, 33, 65, 203)},
    }


def blocks(model: onnx.ModelProto) -> dict[str, list[np.ndarray]]:
    """What every MatMulNBits takes beside its input, by its result."""
    stored = {one.name: numpy_helper.to_array(one) for one in model.graph.initializer}
    nodes = [node for node in model.graph.node if node.op_type == "MatMulNBits"]
    return {node.output[0]: [stored[name] for name in node.input[1:] if name] for node in nodes}


def compare_blocks(source: Path, bits: int, symmetric: bool, size: int, tmp_path: Path) -> int:
    """Holds every code, scale and zero point to ONNX Runtime's quantizer; returns how many matrices there were."""
    kind = ("" if symmetric else "u") + f"int{bits}"
    target = tmp_path / "blocks.onnx"
    succeed("quantize", source, target, "--scheme", "weights", "--type", kind, "--block", size, "--form", "matmulnbits")
    onnxruntime.InferenceSession(target, providers=["CPUExecutionProvider"])
    config = DefaultWeightOnlyQuantConfig(block_size=size, is_symmetric=symmetric, bits=bits)
    quantizer = MatMulNBitsQuantizer(onnx.load(source), algo_config=config)
    quantizer.process()
    wanted, found = blocks(quantizer.model.model), blocks(onnx.load(target))
    model = onnx.load(source)
    sizes = {one.name: numpy_helper.to_array(one).nbytes for one in model.graph.initializer}
    before = {node.output[0]: sizes.get(node.input[1], 0) for node in model.graph.node if node.op_type == "MatMul"}
    for name, tensors in wanted.items():
        if name not in found:
            assert sum(one.nbytes for one in tensors) >= before[name], f"{name} would get smaller"
        for one, other in zip(tensors, found.get(name, tensors), strict=True):
            assert one.shape == other.shape and one.tobytes() == other.tobytes(), (name, kind, size)
    return len(found)


@pytest.mark.parametrize("symmetric", [True, False], ids=["symmetric", "asymmetric"])
@pytest.mark.parametrize("bits", [4, 8])
def test_blocks_are_byte_equal(bits, symmetric, seed, models, tmp_path):
    source = tmp_path / "products.onnx"
    onnx.save(products(matrices(seed)), source)
    for size in (16, 32, 64, 128):
        assert compare_blocks(source, bits, symmetric, size, tmp_path) >= 6
    if bits == 4:
        for name in ("paraphrase_minilm_l3", "ppocrv4_rec"):
            hoisted(models / PUBLISHED[name].path, tmp_path / "model.onnx")
            assert compare_blocks(tmp_path / "model.onnx", 4, symmetric, 128, tmp_path) >= 9


@pytest.mark.parametrize("symmetric", [True, False], ids=["symmetric", "asymmetric"])
def test_blocks_of_a_transformer_are_byte_equal(symmetric, seed, tmp_path):
    onnx.save(transformer(layers=4, hidden=128, seed=seed % 1000), tmp_path / "transformer.onnx")
    for size in (32, 128):
        assert compare_blocks(tmp_path / "transformer.onnx", 4, symmetric, size, tmp_path) >= 24


def test_half_quadratic(seed, tmp_path):
    """Zero points that are no integers: at least 0.4 dB on every matrix; DequantizeLinear is refused."""
    source = tmp_path / "products.onnx"
    weights = {name: one for name, one in matrices(seed).items() if one.shape[0] >= 33 and name != "tiny"}
    onnx.save(products(weights), source)
    nearest, fitted = (
        {
            layer["name"]: layer["weights"][0]["sqnr"]
            for layer in json.loads(
                succeed("quantize", source, "--dry-run", "--json", "--type", "uint4", "--method", method).out
            )["layers"]
        }
        for method in ("minmax", "hqq")
    )
    assert nearest.keys() == weights.keys()
    for name, before in nearest.items():
        assert fitted[name] >= before + 0.4, (name, before, fitted[name])
    succeed("quantize", source, tmp_path / "hqq.onnx", "--type", "uint4", "--method", "hqq")
    session = onnxruntime.InferenceSession(tmp_path / "hqq.onnx", providers=["CPUExecutionProvider"])
    rng = np.random.default_rng(seed)
    feeds = {f"x_{n}": rng.standard_normal((2, w.shape[0])).astype(np.float32) for n, w in weights.items()}
    for (name, weight), found in zip(weights.items(), session.run(None, feeds), strict=True):
        wanted = feeds[f"x_{name}"] @ weight
        assert decibels([wanted], [found]) > fitted[name] - 6
    refused = mica("quantize", source, tmp_path / "no.onnx", "--type", "uint4", "--method", "hqq", "--form", "qdq")
    assert refused.code == 1 and "HQQ" in refused.err


# MARK: Where weights are, and what they are


def run(model: onnx.ModelProto | Path, feeds: dict[str, np.ndarray]) -> list[np.ndarray]:
    content = str(model) if isinstance(model, Path) else model.SerializeToString()
    return onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"]).run(None, feeds)


def layers(*options: object) -> dict[str, dict]:
    report = json.loads(succeed("quantize", "--dry-run", "--json", *options).out)
    return {layer["name"]: layer for layer in report["layers"]}


@pytest.mark.parametrize("opset", [11, 13, 17, 21])
@pytest.mark.parametrize("options", [[], ["--per-channel"], ["--type", "uint8", "--per-channel"],
                                     ["--scheme", "weights"], ["--scheme", "weights", "--type", "uint8", "--per-channel"],
                                     ["--scheme", "weights", "--type", "int4"]], ids=" ".join)  # fmt: skip
def test_forms(opset, options, tmp_path):
    """One table behind a Gather and, transposed, before a product; Gemm of all kinds; a ConvTranspose; a GRU."""
    rng = np.random.default_rng(opset)
    table, square = rng.standard_normal((40, 24)), rng.standard_normal((24, 24))
    kernel = rng.standard_normal((6, 8, 3))
    weights = {
        "table": table, "square": square, "flat": rng.standard_normal(24 * 40), "kernel": kernel,
        "bias": rng.standard_normal(24), "w": rng.standard_normal((1, 48, 24)), "r": rng.standard_normal((1, 48, 16)),
    }  # fmt: skip
    attributes = {"perm": [1, 0]}
    nodes = [
        helper.make_node("Gather", ["table", "ids"], ["rows"]),
        helper.make_node("Transpose", ["table"], ["columns"], **attributes),
        helper.make_node("MatMul", ["rows", "columns"], ["scores"]),
        helper.make_node("Reshape", ["flat", "sizes"], ["matrix"]),
        helper.make_node("Identity", ["matrix"], ["same"]),
        helper.make_node("MatMul", ["rows", "same"], ["second"]),
        helper.make_node("Gemm", ["rows", "square", "bias"], ["third"], transB=1, alpha=0.5, beta=2.0),
        helper.make_node("Gemm", ["rows", "square"], ["fourth"]),
        helper.make_node("Gemm", ["square", "square", "bias"], ["fifth"], transA=1),
        helper.make_node("ConvTranspose", ["signal", "kernel"], ["sixth"]),
        helper.make_node("GRU", ["steps", "w", "r"], ["seventh"], hidden_size=16),
    ]
    ranks = {"scores": 2, "second": 2, "third": 2, "fourth": 2, "fifth": 2, "sixth": 3, "seventh": 4}
    stored = [numpy_helper.from_array(value.astype(np.float32), name) for name, value in weights.items()]
    graph = helper.make_graph(
        nodes,
        "forms",
        [
            helper.make_tensor_value_info("ids", TensorProto.INT64, [5]),
            helper.make_tensor_value_info("signal", TensorProto.FLOAT, [1, 6, 10]),
            helper.make_tensor_value_info("steps", TensorProto.FLOAT, [4, 1, 24]),
        ],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, [None] * rank) for name, rank in ranks.items()],
        [*stored, numpy_helper.from_array(np.array([24, 40]), "sizes")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8 if opset < 21 else 10)
    source, target = tmp_path / "forms.onnx", tmp_path / "quantized.onnx"
    onnx.save(model, source)
    succeed("quantize", source, target, *options)
    onnx.checker.check_model(target)
    quantized = onnx.load(target)
    floats = {one.name for one in quantized.graph.initializer if one.data_type == TensorProto.FLOAT}
    changed = {name for name, layer in layers(source, *options).items() if "becomes" in layer}
    assert len(changed) >= (4 if "int4" in options else 8)
    if "int4" not in options:
        assert not floats & {"table", "square", "flat", "kernel", "w", "r"}
    feeds = {
        "ids": np.array([0, 3, 9, 39, 20]),
        "signal": rng.standard_normal((1, 6, 10)).astype(np.float32),
        "steps": rng.standard_normal((4, 1, 24)).astype(np.float32),
    }
    least = 8 if "int4" in options else 25
    for name, wanted, found in zip(ranks, run(source, feeds), run(target, feeds), strict=True):
        assert decibels([wanted], [found]) > least, name


def test_tensors_that_are_not_finite_stay(tmp_path):
    weights = {"good": np.ones((64, 64), np.float32), "bad": np.ones((64, 64), np.float32)}
    weights["bad"][3, 5] = -np.inf
    source = tmp_path / "products.onnx"
    onnx.save(products(weights), source)
    for options in ([], ["--per-channel"], ["--scheme", "weights"], ["--type", "uint4"], ["--type", "uint4", "--method", "hqq"]):
        found = layers(source, *options)
        assert "becomes" in found["good"], options
        assert "not finite" in found["bad"]["stays"] and "w_bad" in found["bad"]["stays"], options


def test_halves_do_not_overflow(tmp_path):
    weights = {"good": np.ones((64, 64), np.float32), "bad": np.ones((64, 64), np.float32)}
    weights["bad"][3, 5] = 1e6
    source, target = tmp_path / "products.onnx", tmp_path / "half.onnx"
    onnx.save(products(weights), source)
    report = json.loads(succeed("quantize", source, target, "--type", "f16", "--json").out)
    found = {layer["name"]: layer for layer in report["layers"]}
    assert "becomes" in found["good"] and "w_bad" in found["bad"]["stays"]
    feeds = {f"x_{name}": np.full((2, 64), 0.01, np.float32) for name in weights}
    for wanted, got in zip(run(source, feeds), run(target, feeds), strict=True):
        np.testing.assert_allclose(got, wanted, rtol=2e-3)


@pytest.mark.parametrize("options", [[], ["--per-channel"]], ids=["tensor", "channel"])
def test_eight_bit_floats(options, seed, tmp_path):
    """The codes are those of the onnx package's QuantizeLinear with the same scales."""
    weights = {"a": np.random.default_rng(seed).standard_normal((40, 24)).astype(np.float32)}
    model = products(weights)
    model.opset_import[0].version = 19
    model.ir_version = 9
    source, target = tmp_path / "products.onnx", tmp_path / "floats.onnx"
    onnx.save(model, source)
    succeed("quantize", source, target, "--type", "f8e4m3fn", *options)
    onnx.checker.check_model(target, full_check=True)
    stored = {one.name: one for one in onnx.load(target).graph.initializer}
    scale = numpy_helper.to_array(stored["w_a_scale"])
    np.testing.assert_allclose(scale, np.abs(weights["a"]).max(axis=0 if options else None) / 448, rtol=1e-6)
    quantize = helper.make_node("QuantizeLinear", ["x", "s", "z"], ["y"], axis=1)
    graph = helper.make_graph(
        [quantize],
        "quantize",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, weights["a"].shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT8E4M3FN, weights["a"].shape)],
        [numpy_helper.from_array(scale, "s"),
         helper.make_tensor("z", TensorProto.FLOAT8E4M3FN, scale.shape, b"\0" * scale.size, raw=True)],
    )  # fmt: skip
    wanted = ReferenceEvaluator(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 19)])).run(None, {"x": weights["a"]})[0]
    assert wanted.tobytes() == stored["w_a_q"].raw_data
    feeds = {"x_a": np.ones((2, 40), np.float32)}
    assert decibels(run(source, feeds), run(target, feeds)) > 20


def test_standard_deviations(tmp_path):
    """--method sigma leaves outliers outside of the codes."""
    weights = {"a": np.random.default_rng(1).standard_normal((64, 64)).astype(np.float32)}
    weights["a"][0, 0] = 1000
    source, target = tmp_path / "products.onnx", tmp_path / "sigma.onnx"
    onnx.save(products(weights), source)
    succeed("quantize", source, target, "--scheme", "weights", "--method", "sigma", "--deviations", "2")
    scale = next(one for one in onnx.load(target).graph.initializer if one.name == "w_a_scale")
    mean, deviation = weights["a"].astype(np.float64).mean(), weights["a"].astype(np.float64).std()
    np.testing.assert_allclose(numpy_helper.to_array(scale), (mean + 2 * deviation) / 127, rtol=1e-5)


@pytest.mark.parametrize("options", [[], ["--per-channel"], ["--type", "uint8"]], ids=" ".join)
def test_attention(options, seed, tmp_path):
    rng = np.random.default_rng(seed)
    weight, bias = rng.standard_normal((32, 96)) / 6, rng.standard_normal(96) / 6
    graph = helper.make_graph(
        [helper.make_node("Attention", ["x", "w", "b"], ["y"], domain="com.microsoft", num_heads=4)],
        "attention",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 6, 32])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 6, 32])],
        [numpy_helper.from_array(weight.astype(np.float32), "w"), numpy_helper.from_array(bias.astype(np.float32), "b")],
    )
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
    source, target = tmp_path / "attention.onnx", tmp_path / "quantized.onnx"
    onnx.save(helper.make_model(graph, opset_imports=opsets, ir_version=8), source)
    succeed("quantize", source, target, *options)
    assert [node.op_type for node in onnx.load(target).graph.node] == ["DynamicQuantizeLinear", "QAttention"]
    feeds = {"x": rng.standard_normal((1, 6, 32)).astype(np.float32)}
    assert decibels(run(source, feeds), run(target, feeds)) > 25


@pytest.mark.parametrize("options", [["--type", "f16"], ["--per-channel"], ["--type", "int4"]], ids=" ".join)
def test_files_are_the_same_again(options, tmp_path):
    """The same call gives the same file: nothing in it depends on the order of a hash table."""
    source = tmp_path / "products.onnx"
    onnx.save(products(matrices(3)), source)
    files = set()
    for _ in range(6):
        succeed("quantize", source, tmp_path / "out.onnx", *options)
        files.add((tmp_path / "out.onnx").read_bytes())
    assert len(files) == 1


@pytest.mark.parametrize("options", [[], ["--per-channel"], ["--type", "int4", "--block", "32", "--form", "qdq"]], ids=" ".join)
def test_weights_of_branches(options, tmp_path):
    """A tensor that both branches of an If take from the graph around them, one of them transposed."""
    rng = np.random.default_rng(5)
    infos = {name: helper.make_tensor_value_info(name, TensorProto.FLOAT, ["N", 64]) for name in ("x", "y", "a", "b")}
    straight = helper.make_graph([helper.make_node("MatMul", ["x", "w"], ["a"], "straight")], "then", [], [infos["a"]])
    turned = helper.make_graph(
        [helper.make_node("Transpose", ["w"], ["v"], perm=[1, 0]), helper.make_node("MatMul", ["x", "v"], ["b"], "turned")],
        "else", [], [infos["b"]],
    )
    graph = helper.make_graph(
        [helper.make_node("If", ["c"], ["y"], then_branch=straight, else_branch=turned)], "branches",
        [infos["x"], helper.make_tensor_value_info("c", TensorProto.BOOL, [])], [infos["y"]],
        [numpy_helper.from_array(rng.standard_normal((64, 64)).astype(np.float32), "w")],
    )
    source, target = tmp_path / "branches.onnx", tmp_path / "quantized.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10), source)
    succeed("quantize", source, target, "--scheme", "weights", *options)
    assert target.stat().st_size < 0.4 * source.stat().st_size
    x = rng.standard_normal((3, 64)).astype(np.float32)
    for taken in (True, False):
        feeds = {"x": x, "c": np.array(taken)}
        assert decibels(run(source, feeds), run(target, feeds)) > (15 if "int4" in options else 35)


def test_names_that_no_layer_has(tmp_path):
    onnx.save(products({"a": np.eye(64, dtype=np.float32)}), tmp_path / "in.onnx")
    report = succeed("quantize", "--dry-run", tmp_path / "in.onnx", "--skip", "other", "--skip", "a").out
    assert "no layer and no weight is called `other`" in report and "called `a`" not in report


def test_what_cannot_be_is_said(tmp_path):
    source = tmp_path / "products.onnx"
    model = products({"a": np.ones((64, 64), np.float32)})
    model.opset_import[0].version = 9
    onnx.save(model, source)
    old = mica("quantize", source, tmp_path / "out.onnx")
    assert old.code == 1 and "DynamicQuantizeLinear is in ONNX from 11 on" in old.err
    for options in (["--type", "string"], ["--type", "int3"], ["--block", "24"], ["--scheme", "statik"], ["--type", "int4", "--form", "qdq"]):
        assert mica("quantize", source, tmp_path / "out.onnx", *options).code in (1, 2), options
    assert mica("quantize", source).code == 2
    assert mica("quantize", tmp_path / "none.onnx", tmp_path / "out.onnx").code == 1
    assert not (tmp_path / "out.onnx").exists()


def test_a_text_is_quantized(tmp_path):
    """A Mica text with a weights file of its own."""
    succeed("convert", "--random-weights", ROOT / "Examples/lenet.mica", tmp_path / "lenet.onnx")
    succeed("convert", tmp_path / "lenet.onnx", tmp_path / "lenet.mica")
    succeed("quantize", tmp_path / "lenet.mica", tmp_path / "from_text.onnx")
    succeed("quantize", tmp_path / "lenet.onnx", tmp_path / "from_file.onnx")
    feeds = {"image": np.random.default_rng(0).standard_normal((2, 1, 28, 28)).astype(np.float32)}
    for one, other in zip(run(tmp_path / "from_text.onnx", feeds), run(tmp_path / "from_file.onnx", feeds), strict=True):
        np.testing.assert_array_equal(one, other)


def test_killed_at_any_moment(seed, models, tmp_path):
    """The old file or the whole new one, never a part of it."""
    source, target = models / PUBLISHED["ddddocr_common"].path, tmp_path / "out.onnx"
    old = b"what was there before"
    started = time.monotonic()
    succeed("quantize", source, target)
    seconds = time.monotonic() - started
    new = target.read_bytes()
    binary = os.environ.get("MICA_BINARY", str(ROOT / ".build/release/mica"))
    moments = random.Random(seed)
    seen = set()
    for _ in range(50):
        target.write_bytes(old)
        process = subprocess.Popen([binary, "quantize", source, target], stdout=subprocess.DEVNULL)
        time.sleep(moments.uniform(0, 1.1 * seconds))
        process.send_signal(signal.SIGKILL)
        process.wait()
        content = target.read_bytes()
        assert content in (old, new)
        seen.add(content == new)
        for rest in tmp_path.glob(".out.onnx.mica-*"):
            rest.unlink()
    assert False in seen
