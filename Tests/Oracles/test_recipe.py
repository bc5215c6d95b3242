"""mica run: recipes do in steps what the commands do, and what they export runs in ONNX Runtime."""

import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest

from command import mica, succeed
from quantization import decibels

TEXT = """\
use onnx 21

block Half(x: T[N, D], out: int) -> T[N, out] {
    x = fc: Linear(x, out_features=out)
    return Relu(x)
}

model net(x: f32[N, 64]) -> (y: f32[N, 128]) {
    weights "net.weights.onnx"
    a = x |> first: Half(out=256)
    repeat i in 0..<2 { a = a |> second[i]: Half(out=256) }
    return last: Linear(a, out_features=128)
}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the weights of the model, and samples."""
    weightless = TEXT.replace('    weights "net.weights.onnx"\n', "")
    (tmp_path / "drawn.mica").write_text(weightless)
    succeed("convert", "--random-weights", tmp_path / "drawn.mica", tmp_path / "net.weights.onnx")
    (tmp_path / "calibration").mkdir()
    rng = np.random.default_rng(0)
    for index in range(6):
        np.save(tmp_path / "calibration" / f"{index}.npy", rng.standard_normal((4, 64)).astype(np.float32))
    return tmp_path


def recipe(folder: Path, *steps: str) -> Path:
    path = folder / "net.mica"
    path.write_text(TEXT + "\nrecipe small for net {\n" + "".join(f"    {step}\n" for step in steps) + "}\n")
    return path


def results(path: Path) -> np.ndarray:
    onnx.checker.check_model(str(path), full_check=True)
    x = np.random.default_rng(5).standard_normal((3, 64)).astype(np.float32)
    return onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"]).run(None, {"x": x})[0]


STEPS = {
    'quantize(type=i8)': ([], 25),
    'quantize(type=i8, per_channel=true)': (["--per-channel"], 30),
    'quantize(type=u8, scheme="weight_only")': (["--type", "uint8", "--scheme", "weights"], 30),
    'quantize(type=i4, block_size=32)': (["--type", "int4", "--block", "32"], 10),
    'quantize(type=u4, method="hqq", block_size=64)': (["--type", "uint4", "--block", "64", "--method", "hqq"], 10),
    'quantize(type=f16)': (["--type", "f16"], 50),
    'quantize(type=i8, scheme="static", calibration="calibration/*.npy", per_channel=true)': (
        ["--scheme", "static", "--per-channel", "--calibration", "calibration"], 25),
    'quantize(type=i8, scheme="static", calibration="calibration", method="minmax", skip_worst=1)': (
        ["--scheme", "static", "--method", "minmax", "--calibration", "calibration", "--skip-worst", "1"], 20),
}  # fmt: skip


@pytest.mark.parametrize("step", STEPS)
def test_a_step_is_the_command(step, folder):
    """The file of a step is that of `mica quantize` with the same options, byte for byte, and close to the model."""
    options, least = STEPS[step]
    text = recipe(folder, step, 'export("build/small.onnx")')
    report = json.loads(succeed("run", "small", text, "--json").out)
    path = folder / "build/small.onnx"
    assert report["exports"][0]["path"] == str(path) and report["exports"][0]["bytes"]["after"] == path.stat().st_size
    options = [str(folder / one) if one == "calibration" else one for one in options]
    succeed("quantize", text, folder / "command.onnx", *options)
    assert path.read_bytes() == (folder / "command.onnx").read_bytes()
    assert decibels([results(folder / "net.weights.onnx")], [results(path)]) > least


PRUNING = {
    'prune(ratio=0.3)': [],
    'prune(ratio=0.3, by="batch_norm")': ["--by", "bn"],
    'prune(ratio=0.3, by="bn", max_ratio=0.2)': ["--by", "batch_norm", "--max-ratio", 0.2],
    'prune(threshold=0.9, by="l1", scope="global")': ["--threshold", 0.9, "--by", "l1", "--global"],
    'prune(ratio=0.5, only=[first])': ["--only", "first*"],
    'prune(target="macs=-30%", allow_norm_change=true)': ["--target", "macs=-30%", "--allow-norm-change"],
    'prune(ratio=0.4, by="wanda", calibration="calibration/*.npy")': ["--ratio", 0.4, "--by", "wanda", "--data"],
    'prune(ratio=0.4, reconstruct=true, calibration="calibration")': ["--ratio", 0.4, "--reconstruct", "--data"],
    'prune(granularity="2:4", by="wanda", reconstruct=true, calibration="calibration")': [
        "--granularity", "2:4", "--by", "wanda", "--reconstruct", "--data"],
    'prune(granularity="element", ratio=0.5, by="wanda", calibration="calibration")': [
        "--granularity", "element", "--ratio", 0.5, "--by", "wanda", "--data"],
}  # fmt: skip


@pytest.mark.parametrize("step", PRUNING)
def test_a_step_prunes_as_the_command(step, folder):
    """The file of a `prune` step gives what that of `mica prune` with the same options gives."""
    text = recipe(folder, step, 'export("small.onnx")')
    report = json.loads(succeed("run", "small", text, "--json").out)["steps"][0]["report"]
    options = [*PRUNING[step], *([folder / "calibration"] if PRUNING[step][-1:] == ["--data"] else [])]
    if step == 'prune(ratio=0.5, only=[first])':
        options += ["--ratio", 0.5]
    done = json.loads(succeed("prune", text, folder / "command.onnx", "--json", *options).out)
    np.testing.assert_array_equal(results(folder / "small.onnx"), results(folder / "command.onnx"))
    if "reconstruct" in step:
        assert report["reconstructed"] == done["reconstructed"] > 0
        assert report["sqnr"]["after"] == done["sqnr"]["after"] >= report["sqnr"]["before"]
    if "granularity" in step:
        assert report["zeros"] == done["zeros"] > 0
    else:
        assert report["parameters"] == done["parameters"]
        assert report["parameters"]["after"] < report["parameters"]["before"] or 'by="b' in step


def test_steps_follow_each_other(folder):
    """Pruned, exported, quantized, exported: each file has the steps before it, and no more of them."""
    text = recipe(
        folder, 'prune(ratio=0.4, by="l2", round_to=8, keep=[last])', "simplify()", 'export("pruned.onnx", opset=17)',
        'quantize(type=i8, scheme="static", calibration="calibration/*.npy", per_channel=true, keep=[second[1].fc])',
        'export("out/deep/small.onnx", opset=17)',
    )  # fmt: skip
    report = json.loads(succeed("run", "small", text, "--json").out)
    assert [step["step"] for step in report["steps"]] == ["prune", "simplify", "export", "quantize", "export"]
    pruned, small = onnx.load(folder / "pruned.onnx"), onnx.load(folder / "out/deep/small.onnx")
    assert [one.version for one in pruned.opset_import] == [17]
    assert [one.version for one in small.opset_import if one.domain == ""] == [17]
    sizes = {one.name: list(one.dims) for one in pruned.graph.initializer}
    assert sizes["first.fc.weight"] == [160, 64] and sizes["last.weight"] == [128, 256]
    floats = {one.name for one in small.graph.initializer if one.data_type == onnx.TensorProto.FLOAT}
    assert "second.1.fc.weight" in floats and not floats & {"first.fc.weight", "last.weight"}
    assert decibels([results(folder / "pruned.onnx")], [results(folder / "out/deep/small.onnx")]) > 25
    # The same by commands, one after another.
    succeed("convert", folder / "net.mica", folder / "net.onnx", "--opset", 17)
    succeed("prune", folder / "net.onnx", folder / "by_command.onnx", "--ratio", 0.4, "--round-to", 8, "--keep", "last.*")
    np.testing.assert_array_equal(results(folder / "by_command.onnx"), results(folder / "pruned.onnx"))


def test_what_statements_bind_is_kept(folder):
    """In a text that is made of a file, layers have no labels: names of statements, nodes and tensors serve."""
    succeed("convert", folder / "net.weights.onnx", folder / "lifted.mica")
    lifted = (folder / "lifted.mica").read_text()
    assert "    last = Gemm(" in lifted and "    first = Gemm(" in lifted
    for keep, kept in {"last": "last", "first": "first", "`/last/Gemm`": "last", "`first.fc.weight`": "first.fc"}.items():
        steps = f'\nrecipe small for net {{\n    quantize(type=i8, keep=[{keep}])\n    export("lifted.onnx")\n}}\n'
        (folder / "lifted.mica").write_text(lifted + steps)
        succeed("run", "small", folder / "lifted.mica")
        stored = onnx.load(folder / "lifted.onnx").graph.initializer
        floats = {one.name for one in stored if one.data_type == onnx.TensorProto.FLOAT and len(one.dims) == 2}
        assert len(floats) == 1 and floats.pop().startswith(kept)


def test_zeros(folder):
    text = recipe(folder, 'prune(granularity="2:4", keep=[first])', 'export("zeros.onnx")')
    succeed("run", "small", text)
    stored = {one.name: onnx.numpy_helper.to_array(one) for one in onnx.load(folder / "zeros.onnx").graph.initializer}
    for name in ("second.0.fc.weight", "second.1.fc.weight", "last.weight"):
        assert (np.count_nonzero(stored[name].reshape(-1, 4), axis=1) <= 2).all(), name
    assert np.count_nonzero(stored["first.fc.weight"]) > 0.9 * stored["first.fc.weight"].size


def test_a_dry_run_writes_nothing(folder):
    text = recipe(folder, "quantize(type=i8)", 'export("build/small.onnx")')
    before = sorted(folder.rglob("*"))
    report = json.loads(succeed("run", "small", text, "--dry-run", "--json").out)
    assert sorted(folder.rglob("*")) == before
    assert not report["written"]
    planned = report["exports"][0]["bytes"]["after"]
    assert "would write" in succeed("run", "small", text, "--dry-run").out
    succeed("run", "small", text)
    assert (folder / "build/small.onnx").stat().st_size == planned


WRONG = {
    'quantize(type=i8, scheme="static")': "needs samples",
    'quantize(type=i8, scheme="static", calibration="nothing/*.npy")': "has no samples",
    'quantize(type=i8, scheme="static", calibration="net.mica")': "net.mica",
    'quantize(type=i8, calibration="calibration")': "goes with scheme",
    'quantize(type=i8, method="entropy")': "goes with scheme",
    'quantize(type=string)': "string",
    'quantize(type=i4, block_size=24)': "24",
    'quantize(type=i8, keep=[frist])': "no layer `frist`",
    'quantize(type=i8, min_sqnr=3)': "goes with scheme",
    'prune(ratio=1.5)': "less than 1",
    'prune()': "needs `ratio`, `threshold` or `target`",
    'prune(ratio=0.3, by="wanda")': "needs samples",
    'prune(ratio=0.3, by="gradient")': "takes one of",
    'prune(ratio=0.3, reconstruct=true, calibration="nothing/*.npy")': "has no samples",
    'prune(ratio=0.3, threshold=0.1)': "give one of",
    'prune(ratio=0.3, only=[frist])': "no layer `frist`",
    'quantize(type=f64)': "not f64",
    'export("first.onnx", opset=99)': "13 to 23",
    'prune(ratio=0.1, target="macs=-40%")': "give one of",
    'prune(target="macs=40%")': "macs=-40%",
    'prune(granularity="4:2")': "fewer than M",
    'simplify(keep=[first])': "leave it out",
    'distill(teacher="net.onnx")': "does not run",
    'export("first.onnx", opset=12)': "13 to 23",
    'export("first.txt")': ".onnx",
    'export("last.onnx")': "is written by a step before",
}  # fmt: skip


@pytest.mark.parametrize("step", WRONG)
def test_what_cannot_be_is_said(step, folder):
    """With the place of the step, and nothing is written by the steps before it either."""
    text = recipe(folder, 'export("before.onnx")', step, 'export("last.onnx")')
    before = sorted(folder.rglob("*"))
    outcome = mica("run", "small", text)
    assert outcome.code == 1 and WRONG[step] in outcome.err, outcome.err
    # What can be said without running is said by `mica check` too, in the same words.
    errors = [one for one in outcome.diagnostics if one.severity == "error"]
    if not any(word in step for word in ("nothing", "net.mica", "distill")):
        assert [one for one in mica("check", text).diagnostics if one.severity == "error"] == errors
    line = text.read_text().splitlines().index(f"    {step}") + 1
    assert f"net.mica:{line}:" in outcome.err or step == 'export("last.onnx")'
    assert sorted(folder.rglob("*")) == before


def test_wrong_calls(folder):
    text = recipe(folder, "quantize(type=i8)")
    outcome = mica("run", "small", text)
    assert outcome.code == 1 and "no-export" in outcome.err
    outcome = mica("run", "smal", text)
    assert outcome.code == 1 and "it has small" in outcome.err
    assert mica("run", text, "small").code == 2
    assert mica("run", "small", folder / "net.weights.onnx").code == 2
    assert mica("run", "small", folder / "none.mica").code == 1
    text = recipe(folder, "quantize(type=i8)", 'export("calibration/0.npy/small.onnx")')
    outcome = mica("run", "small", text)
    assert outcome.code == 1 and "unwritable-file" in outcome.err
