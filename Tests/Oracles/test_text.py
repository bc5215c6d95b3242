"""Models that others made, written as Mica text and back: the `onnx` package must see no difference.

What the text cannot say yet must be refused in so many words; the counts below may only grow.
"""

import os
import subprocess
import sys
from pathlib import Path

import onnx
import onnx.backend.test.data
import pytest
from onnx.backend.test.case.node import collect_testcases

import text_models
from command import mica, succeed

ROUNDTRIP = Path(__file__).with_name("onnx_roundtrip.py")

# Real models that have no text yet, by a word of the reason.
INEXPRESSIBLE = {
    "common_old.onnx": "which nothing defines",
    "ch_ppocr_mobile_v2.0_cls_infer.onnx": "the inputs would come back otherwise",
}


def batch(pairs: list[tuple[Path, Path]], listing: Path):
    listing.write_text("".join(f"{source}\t{target}\n" for source, target in pairs))
    return mica("convert", "--operators", "--batch", listing)


def refusals(sources: list[Path], folder: Path) -> dict[str, str]:
    """Writes each model as text and back; the errors of those that are refused, by their files' names.

    All others must come back equal, from a text that checks without errors and is laid out as `mica format` would.
    """
    folder.mkdir()
    texts = [folder / f"{index}.mica" for index in range(len(sources))]
    outcome = batch(list(zip(sources, texts, strict=True)), folder / "texts.list")
    refused = {}
    for source, text in zip(sources, texts, strict=True):
        if not text.exists():
            lines = [line for line in outcome.err.splitlines() if line.startswith(f"{source}:1:1: error[")]
            assert len(lines) == 1, f"{source}: {lines}"
            assert "error[inexpressible-model]: this model cannot be written as Mica text yet: " in lines[0], lines
            refused[source.name] = lines[0]
    assert outcome.code == (1 if refused else 0), outcome.err
    written = [(source, text) for source, text in zip(sources, texts, strict=True) if text.exists()]
    back = [(text, text.with_suffix(".onnx")) for _, text in written]
    assert batch(back, folder / "back.list").code == 0
    listing = folder / "pairs.list"
    listing.write_text("".join(f"{source}\t{text.with_suffix('.onnx')}\n" for source, text in written))
    done = subprocess.run([sys.executable, ROUNDTRIP, "--list", listing], capture_output=True, text=True)
    assert f"{len(written)} passed, 0 failed" in done.stdout, done.stdout + done.stderr
    succeed("format", "--check", folder)
    succeed("check", folder)
    print(f"{len(written)} of {len(sources)} models are equal after text, {len(refused)} refused")
    return refused


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_node_models(tmp_path):
    """Every operator's own test model in the onnx package."""
    cases = collect_testcases(None)
    assert len(cases) > 1800
    for index, case in enumerate(cases):
        onnx.save(case.model, tmp_path / f"{index}.onnx")
    assert refusals(sorted(tmp_path.glob("*.onnx")), tmp_path / "texts") == {}


def test_data_models(tmp_path):
    """The models that ship in the onnx package as files."""
    models = sorted(Path(onnx.backend.test.data.__path__[0]).rglob("*.onnx"))
    assert len(models) > 140
    assert refusals(models, tmp_path / "texts") == {}


def test_real_models(models, tmp_path):
    """Published models; none of their weights is copied into a text."""
    sources = sorted(models.rglob("*.onnx"))
    assert len(sources) > 15
    refused = refusals(sources, tmp_path / "texts")
    assert refused.keys() == INEXPRESSIBLE.keys()
    for name, reason in INEXPRESSIBLE.items():
        assert reason in refused[name]


def test_hard_models(tmp_path):
    """Names, attributes of all kinds, subgraphs, descriptions; what has no spelling is refused."""
    text_models.main(tmp_path)
    refused = refusals(sorted(tmp_path.glob("*.onnx")), tmp_path / "texts")
    assert {name.removesuffix(".onnx") for name in refused} == text_models.INEXPRESSIBLE.keys()
    for name, reason in text_models.INEXPRESSIBLE.items():
        assert reason in refused[f"{name}.onnx"]


def test_weights_of_a_model(tmp_path):
    """The text names the model's file beside it, and takes its tensors from there."""
    source = next(made for name, made in text_models.graphs() if name == "initialized_input")
    (tmp_path / "m.onnx").write_bytes(source.SerializeToString())
    succeed("convert", "--operators", "m.onnx", "m.mica", cwd=tmp_path)
    text = (tmp_path / "m.mica").read_text()
    assert 'weights "m.onnx"' in text and "w: f32[2] = $w" in text
    os.remove(tmp_path / "m.onnx")
    outcome = mica("convert", "m.mica", "back.onnx", cwd=tmp_path)
    assert outcome.code == 1 and "m.onnx" in outcome.err
    assert not (tmp_path / "back.onnx").exists()


def test_an_edit(tmp_path):
    """A text that is edited exports the edit, under the names that it says."""
    text = """use onnx 17

@verbatim
model m(x: f32[N, 2]) -> (y: f32[N, 2]) {
    t = Relu(x)
    y = Exp(Neg(t))
    return y
}
"""
    (tmp_path / "m.mica").write_text(text)
    succeed("convert", "m.mica", "m.onnx", cwd=tmp_path)
    graph = onnx.load(tmp_path / "m.onnx").graph
    assert [node.op_type for node in graph.node] == ["Relu", "Neg", "Exp"]
    assert [node.output[0] for node in graph.node] == ["t", "/Neg_output_0", "y"]
    assert not graph.value_info
    (tmp_path / "m.mica").write_text(text.replace("y = Exp(Neg(t))", "t = Neg(t)\n    y = Exp(t)"))
    outcome = mica("convert", "m.mica", "m.onnx", cwd=tmp_path)
    assert outcome.code == 1 and "error[duplicate-name]" in outcome.err
