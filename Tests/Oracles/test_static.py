"""mica quantize --scheme static: published models beside ONNX Runtime's tool, on the same samples; forms, and bad calls."""

import json
import os
import subprocess
import time
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, quantize_static

from command import ROOT, mica, succeed
from quantization import PUBLISHED, decibels, hoisted, results

STATIC = ["ddddocr_det", "ddddocr_common", "ppocrv4_rec", "paraphrase_minilm_l3"]


class Reader(CalibrationDataReader):
    def __init__(self, feeds):
        self.feeds = iter(feeds)

    def get_next(self):
        return next(self.feeds, None)


def saved(feeds, folder: Path) -> Path:
    """The samples as files."""
    folder.mkdir()
    for index, sample in enumerate(feeds):
        np.savez(folder / f"{index}.npz", **sample)
    return folder


def valid(path: Path, source: Path) -> onnx.ModelProto:
    """The model at `path`, which the checker passes and whose own operator set is that of `source`."""
    onnx.checker.check_model(str(path))
    model = onnx.load(path)
    before = {one.domain: one.version for one in onnx.load(source, load_external_data=False).opset_import}
    after = {one.domain: one.version for one in model.opset_import}
    assert before.items() <= after.items() and set(after) - set(before) <= {"com.microsoft"}
    if after[""] < 13:
        for node in model.graph.node:
            if node.domain == "" and node.op_type in ("QuantizeLinear", "DequantizeLinear"):
                assert not node.attribute, "an axis before operator set 13"
    return model


@pytest.mark.parametrize("name", STATIC)
def test_published(name, models, tmp_path):
    """At least 3 dB above ONNX Runtime's tool with its defaults, and 20 dB with as few layers left as are found."""
    published = PUBLISHED[name]
    source = models / published.path
    data = saved(published.inputs(models), tmp_path / "data")
    copy = hoisted(source, tmp_path / "hoisted.onnx")
    quantize_static(copy, tmp_path / "theirs.onnx", Reader(published.inputs(models)), quant_format=QuantFormat.QDQ)
    wanted = results(source, published, models)
    theirs = decibels(wanted, results(tmp_path / "theirs.onnx", published, models))
    options = ["--scheme", "static", "--per-channel", "--calibration", data, "--json"]
    report = json.loads(succeed("quantize", source, tmp_path / "ours.onnx", *options).out)
    valid(tmp_path / "ours.onnx", source)
    ours = decibels(wanted, results(tmp_path / "ours.onnx", published, models))
    print(f"{name}: {theirs:.2f} dB by ONNX Runtime's tool, {ours:.2f} dB", flush=True)
    assert ours >= theirs + 3
    assert report["results"]["outputs"][0]["sqnr"] == pytest.approx(ours, abs=0.5)

    report = json.loads(succeed("quantize", source, tmp_path / "goal.onnx", *options, "--min-sqnr", 20).out)
    valid(tmp_path / "goal.onnx", source)
    reached = decibels(wanted, results(tmp_path / "goal.onnx", published, models))
    left = [layer["name"] for layer in report["layers"] if "too far off" in layer.get("stays", "")]
    changed = [layer for layer in report["layers"] if "becomes" in layer]
    print(f"{name}: {reached:.2f} dB with {len(left)} of {len(left) + len(changed)} layers left: {', '.join(left)}")
    assert reached >= 19.9 and changed
    assert all(row["sqnr"] is None or row["sqnr"] >= 20 for row in report["results"]["outputs"])
    assert all("alone" in layer for layer in changed)

    skipped = [option for name in left for option in ("--skip", name)]
    succeed("quantize", source, tmp_path / "skipped.onnx", *options, *skipped)
    assert (tmp_path / "skipped.onnx").read_bytes() == (tmp_path / "goal.onnx").read_bytes()


# MARK: - Small models


def layers(opset: int, rng: np.random.Generator) -> onnx.ModelProto:
    """A Conv with a Relu behind it, a pool, a Gemm and a MatMul, with biases."""

    def stored(name: str, *shape: int, scale: float = 1) -> TensorProto:
        channels = rng.uniform(0.1, 4, (shape[0],) + (1,) * (len(shape) - 1))
        return numpy_helper.from_array((scale * channels * rng.standard_normal(shape)).astype(np.float32), name)

    nodes = [
        helper.make_node("Conv", ["x", "k", "kb"], ["c"], pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["c"], ["r"]),
        helper.make_node("MaxPool", ["r"], ["p"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Conv", ["p", "d"], ["e"], group=8),
        helper.make_node("Flatten", ["e"], ["f"], axis=1),
        helper.make_node("Gemm", ["f", "g", "gb"], ["h"], transB=1),
        helper.make_node("Tanh", ["h"], ["t"]),
        helper.make_node("MatMul", ["t", "m"], ["y"]),
    ]
    tensors = [
        stored("k", 8, 3, 3, 3, scale=0.2), stored("kb", 8), stored("d", 8, 1, 2, 2), stored("g", 32, 72, scale=0.02),
        stored("gb", 32, scale=0.1), stored("m", 32, 16),
    ]
    graph = helper.make_graph(
        nodes, "layers", [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", 3, 8, 8])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["N", 16])], tensors,
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)


@pytest.fixture
def network(tmp_path: Path) -> Path:
    onnx.save(layers(13, np.random.default_rng(2)), tmp_path / "network.onnx")
    return tmp_path / "network.onnx"


def fused(path: Path, folder: Path) -> list[str]:
    """The operators that ONNX Runtime runs a model with."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(folder / "optimized.onnx")
    options.log_severity_level = 3
    onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    return [node.op_type for node in onnx.load(folder / "optimized.onnx").graph.node]


@pytest.mark.parametrize("element", ["int8", "uint8"])
@pytest.mark.parametrize("channel", [[], ["--per-channel"]], ids=["tensor", "channel"])
@pytest.mark.parametrize("opset", [11, 12, 13, 17, 21])
def test_forms(opset, channel, element, tmp_path):
    """Valid at the model's own operator set, near to the model, and run in integers by ONNX Runtime."""
    source, target = tmp_path / "source.onnx", tmp_path / "target.onnx"
    onnx.save(layers(opset, np.random.default_rng(1)), source)
    options = ["--scheme", "static", "--type", element, *channel, "--samples", 6, "--bind", "N=4", "--json"]
    report = json.loads(succeed("quantize", source, target, *options).out)
    valid(target, source)
    assert [layer["becomes"] for layer in report["layers"]] == ["QDQ"] * 4
    assert report["results"]["outputs"][0]["sqnr"] > (20 if channel else 15)
    operators = fused(target, tmp_path)
    assert operators.count("QLinearConv") == 2 and "Relu" not in operators and "Conv" not in operators
    assert {"QGemm", "QLinearMatMul", "MatMulIntegerToFloat"} & set(operators) and "Gemm" not in operators


@pytest.mark.parametrize(
    "method,least", [("minmax", 20), ("percentile", 20), ("entropy", 15), ("mse", 20), ("sigma", 8)]
)
def test_methods(method, least, network, tmp_path):
    """Every method serves; three standard deviations cut away much of what a Relu leaves."""
    rng = np.random.default_rng(7)
    samples = [{"x": rng.standard_normal((4, 3, 8, 8)).astype(np.float32)} for _ in range(8)]
    options = ["--scheme", "static", "--per-channel", "--calibration", saved(samples, tmp_path / "data"), "--json"]
    report = json.loads(succeed("quantize", network, tmp_path / "out.onnx", *options, "--method", method).out)
    assert report["results"]["outputs"][0]["sqnr"] > least


@pytest.mark.parametrize("name", [*STATIC, "ppocrv4_det"])
def test_what_stays_in_floats_is_foretold(name, models, tmp_path):
    """Layers that ONNX Runtime runs in floating point are those that the plan leaves, or says to have no integer kernel."""
    published = PUBLISHED[name]
    source = models / published.path
    first = next(iter(published.inputs(models)))
    data = saved([first], tmp_path / "data")
    options = ["--scheme", "static", "--per-channel", "--calibration", data, "--json"]
    report = json.loads(succeed("quantize", source, tmp_path / "out.onnx", *options).out)
    fused(tmp_path / "out.onnx", tmp_path)
    model = onnx.load(tmp_path / "optimized.onnx")
    stored = {one.name for one in model.graph.initializer}
    made = {node.output[0] for node in model.graph.node if node.op_type == "DequantizeLinear" and node.input[0] in stored}
    kinds = ("Conv", "ConvTranspose", "Gemm", "MatMul", "FusedConv", "FusedGemm", "FusedMatMul", "LSTM", "GRU")
    floats = [node for node in model.graph.node if node.op_type in kinds and {*node.input[:2]} & (stored | made)]
    foretold = [one["name"] for one in report["layers"] if "stays" in one or "no integer kernel" in one.get("speed", "")]
    foretold = [name for name in foretold if not is_computed(report, name)]
    integers = [one for one in report["layers"] if "becomes" in one and "no integer kernel" not in one.get("speed", "")]
    print(f"{name}: {len(integers)} layers in integers, {len(floats)} in floating point, {len(foretold)} foretold")
    assert len(floats) == len(foretold), [node.name for node in floats]
    assert integers


def is_computed(report: dict, name: str) -> bool:
    """Whether a layer has no stored weight, or is a Gather."""
    layer = next(one for one in report["layers"] if one["name"] == name)
    return layer["operator"] == "Gather" or "computed" in layer.get("stays", "")


def test_a_bias_behind_a_product_keeps_it_in_integers(tmp_path):
    """A MatMul of matrices with an Add behind it would become a Gemm in floating point."""
    rng = np.random.default_rng(4)
    tensors = [numpy_helper.from_array(rng.standard_normal(shape).astype(np.float32), name)
               for name, shape in {"w": (64, 48), "b": (48,)}.items()]  # fmt: skip
    nodes = [helper.make_node("MatMul", ["x", "w"], ["p"]), helper.make_node("Add", ["p", "b"], ["s"]),
             helper.make_node("Tanh", ["s"], ["y"])]  # fmt: skip
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["N", size]) for name, size in (("x", 64), ("y", 48))]
    graph = helper.make_graph(nodes, "product", ends[:1], ends[1:], tensors)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), tmp_path / "product.onnx")
    succeed("quantize", tmp_path / "product.onnx", tmp_path / "out.onnx", "--scheme", "static", "--bind", "N=8")
    operators = fused(tmp_path / "out.onnx", tmp_path)
    assert "QLinearMatMul" in operators and not {"Gemm", "FusedGemm", "MatMul"} & set(operators)


def scale_of(path: Path, value: str) -> tuple[float, float]:
    """The numbers that the codes of a value reach from and to."""
    model = onnx.load(path)
    tensors = {one.name: numpy_helper.to_array(one) for one in model.graph.initializer}
    node = next(one for one in model.graph.node if one.op_type == "QuantizeLinear" and one.input[0] == value)
    scale, zero = float(tensors[node.input[1]]), int(tensors[node.input[2]])
    codes = np.iinfo(tensors[node.input[2]].dtype)
    return scale * (codes.min - zero), scale * (codes.max - zero)


def test_ranges(network, tmp_path):
    """Ranges of the input by each method, against NumPy on all numbers at once."""
    rng = np.random.default_rng(8)
    samples = [{"x": rng.standard_normal((4, 3, 8, 8)).astype(np.float32)} for _ in range(40)]
    samples[17]["x"][0, 0, 0, :3] = [60, -45, 50]
    everything = np.concatenate([sample["x"].ravel() for sample in samples])
    data = saved(samples, tmp_path / "data")

    def found(*options: object) -> tuple[float, float]:
        arguments = ["--scheme", "static", "--calibration", data, *options]
        succeed("quantize", network, tmp_path / "out.onnx", *arguments)
        return scale_of(tmp_path / "out.onnx", "x")

    step = 105 / 255
    assert found("--method", "minmax") == pytest.approx((everything.min(), everything.max()), abs=step)
    wanted = np.percentile(everything, [0.05, 99.95])
    assert found("--method", "percentile", "--percentile", 99.9) == pytest.approx(wanted, abs=0.15)
    wanted = everything.mean() + everything.std() * np.array([-3, 3])
    assert found("--method", "sigma", "--deviations", 3) == pytest.approx(wanted, abs=0.1)
    low, high = found("--method", "entropy")
    assert -12 < low < -2.5 and 2.5 < high < 12

    def error(low: float, high: float) -> float:
        scale = np.float32((high - low) / 255)
        zero = np.round(-128 - low / scale)
        codes = np.clip(np.round(everything / scale) + zero, -128, 127)
        return float(((scale * (codes - zero) - everything) ** 2).mean())

    # No range of a fine grid has a lower error than the one that is found, but for what bins hide.
    grid = [error(low, high) for low in -np.geomspace(2, 45, 40) for high in np.geomspace(2, 60, 40)]
    assert error(*found("--method", "mse")) < 1.03 * min(grid)


def test_biases_fit(tmp_path):
    """A bias that is large beside the scales of input and weight makes the scale of the weight wider."""
    model = layers(13, np.random.default_rng(3))
    tensors = {one.name: one for one in model.graph.initializer}
    kernel, bias = numpy_helper.to_array(tensors["k"]).copy(), numpy_helper.to_array(tensors["kb"]).copy()
    kernel[2], bias[2] = 1e-9, 3.0
    tensors["k"].CopyFrom(numpy_helper.from_array(kernel, "k"))
    tensors["kb"].CopyFrom(numpy_helper.from_array(bias, "kb"))
    onnx.save(model, tmp_path / "source.onnx")
    options = ["--scheme", "static", "--per-channel", "--bind", "N=4", "--json"]
    report = json.loads(succeed("quantize", tmp_path / "source.onnx", tmp_path / "out.onnx", *options).out)
    assert report["results"]["outputs"][0]["sqnr"] > 25
    stored = {one.name: numpy_helper.to_array(one) for one in onnx.load(tmp_path / "out.onnx").graph.initializer}
    codes = stored["kb_quantized"]
    assert codes.dtype == np.int32 and np.abs(codes.astype(np.int64)).max() < 2**31 - 1
    assert codes * stored["kb_scale"] == pytest.approx(bias, rel=1e-3, abs=1e-3)


def test_worst_layers_are_left(network, tmp_path):
    options = ["--scheme", "static", "--bind", "N=4", "--json"]
    report = json.loads(succeed("quantize", network, tmp_path / "out.onnx", *options, "--skip-worst", 1).out)
    effects = {layer["name"]: layer["alone"] for layer in report["layers"]}
    left = [layer["name"] for layer in report["layers"] if "stays" in layer]
    assert left == [min(effects, key=effects.get)]
    everything = json.loads(succeed("quantize", network, tmp_path / "out.onnx", *options, "--skip-worst", 9).out)
    assert all("stays" in layer for layer in everything["layers"])
    assert everything["results"]["outputs"][0]["sqnr"] is None


def test_memory_does_not_grow(network, tmp_path):
    """Sixteen times the samples, the same memory that is the process's own."""
    rng = np.random.default_rng(9)
    peaks = []
    for count in (8, 128):
        samples = ({"x": rng.standard_normal((128, 3, 8, 8)).astype(np.float32)} for _ in range(count))
        data = saved(samples, tmp_path / f"data{count}")
        binary = os.environ.get("MICA_BINARY", ROOT / ".build/release/mica")
        command = [binary, "quantize", network, tmp_path / "out.onnx", "--scheme", "static", "--calibration", data]
        peaks.append(unshared_peak([str(part) for part in command]))
    print(f"{peaks[0] / 1e6:.1f} MB for 8 samples, {peaks[1] / 1e6:.1f} MB for 128")
    assert peaks[1] < 1.1 * peaks[0], peaks


def unshared_peak(command: list[str]) -> int:
    """The most bytes of anonymous memory that a process had, as often as it can be asked."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    peak = 0
    while process.poll() is None:
        try:
            status = Path(f"/proc/{process.pid}/status").read_text()
        except OSError:
            break
        anonymous = next((line for line in status.splitlines() if line.startswith("RssAnon:")), "")
        peak = max(peak, 1024 * int(anonymous.split()[1]) if anonymous else 0)
        time.sleep(0.002)
    assert process.wait() == 0
    return peak


def test_what_cannot_be_is_said(network, tmp_path):
    def message(*arguments: object) -> str:
        outcome = mica("quantize", network, tmp_path / "no.onnx", *arguments)
        assert outcome.code in (1, 2) and not (tmp_path / "no.onnx").exists()
        return outcome.err

    assert "--scheme static" in message("--calibration", tmp_path)
    assert "--scheme static" in message("--method", "mse")
    assert "int8 or uint8" in message("--scheme", "static", "--type", "int4")
    assert "No such file" in message("--scheme", "static", "--calibration", tmp_path / "nothing")
    assert "exclude each other" in message("--scheme", "static", "--skip-worst", 1, "--min-sqnr", 3)
    (tmp_path / "empty").mkdir()
    assert "has no samples" in message("--scheme", "static", "--calibration", tmp_path / "empty")
    np.savez(tmp_path / "wrong.npz", x=np.zeros((1, 3, 8, 9), np.float32))
    assert "size 3 is 8" in message("--scheme", "static", "--calibration", tmp_path / "wrong.npz")
    np.savez(tmp_path / "nan.npz", x=np.full((1, 3, 8, 8), np.nan, np.float32))
    report = json.loads(
        succeed(
            "quantize", network, tmp_path / "nan.onnx", "--scheme", "static", "--calibration", tmp_path / "nan.npz", "--json"
        ).out
    )
    assert all("stays" in layer for layer in report["layers"])
    environment = {"MICA_ONNXRUNTIME": str(tmp_path / "nothing.so")}
    outcome = mica("quantize", network, tmp_path / "no.onnx", "--scheme", "static", environment=environment)
    assert outcome.code == 1 and "MICA_ONNXRUNTIME" in outcome.err and not (tmp_path / "no.onnx").exists()
