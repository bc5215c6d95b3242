"""mica compare: the numbers that NumPy finds in what onnxruntime gives, and what it says of bad calls."""

import json
import os
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

import onnx_file
from command import EXAMPLES, convert, mica, succeed


def network(weights: np.ndarray, opset: int = 17) -> onnx.ModelProto:
    """Two layers with an output of floats, one of integers, and a value on the way that is not finite."""
    nodes = [
        helper.make_node("MatMul", ["x", "w"], ["hidden"]),
        helper.make_node("Relu", ["hidden"], ["active"]),
        helper.make_node("Log", ["active"], ["logarithm"]),
        helper.make_node("Exp", ["logarithm"], ["y"]),
        helper.make_node("ArgMax", ["y"], ["best"], axis=1),
        helper.make_node("Shape", ["y"], ["shape"]),
    ]
    graph = helper.make_graph(
        nodes,
        "network",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", 8])],
        [
            helper.make_tensor_value_info("y", TensorProto.FLOAT, ["N", 16]),
            helper.make_tensor_value_info("best", TensorProto.INT64, ["N", 1]),
        ],
        [numpy_helper.from_array(weights.astype(np.float32), "w")],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    rng = np.random.default_rng(3)
    weights = rng.standard_normal((8, 16))
    for name, noise in ("a", 0.0), ("b", 0.1):
        onnx.save(network(weights + noise * rng.standard_normal(weights.shape)), tmp_path / f"{name}.onnx")
    return tmp_path / "a.onnx", tmp_path / "b.onnx"


def run(path: Path, feeds: dict[str, np.ndarray], *extra: str) -> dict[str, np.ndarray]:
    """What onnxruntime gives for the outputs, and for values on the way."""
    model = onnx.load(path)
    model.graph.output.extend(onnx.ValueInfoProto(name=name) for name in extra)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, feeds)))


def expected(left: list[np.ndarray], right: list[np.ndarray]) -> dict[str, float]:
    x = np.concatenate([part.ravel() for part in left]).astype(np.float64)
    y = np.concatenate([part.ravel() for part in right]).astype(np.float64)
    finite = np.isfinite(x) & np.isfinite(y)
    x, y = x[finite], y[finite]
    return {
        "sqnr": 20 * np.log10(np.linalg.norm(x) / np.linalg.norm(x - y)),
        "cosine": x @ y / np.linalg.norm(x) / np.linalg.norm(y),
        "largestDifference": np.abs(x - y).max(),
    }


def hold(row: dict, left: list[np.ndarray], right: list[np.ndarray], tolerance: float = 1e-9) -> None:
    if all(np.array_equal(x, y) for x, y in zip(left, right, strict=True)):
        assert row["equal"] and row["largestDifference"] == 0 and row["sqnr"] is None
        return
    for key, value in expected(left, right).items():
        assert row[key] == pytest.approx(value, rel=tolerance), (row["name"], key)
    assert row["elements"] == sum(part.size for part in left)


def test_numbers_of_files(pair, tmp_path):
    """Outputs and layers over samples of several sizes, in .npz and .npy files."""
    rng = np.random.default_rng(4)
    samples = [rng.standard_normal((count, 8)).astype(np.float32) for count in (1, 5, 3)]
    data = tmp_path / "data"
    data.mkdir()
    np.savez_compressed(data / "0.npz", x=samples[0], labels=np.arange(3))
    np.save(data / "1.npy", samples[1])
    np.savez(data / "2.npz", x=np.asfortranarray(samples[2]))
    report = json.loads(succeed("compare", *pair, "--data", data, "--layers", "--json").out)
    assert report["samples"] == 3 and report["runtime"] == onnxruntime.__version__
    results = [[run(path, {"x": sample}, "hidden", "active", "logarithm") for sample in samples] for path in pair]
    outputs = {row["name"]: row for row in report["outputs"]}
    assert list(outputs) == ["y", "best"]
    layers = {row["name"]: row for row in report["layers"]}
    assert list(layers) == ["hidden", "active", "logarithm"]
    assert [layers[name]["operator"] for name in layers] == ["MatMul", "Relu", "Log"]
    for name in ("y", "best"):
        hold(outputs[name], *([result[name] for result in side] for side in results))
    for name in ("hidden", "active"):
        hold(layers[name], *([result[name] for result in side] for side in results))
    logarithms = [np.concatenate([result["logarithm"].ravel() for result in side]) for side in results]
    differ = np.isneginf(logarithms[0]) != np.isneginf(logarithms[1])
    assert layers["logarithm"]["notFinite"] == differ.sum() > 0
    assert layers["logarithm"]["sqnr"] is None
    text = succeed("compare", *pair, "--data", data, "--layers").out
    assert f"{outputs['y']['sqnr']:.2f}" in text and "hidden (MatMul)" in text


def test_named_arrays(pair, tmp_path):
    """Files that are named after inputs are a sample together."""
    (tmp_path / "data" / "first").mkdir(parents=True)
    x = np.random.default_rng(5).standard_normal((2, 8)).astype(np.float32)
    np.save(tmp_path / "data" / "first" / "x.npy", x)
    report = json.loads(succeed("compare", *pair, "--data", tmp_path / "data", "--json").out)
    assert report["samples"] == 1
    hold(report["outputs"][0], [run(pair[0], {"x": x})["y"]], [run(pair[1], {"x": x})["y"]])


def test_equal_models(pair):
    report = json.loads(succeed("compare", pair[0], pair[0], "--layers", "--bind", "N=3", "--json").out)
    for row in report["outputs"] + report["layers"]:
        assert row["equal"] and row["sqnr"] is None and row["largestDifference"] == 0 and row["notFinite"] == 0
    assert report["notes"] == []


def test_drawn_samples_are_those_of_the_seed(pair):
    def sqnr(*options: str) -> float:
        return json.loads(succeed("compare", *pair, "--json", "--bind", "N=4", *options).out)["outputs"][0]["sqnr"]

    assert sqnr("--seed", "7") == sqnr("--seed", "7") != sqnr("--seed", "8")
    assert sqnr("--range", "x=0:1") != sqnr("--range", "x=0:2")
    note = succeed("compare", *pair).out
    assert "the size `N` is open" in note and "--bind N=SIZE" in note


def test_mica_files(tmp_path):
    """A text beside the file that it exports to."""
    exported = convert(EXAMPLES / "lenet.mica", tmp_path / "lenet.onnx")
    report = json.loads(succeed("compare", EXAMPLES / "lenet.mica", exported, "--layers", "--json").out)
    assert report["outputs"][0]["equal"] and len(report["layers"]) > 5
    assert all(row["equal"] for row in report["layers"])


def test_limit(pair):
    assert mica("compare", *pair, "--bind", "N=4", "--min-sqnr", "10").code == 0
    assert mica("compare", *pair, "--bind", "N=4", "--min-sqnr", "90").code == 1
    assert mica("compare", pair[0], pair[0], "--min-sqnr", "90").code == 0


def test_strings_and_integers(tmp_path):
    """Inputs of all integer types are drawn within range; results that are no numbers are told apart."""
    types = [TensorProto.INT8, TensorProto.UINT8, TensorProto.INT32, TensorProto.INT64, TensorProto.BOOL, TensorProto.DOUBLE]
    names = [f"x{number}" for number in types]
    nodes = [helper.make_node("Cast", [name], [f"y{name}"], to=TensorProto.FLOAT) for name in names]
    nodes.append(helper.make_node("Cast", [names[0]], ["text"], to=TensorProto.STRING))
    graph = helper.make_graph(
        nodes,
        "types",
        [helper.make_tensor_value_info(name, number, [64]) for name, number in zip(names, types)],
        [helper.make_tensor_value_info(f"y{name}", TensorProto.FLOAT, [64]) for name in names]
        + [helper.make_tensor_value_info("text", TensorProto.STRING, [64])],
    )
    path = tmp_path / "types.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)
    report = json.loads(succeed("compare", path, path, "--json").out)
    rows = {row["name"]: row for row in report["outputs"]}
    assert "problem" in rows.pop("text")
    assert all(row["equal"] and row["elements"] == 4 * 64 for row in rows.values())


# MARK: - Bad calls


def test_no_runtime(pair, tmp_path):
    """Without the library it says where it looked and how to get it."""
    environment = {"MICA_ONNXRUNTIME": "", "PATH": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    outcome = mica("compare", *pair, environment=environment)
    if outcome.code == 0:
        pytest.skip("the system has ONNX Runtime")
    assert outcome.code == 1 and "error[no-onnxruntime]" in outcome.err
    for part in ("MICA_ONNXRUNTIME", "libonnxruntime.so", str(tmp_path / "cache"), "python3", "mica install onnxruntime"):
        assert part in outcome.err


@pytest.mark.parametrize("kind", ["missing", "text", "folder", "other"])
def test_wrong_library(pair, tmp_path, kind):
    path = tmp_path / "library.so"
    match kind:
        case "text":
            path.write_text("no library")
        case "folder":
            path.mkdir()
        case "other":
            path.symlink_to(next(Path("/lib/x86_64-linux-gnu").glob("libm.so.6")))
    outcome = mica("compare", *pair, environment={"MICA_ONNXRUNTIME": str(path)})
    assert outcome.code == 1 and "error[no-onnxruntime]" in outcome.err and str(path) in outcome.err
    assert "MICA_ONNXRUNTIME" in outcome.err


def test_python_package_is_found(pair, tmp_path):
    """The package of the python3 on PATH serves."""
    import sys

    (tmp_path / "python3").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    (tmp_path / "python3").chmod(0o755)
    environment = {
        "MICA_ONNXRUNTIME": "", "PATH": f"{tmp_path}:{os.environ['PATH']}", "XDG_CACHE_HOME": str(tmp_path / "cache")
    }
    assert mica("compare", *pair, environment=environment).code == 0


def test_no_python_to_install_with(tmp_path):
    environment = {"PATH": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    outcome = mica("install", "onnxruntime", environment=environment)
    assert outcome.code == 1 and "python3" in outcome.err
    (tmp_path / "python3").write_text('#!/bin/sh\n[ "$1" = -c ]\n')
    (tmp_path / "python3").chmod(0o755)
    outcome = mica("install", "onnxruntime", environment=environment)
    assert outcome.code == 1 and "pip" in outcome.err
    # A pip that fails leaves nothing behind.
    (tmp_path / "python3").write_text('#!/bin/sh\ncase "$*" in *install*) exit 3;; esac\n')
    outcome = mica("install", "onnxruntime", environment=environment)
    assert outcome.code == 1 and "exit code 3" in outcome.err
    assert list((tmp_path / "cache" / "mica").iterdir()) == []


def bad_files(folder: Path) -> dict[str, Path]:
    """Samples that do not fit the network, by what is said of them."""
    x = np.zeros((2, 8), np.float32)
    files = {
        "has no array for the input `x`": {"y": x},
        "takes f32": {"x": x.astype(np.float64)},
        "size 1 is 8": {"x": np.zeros((2, 9), np.float32)},
        "takes 2 of them": {"x": np.zeros(8, np.float32)},
        "no element type for NumPy's <U2": {"x": np.array([["ab"]])},
    }
    paths = {}
    for place, (message, arrays) in enumerate(files.items()):
        paths[message] = folder / f"{place}.npz"
        np.savez(paths[message], unused=x, **arrays)
    whole = folder / "whole.npy"
    np.save(whole, x)
    paths["follow the header"] = folder / "cut.npy"
    paths["follow the header"].write_bytes(whole.read_bytes()[:-4])
    paths["begins with \\x93NUMPY"] = folder / "text.npy"
    paths["begins with \\x93NUMPY"].write_text("hello, this is text")
    paths["begins with PK"] = folder / "text.npz"
    paths["begins with PK"].write_text("hello, this is text, and some more of it")
    paths["has no samples"] = folder / "empty"
    paths["has no samples"].mkdir()
    paths["No such file"] = folder / "nothing.npz"
    return paths


def test_bad_samples(pair, tmp_path):
    for message, path in bad_files(tmp_path).items():
        outcome = mica("compare", *pair, "--data", path)
        assert outcome.code == 1 and message in outcome.err, (message, outcome.err)
        assert str(path) in outcome.err


def test_damaged_samples_end_in_an_error(pair, tmp_path, seed):
    """Bytes of a file changed at random: a report or an error, and never a crash."""
    rng = np.random.default_rng(seed)
    np.savez(tmp_path / "whole.npz", x=np.zeros((2, 8), np.float32))
    whole = (tmp_path / "whole.npz").read_bytes()
    for _ in range(25):
        damaged = bytearray(whole)
        for _ in range(rng.integers(1, 4)):
            damaged[rng.integers(len(damaged))] = rng.integers(256)
        (tmp_path / "damaged.npz").write_bytes(damaged[: rng.integers(1, len(damaged) + 1)])
        assert mica("compare", *pair, "--data", tmp_path / "damaged.npz").code in (0, 1)


def test_bad_calls(pair, tmp_path):
    def message(*arguments: object) -> str:
        outcome = mica("compare", *arguments)
        assert outcome.code in (1, 2), outcome
        return outcome.err

    assert "`M`" in message(*pair, "--bind", "M=3") and "it has N" in message(*pair, "--bind", "M=3")
    assert "`z`" in message(*pair, "--range", "z=0:1")
    assert "--samples" in message(*pair, "--samples", "0")
    assert "4 GiB" in message(*pair, "--bind", "N=900000000000")
    assert "No such file" in message(pair[0], tmp_path / "nothing.onnx") or "doesn't exist" in message(
        pair[0], tmp_path / "nothing.onnx"
    )
    (tmp_path / "text.onnx").write_text("no model")
    assert "cannot load" in message(pair[0], tmp_path / "text.onnx")
    other = network(np.zeros((8, 16)))
    other.graph.input[0].type.tensor_type.shape.dim[1].dim_value = 9
    del other.graph.output[1]
    other.graph.output[0].name = "hidden"
    onnx.save(other, tmp_path / "other.onnx")
    assert message(pair[0], tmp_path / "other.onnx")


def test_results_of_other_sizes(pair, tmp_path):
    """Outputs whose sizes differ are told, and not compared."""
    model = onnx.load(pair[0])
    model.graph.node.append(helper.make_node("Transpose", ["y_"], ["y"], perm=[1, 0]))
    for node in model.graph.node[:-1]:
        node.output[:] = ["y_" if name == "y" else name for name in node.output]
        node.input[:] = ["y_" if name == "y" else name for name in node.input]
    del model.graph.output[0].type.tensor_type.shape.dim[:]
    model.graph.output[0].type.tensor_type.ClearField("shape")
    onnx.save(model, tmp_path / "turned.onnx")
    report = json.loads(succeed("compare", pair[0], tmp_path / "turned.onnx", "--bind", "N=3", "--json").out)
    assert "sizes differ" in report["outputs"][0]["problem"] and report["outputs"][1]["equal"]


@pytest.mark.parametrize("name", ["ddddocr/common.onnx", "ddddocr/common_det.onnx"])
def test_published_models(models, tmp_path, name):
    """Every value on the way of a published model, beside its simplified copy."""
    succeed("simplify", models / name, tmp_path / "simple.onnx")
    session = onnx_file.session(models / name)
    shape = [size if isinstance(size, int) and size > 0 else 48 for size in session.get_inputs()[0].shape]
    bind = [f"{session.get_inputs()[0].name}.{axis}={size}" for axis, size in enumerate(shape)]
    arguments = [models / name, tmp_path / "simple.onnx", "--layers", "--samples", 1, "--json"]
    report = json.loads(succeed("compare", *arguments, *(word for size in bind for word in ("--bind", size))).out)
    for row in report["outputs"]:
        assert row["equal"] or row["sqnr"] > 60, row
    assert len(report["layers"]) > 20
    assert all("problem" not in row and (row["equal"] or row["sqnr"] > 60) for row in report["layers"])
