"""mica prune of a text: what the new text exports is what pruning the exported graph gives, and it reads as a text should."""

import json
import re
from pathlib import Path

import numpy as np
import onnx
import pytest

from command import mica, succeed
from narrow import NARROW, narrow_text
from pruning import agree, content, counted, elements, fed, sizes
from test_prune import narrow

#: The networks whose texts are pruned, and the part of the MACs that is left at most.
TEXTS = {
    "lenet": 0.75, "vgg16": 0.75, "resnet18": 0.75, "resnet50": 0.75, "mobilenet_v2": 0.75, "densenet121": 0.75,
    "unet": None, "efficientnet_b0": 0.95, "bert_base": 0.95, "vit_b_16": 0.85, "ds_cnn_s": 0.75, "tagger": None,
    "gpt2": 1.0, "convnext_tiny": 1.0, "swin_t": 1.0, "diffusion_unet": None,
}  # fmt: skip
#: Inputs of those that are no narrower here.
OTHER_SHAPES = {"lenet": {"image": [1, 1, 28, 28]}, "resnet18": {"image": [1, 3, 224, 224]}}


def assert_sound(path: Path) -> None:
    """A text is formatted, and nothing is wrong with it."""
    succeed("format", "--check", path)
    checked = succeed("check", path)
    assert not checked.diagnostics and "warning" not in checked.out + checked.err, checked


def check(path: Path, *arguments: object, shapes: dict[str, list[int]] | None = None) -> dict:
    """Prunes a text and the graph that it exports, by the same plan, and gives the plan; MACs are those of inputs of these shapes."""
    folder = path.parent
    exported, wanted, output, again = (folder / name for name in ("whole.onnx", "wanted.onnx", "pruned.mica", "again.onnx"))
    succeed("convert", path, exported, *["--random-weights"] * ("weights" not in path.read_text()))
    feeds = fed(onnx.load(exported), shapes, np.random.default_rng(0)) if shapes else {}
    arguments = (*arguments, *(f"--bind={name}={size}" for name, size in sizes(onnx.load(exported), feeds).items()))
    before = path.read_bytes()
    report = json.loads(succeed("prune", path, output, "--json", *arguments).out)
    assert path.read_bytes() == before
    plan = json.loads(succeed("prune", exported, wanted, "--json", *arguments).out)
    assert {group["name"]: group["removed"] for group in plan["groups"]} == {
        group["name"]: group["removed"] for group in report["groups"]
    }
    assert_sound(output)
    succeed("convert", output, again)
    agree(onnx.load(wanted), onnx.load(again))
    onnx.checker.check_model(onnx.load(again), full_check=True)
    assert elements(onnx.load(again)) == report["parameters"]["after"]
    if shapes:
        macs = [counted(onnx.load(each), feeds)[1] for each in (exported, again)]
        assert report["macs"] == {"before": macs[0], "after": macs[1]}
    return report


OPTIONS = {"local": ["--ratio", 0.34], "global": ["--ratio", 0.4, "--global"]}


@pytest.mark.parametrize("scope", OPTIONS)
@pytest.mark.parametrize("name", TEXTS)
def test_texts(name, scope, tmp_path):
    """The two ways come to the same, for every network whose text can say it."""
    path = tmp_path / f"{name}.mica"
    path.write_text(narrow_text(name))
    succeed("format", path)
    shapes = OTHER_SHAPES.get(name) or NARROW[name][1]
    report = check(path, *OPTIONS[scope], shapes=shapes)
    print(name, report["macs"])
    assert any(group["removed"] for group in report["groups"])
    if scope == "local" and (left := TEXTS[name]) is not None:
        assert report["macs"]["after"] <= left * report["macs"]["before"], [
            (group["name"], group["reason"]) for group in report["groups"] if group["reason"]
        ]


def test_signatures_follow(tmp_path):
    """Each instance of a shared block gets sizes of its own, and no parameter stays that nothing takes."""
    path = tmp_path / "unet.mica"
    path.write_text(narrow_text("unet"))
    succeed("format", path)
    report = check(path, "--threshold", 0.97)
    assert all(group["removed"] for group in report["groups"] if not group["reason"])
    text = (tmp_path / "pruned.mica").read_text()
    block = text[text.index("block DoubleConv") :]
    assert " channels: int" not in block and "(channels=C / 2" not in block
    assert "block DoubleConv(x: T[N, C, H, W], double_conv_out_channels: [int]) -> T[N, ?, H, W]" in text


def test_conditions_stay(tmp_path):
    """Where a condition compares sizes, what it came to is given; and what only some calls take is given to all of them."""
    path = tmp_path / "diffusion_unet.mica"
    path.write_text(narrow_text("diffusion_unet"))
    succeed("format", path)
    report = check(path, "--ratio", 0.34)
    assert not [group for group in report["groups"] if (group["reason"] or "").startswith("in the text")]
    text = (tmp_path / "pruned.mica").read_text()
    assert "    if has_conv_shortcut {" in text and "has_conv_shortcut: bool" in text and "C != channels" not in text
    assert {"true", "false"} == set(re.findall(r"has_conv_shortcut=(true|false)", text))


@pytest.mark.parametrize("heads", [[6, 12], [6, 6]])
def test_requirements_that_hold_no_longer_go(heads, tmp_path):
    """What a block requires of its sizes is no obstacle, and the requirements that still hold stay."""
    text = narrow_text("swin_t")
    for setting in ("size: int = 56", "width: int = 24", "depths: [int] = [2, 2]", f"heads: [int] = {heads}"):
        name = re.escape(setting.split(" = ")[0])
        text, count = re.subn(rf"{name} = (\[.*?\]|\d+)", setting, text, count=1)
        assert count == 1, setting
    path = tmp_path / "swin_t.mica"
    path.write_text(text)
    report = check(path, *OPTIONS["global"])
    assert not [group for group in report["groups"] if (group["reason"] or "").startswith("in the text")]
    # The width of 24 does not divide into five heads.
    left = [group["slices"] - len(group["removed"]) for group in report["groups"] if "qkv" in group["name"]]
    assert any(24 % heads for heads in left[:2]), left
    required = re.findall(r"require (.*), ", (tmp_path / "pruned.mica").read_text())
    assert required == ["H % window == 0 && W % window == 0", "H % 2 == 0 && W % 2 == 0"]


def test_dry_runs_try_the_text(tmp_path):
    """What a dry run plans is what the real run does, or it is refused as that is."""
    path = tmp_path / "unet.mica"
    path.write_text(narrow_text("unet"))
    planned = json.loads(succeed("prune", path, "--dry-run", "--json", *OPTIONS["global"]).out)
    assert list(tmp_path.iterdir()) == [path]
    done = json.loads(succeed("prune", path, tmp_path / "pruned.mica", "--json", *OPTIONS["global"]).out)
    assert planned["output"] is None and {**planned, "output": done["output"]} == done
    refused = [mica("prune", path, *output, "--ratio", 0) for output in (["--dry-run"], [tmp_path / "other.mica"])]
    assert [outcome.code for outcome in refused] == [1, 1] and refused[0].err == refused[1].err
    assert "a ratio of 0 takes nothing" in refused[0].err


SMALL = """\
use onnx 21

model net(x: f32[N, 64]) -> (y: f32[N, 128]) {
    a = first: Linear(x, out_features=32)
    b = second: Linear(Relu(a), out_features=48)
    return last: Linear(Relu(b), out_features=128)
}
"""


def test_why_nothing_goes(tmp_path):
    """Where nothing can go, each reason is told with the groups that it is of."""
    path = tmp_path / "net.mica"
    path.write_text(SMALL)
    outcome = mica("prune", path, "--dry-run", "--ratio", 0.02, "--keep", "first*")
    assert outcome.code == 1
    assert (
        "nothing can go: first.weight: it is kept by name: first*; second.weight: too few of it would go; "
        "last.weight: output y of the model" in outcome.err
    )
    outcome = mica("prune", path, "--dry-run", "--threshold", 0)
    assert outcome.code == 1 and "a threshold of 0 takes nothing" in outcome.err


def test_drawn_weights_are_told(tmp_path):
    """A text without weights is pruned by random numbers, and says so; one with weights says nothing of the kind."""
    path = tmp_path / "net.mica"
    path.write_text(SMALL)
    for options in ([tmp_path / "pruned.mica"], [tmp_path / "pruned.onnx"], ["--dry-run", "--granularity", "2:4"]):
        assert "by chance" in succeed("prune", path, *options).out
        assert json.loads(succeed("prune", path, *options, "--json").out)["drawn"] is True
    path.write_text(SMALL + '\nrecipe small for net {\n    prune(ratio=0.3)\n    export("small.onnx")\n}\n')
    assert "by chance" in succeed("run", "small", path, "--dry-run").out
    for source in (tmp_path / "pruned.mica", tmp_path / "pruned.onnx"):
        for options in (["--dry-run"], ["--dry-run", "--granularity", "2:4"]):
            assert "by chance" not in succeed("prune", source, *options).out
            assert json.loads(succeed("prune", source, *options, "--json").out)["drawn"] is False


# MARK: - Texts of ONNX files


@pytest.mark.parametrize("level", [[], ["--operators"]], ids=["reading", "operators"])
@pytest.mark.parametrize("name", ["vgg16", "mobilenet_v2", "bert_base", "ch_PP-OCRv4_det_infer", "common_det", "paraphrase-MiniLM-L3-v2"])
def test_imported_texts(name, level, models, tmp_path):
    """A text of an ONNX file keeps its form and its comments, and exports what pruning its export gives."""
    if name in NARROW:
        whole = narrow(name, tmp_path)
    else:
        (whole,) = models.glob(f"**/{name}.onnx")
    path, exported, wanted, output, again = (
        tmp_path / each for each in ("text.mica", "text.onnx", "wanted.onnx", "pruned.mica", "again.onnx")
    )
    succeed("convert", whole, path, *level)
    lines = path.read_text().splitlines()
    named = [place for place, line in enumerate(lines) if re.match(r"    \S+ = [A-Z]\w+\(", line)]
    named = named or [place for place, line in enumerate(lines) if re.match(r"    \(@recorded.* = [A-Z]\w+\(", line)]
    # What computes the sizes of heads there goes, and what is said of it too.
    comments = name != "paraphrase-MiniLM-L3-v2"
    if comments:
        lines.insert(named[len(named) // 2], "    // A word of the user's.")
    path.write_text("\n".join(lines) + "\n")
    before = {each: each.read_bytes() for each in (path, whole)}
    report = json.loads(succeed("prune", path, output, "--json", "--ratio", 0.34).out)
    assert any(group["removed"] for group in report["groups"])
    assert all(each.read_bytes() == kept for each, kept in before.items())
    text = output.read_text()
    assert 'weights "pruned.weights.onnx"' in text and (tmp_path / "pruned.weights.onnx").exists()
    assert text.count("// A word of the user's.") == comments
    assert ("@imported" in text) == ("@imported" in path.read_text())
    # What is the same stays as it was, but for sizes.
    former, later = (re.sub(r"[\d, .eE+-]+", "0", each) for each in (path.read_text(), text))
    if name in NARROW:
        changed = set(later.splitlines()) - set(former.splitlines())
        assert len(changed) <= 1 + len(later.splitlines()) // 10, changed
    assert_sound(output)
    succeed("convert", path, exported)
    succeed("prune", exported, wanted, "--ratio", 0.34)
    succeed("convert", output, again)
    agree(onnx.load(wanted), onnx.load(again))
    onnx.checker.check_model(onnx.load(again), full_check=True)


def test_reconstruction_of_texts(tmp_path):
    """The weights beside a pruned text are those that pruning its export fits to the same samples."""
    path = tmp_path / "lenet.mica"
    path.write_text(narrow_text("lenet"))
    output, exported, wanted, again = (tmp_path / name for name in ("p.mica", "e.onnx", "w.onnx", "a.onnx"))
    options = ["--ratio", 0.3, "--by", "wanda", "--reconstruct", "--json"]
    report = json.loads(succeed("prune", path, output, *options).out)
    assert report["sqnr"]["after"] > report["sqnr"]["before"] and report["reconstructed"] > 0
    succeed("convert", path, exported, "--random-weights")
    succeed("prune", exported, wanted, *options)
    succeed("convert", output, again)
    (nodes, parameters), (other, others) = content(onnx.load(wanted)), content(onnx.load(again))
    assert nodes == other
    for key, array in parameters.items():
        assert np.allclose(array, others[key], rtol=1e-3, atol=1e-4 * np.abs(array).max()), key


def test_weights_of_others_stay(tmp_path):
    """The file for the new weights is neither the one that is read, nor somebody else's; one of the text's own is replaced."""
    text = narrow_text("lenet")
    (tmp_path / "lenet.mica").write_text(text)
    succeed("prune", "lenet.mica", "a.mica", cwd=tmp_path)
    weights = (tmp_path / "a.safetensors").read_bytes()
    (tmp_path / "again.mica").write_text((tmp_path / "a.mica").read_text())
    (tmp_path / "a.mica").unlink()
    (tmp_path / "z.safetensors").write_bytes(b"precious")
    for output, reason in [("a.mica", "takes its weights from this file"), ("z.mica", "is there already")]:
        outcome = mica("prune", "again.mica", output, cwd=tmp_path)
        assert outcome.code == 1 and "error[unwritable-file]" in outcome.err and reason in outcome.err, outcome
        assert not (tmp_path / output).exists()
    assert (tmp_path / "a.safetensors").read_bytes() == weights and (tmp_path / "z.safetensors").read_bytes() == b"precious"
    for ratio in (0.2, 0.4):
        succeed("prune", "again.mica", "b.mica", "--ratio", ratio, cwd=tmp_path)
