"""mica prune: what is left computes what the whole did, where nothing read the channels that went."""

import itertools
import json
import os
import re
import time
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from command import EXAMPLES, mica, succeed
from narrow import NARROW, TOKENS
from pruning import Feeds, Pruned, counted, difference, elements, enliven, fed, masked, prune, run, tensors, unsaturated
from pruning_graphs import drawn
from quantization import PUBLISHED

TOLERANCE = 1e-4
#: How far, at least, a model is from its pruned self where agreement within the tolerance says something.
TELLING = 100 * TOLERANCE
TOO_FEW = "too few of it would go"
# Whether everything is run, and not a part that is drawn.
SOAKS = float(os.environ.get("MICA_SOAK_SECONDS", "0")) >= 100


def stored_bytes(model: onnx.ModelProto) -> int:
    return sum(numpy_helper.to_array(tensor).nbytes for tensor in tensors(model).values())


def check(pruned: Pruned, feeds: Feeds, counts: bool = True) -> float:
    """The property, and that the plan told the truth; gives how far the results are from those before pruning.

    MACs are left out where the plan does not know them.
    """
    onnx.checker.check_model(pruned.after, full_check=True)
    before, whole_macs = counted(pruned.before, feeds)
    after, macs = counted(pruned.after, feeds)
    wanted = run(masked(pruned), feeds)
    found = difference(wanted, after)
    assert found <= TOLERANCE, f"{found} apart: {[group['name'] for group in pruned.lost]}"
    assert not counts or pruned.report["macs"] == {"before": whole_macs, "after": macs}
    assert elements(pruned.before) == pruned.report["parameters"]["before"]
    assert elements(pruned.after) == pruned.report["parameters"]["after"]
    assert {"before": stored_bytes(pruned.before), "after": stored_bytes(pruned.after)} == pruned.report["bytes"]
    new = [tensor for name, tensor in tensors(pruned.after).items() if re.search(r"\.pruned\d*$", name)]
    assert len({(tensor.data_type, tuple(tensor.dims), numpy_helper.to_array(tensor).tobytes()) for tensor in new}) == len(new)
    return difference(wanted, before)


def test_drawn_networks(seed, tmp_path):
    """Runs MICA_SOAK_SECONDS long over networks that are coupled in every way there is a rule for."""
    end = time.monotonic() + float(os.environ.get("MICA_SOAK_SECONDS", 15))
    kinds: dict[str, int] = {}
    apart: list[float] = []
    for turn in itertools.count():
        rng = np.random.default_rng([seed, turn])
        network, feeds, drawn_kinds = drawn(rng)
        path = tmp_path / f"{turn}.onnx"
        onnx.save(network, path)
        by = ["l1", "l2", "lamp", "fpgm"][turn % 4]
        try:
            pruned = prune(path, tmp_path, "--ratio", rng.choice([0.2, 0.4, 0.7]), "--by", by, *["--global"][: turn % 2], feeds=feeds)
            found = check(pruned, feeds)
        except Exception as error:
            raise AssertionError(f"turn {turn}:\n{onnx.printer.to_text(network)}") from error
        apart += [found] * bool(pruned.lost)
        for kind in drawn_kinds:
            kinds[kind] = kinds.get(kind, 0) + bool(pruned.lost)
        path.unlink()
        if time.monotonic() > end and turn >= 20:
            break
    telling = sum(each > TELLING for each in apart) / len(apart)
    print(f"{turn + 1} networks; of those that lost something {telling:.0%} are other ones then;", dict(sorted(kinds.items())))
    # In a few, a ReLU before the end lets nothing through.
    assert telling > 0.8


# MARK: - Networks

#: Networks of which something must stay for good reason, and so the MACs do not fall by a quarter.
FEW = {"convnext_tiny", "swin_t", "diffusion_unet", "vit_b_16", "bert_base", "gpt2", "tagger"}


#: Networks whose MACs, as an expression of their open sizes, are too long for a plan, whatever the sizes are bound to.
UNCOUNTED = {"diffusion_unet"}


def narrow(name: str, folder: Path) -> Path:
    settings, _ = NARROW[name]
    path = folder / f"{name}.onnx"
    succeed("convert", EXAMPLES / f"{name}.mica", path, "--random-weights", *(f"--set={text}" for text in settings))
    return path


def lively(name: str, folder: Path, rng: np.random.Generator) -> Path:
    """A narrow network with weights with which its results depend on each channel."""
    path = narrow(name, folder)
    model = onnx.load(path)
    samples = [feeds_of(name, model, rng) for _ in range(4)]
    onnx.save(enliven(model, joined(samples), rng), path)
    return path


def joined(samples: list[Feeds]) -> Feeds:
    return {name: np.concatenate([feeds[name] for feeds in samples]) for name in samples[0]}


def feeds_of(name: str, model: onnx.ModelProto, rng: np.random.Generator) -> Feeds:
    return fed(model, NARROW[name][1], rng)


@pytest.mark.parametrize("name", NARROW)
def test_networks(name, seed, tmp_path):
    """A third of the channels goes from every network; what cannot go is told."""
    rng = np.random.default_rng(seed)
    path = lively(name, tmp_path, rng)
    feeds = feeds_of(name, onnx.load(path), rng)
    pruned = prune(path, tmp_path, "--ratio", 0.34, feeds=feeds)
    apart = check(pruned, feeds, counts=name not in UNCOUNTED)
    print(f"{name}: {apart:.2g} standard deviations from what it was")
    assert apart > TELLING
    assert all(group["reason"] != TOO_FEW or group["slices"] < 3 for group in pruned.report["groups"])
    assert all(bool(group["removed"]) == (group["reason"] is None) for group in pruned.report["groups"])
    macs = pruned.report["macs"]
    if name not in FEW:
        assert macs["after"] <= 0.75 * macs["before"], [
            (group["name"], group["reason"]) for group in pruned.report["groups"] if group["reason"]
        ]


@pytest.mark.parametrize("name", NARROW)
def test_drawn_groups_of_networks(name, seed, tmp_path):
    """The property of each group alone; in a short run, of some that are drawn."""
    rng = np.random.default_rng(seed)
    path = lively(name, tmp_path, rng)
    groups = prune(path, tmp_path, "--ratio", 0.5).lost
    few = groups if SOAKS else rng.choice(groups, min(len(groups), 4), replace=False)
    feeds = feeds_of(name, onnx.load(path), rng)
    apart = []
    for group in few:
        makers = [axis["name"] for axis in group["tensors"] if "producer" in axis["roles"]]
        pruned = prune(path, tmp_path, "--ratio", 0.5, "--only", makers[0], feeds=feeds)
        apart.append(check(pruned, feeds, counts=name not in UNCOUNTED))
        assert apart[-1] > TELLING, group["name"]
        assert group["name"] in [each["name"] for each in pruned.lost]
    print(f"{name}: {len(few)} of {len(groups)} groups, each alone at least {min(apart):.2g} standard deviations")


@pytest.mark.parametrize("name", ["ddddocr_det", "ppocrv4_det"])
def test_exported_networks(name, models, tmp_path):
    """Of a picture of text they find what they would if nothing read the channels that went."""
    feeds = next(PUBLISHED[name].inputs(models))
    pruned = unsaturated(prune(models / PUBLISHED[name].path, tmp_path, "--ratio", 0.3, feeds=feeds))
    apart = check(pruned, feeds)
    macs = pruned.report["macs"]
    print(name, apart, macs)
    assert apart > TELLING
    assert macs["after"] <= 0.75 * macs["before"]


def test_norms_on_request(seed, tmp_path):
    """What LayerNormalization takes its statistics over goes only on request; the rest of the plan holds then too."""
    path = narrow("vit_b_16", tmp_path)
    pruned = prune(path, tmp_path, "--ratio", 0.34, "--allow-norm-change")
    onnx.checker.check_model(pruned.after, full_check=True)
    assert [group["reason"] for group in pruned.report["groups"] if group["reason"]] == ["output logits of the model"]
    assert elements(pruned.after) == pruned.report["parameters"]["after"]
    (result,) = run(pruned.after, feeds_of("vit_b_16", pruned.before, np.random.default_rng(seed)))
    assert result.shape == (1, 10) and np.isfinite(result).all()


@pytest.mark.parametrize("place", ["same", "other"])
def test_external_data(place, seed, tmp_path):
    """Weights in a data file are read from it, and what is left of them goes to one of the new model's own."""
    rng = np.random.default_rng(seed)
    network = onnx.load(lively("resnet50", tmp_path, rng))
    path = tmp_path / "external.onnx"
    onnx.save(network, path, save_as_external_data=True, location="weights.bin", size_threshold=100)
    kept = (tmp_path / "weights.bin").read_bytes()
    folder = tmp_path if place == "same" else tmp_path / "other"
    folder.mkdir(exist_ok=True)
    feeds = feeds_of("resnet50", network, rng)
    assert check(prune(path, folder, "--ratio", 0.3, feeds=feeds), feeds) > TELLING
    assert (tmp_path / "weights.bin").read_bytes() == kept


def test_initializers_that_are_inputs(seed, tmp_path):
    """As files had them before version 4 of the format; later, an input with a default is its caller's."""
    rng = np.random.default_rng(seed)
    network = onnx.load(lively("ds_cnn_s", tmp_path, rng))
    feeds = feeds_of("ds_cnn_s", network, rng)
    for tensor in network.graph.initializer:
        network.graph.input.append(onnx.helper.make_tensor_value_info(tensor.name, tensor.data_type, tensor.dims))
    path = tmp_path / "inputs.onnx"
    network.ir_version = 3
    onnx.save(network, path)
    pruned = prune(path, tmp_path, "--ratio", 0.3)
    assert len(pruned.lost) >= 5
    before, after = run(pruned.before, feeds), run(pruned.after, feeds)
    assert difference(run(masked(pruned), feeds), after) <= TOLERANCE
    assert difference(before, after) > TELLING
    network.ir_version = 10
    onnx.save(network, path)
    assert not prune(path, tmp_path, "--ratio", 0.3).lost


# MARK: - What goes


def scores(pruned, group: dict) -> np.ndarray:
    """l2 as Torch-Pruning has it: the mean over the weights of a group of the sum of squares of a slice."""
    stored = {tensor.name: onnx.numpy_helper.to_array(tensor).astype(np.float64) for tensor in pruned.before.graph.initializer}
    parts = []
    for axis in group["tensors"]:
        if axis["roles"]:
            array = np.moveaxis(stored[axis["name"]], axis["axis"], 0)
            parts.append((array.reshape(len(array), -1) ** 2).sum(1))
    return np.mean(parts, axis=0)


def test_least_important_channels_go(tmp_path):
    path = narrow("resnet50", tmp_path)
    pruned = prune(path, tmp_path, "--ratio", 0.25)
    assert len(pruned.lost) > 10
    for group in pruned.lost:
        wanted = scores(pruned, group)
        assert np.allclose(wanted, group["scores"], rtol=1e-4)
        assert len(group["removed"]) == int(0.25 * group["slices"])
        assert set(np.argsort(wanted, kind="stable")[: len(group["removed"])]) == set(group["removed"])


def test_filters_near_the_others_go(tmp_path):
    """--by fpgm: the mean over the producers of a group of the sum of a filter's distances to the others."""
    path = narrow("resnet50", tmp_path)
    pruned = prune(path, tmp_path, "--ratio", 0.25, "--by", "fpgm")
    assert len(pruned.lost) > 10
    weights = stored(path)
    for group in pruned.lost:
        parts = []
        for axis in group["tensors"]:
            if "producer" in axis["roles"]:
                filters = np.moveaxis(weights[axis["name"]].astype(np.float64), axis["axis"], 0)
                filters = filters.reshape(len(filters), -1)
                parts.append(np.linalg.norm(filters[:, None] - filters[None], axis=2).sum(1))
        wanted = np.mean(parts, axis=0)
        assert np.allclose(wanted, group["scores"], rtol=1e-4)
        assert set(np.argsort(wanted, kind="stable")[: len(group["removed"])]) == set(group["removed"])


def test_options(tmp_path):
    path = narrow("resnet50", tmp_path)
    plan = json.loads(succeed("prune", path, "--dry-run", "--json", "--ratio", 0.5, "--round-to", 8).out)
    lost = [group for group in plan["groups"] if group["removed"]]
    assert lost and all((group["slices"] - len(group["removed"])) % 8 == 0 for group in lost)
    target = json.loads(succeed("prune", path, "--dry-run", "--json", "--target", "macs=-40%").out)["macs"]
    assert 0.45 * target["before"] < target["after"] <= 0.6 * target["before"]
    kept = json.loads(succeed("prune", path, "--dry-run", "--json", "--keep", "layer1.*").out)["groups"]
    own = [group for group in kept if any(axis["name"].startswith("layer1.") for axis in group["tensors"])]
    assert own and not any(group["removed"] for group in own)
    assert any(group["removed"] for group in kept)
    few = json.loads(succeed("prune", path, "--dry-run", "--json", "--ratio", 0.9, "--max-ratio", 0.25, "--global").out)
    assert all(len(group["removed"]) <= 0.25 * group["slices"] for group in few["groups"])
    least = json.loads(succeed("prune", path, "--dry-run", "--json", "--threshold", 0.5).out)["groups"]
    for group in least:
        if not group["reason"]:
            assert len(group["removed"]) <= sum(score < 0.5 * max(group["scores"]) for score in group["scores"])


def test_wrong_calls(tmp_path):
    path = narrow("resnet50", tmp_path)
    for arguments in (["--ratio", "1"], ["--ratio", "nan"], ["--target", "macs=40%"], ["--granularity", "4:2"],
                      ["--ratio", "0.1", "--threshold", "0.1"], ["--round-to", "0"], ["--by", "magic"]):  # fmt: skip
        assert mica("prune", path, tmp_path / "out.onnx", *arguments).code == 2, arguments
    for option in ("--ratio", "--threshold", "--max-ratio"):
        outcome = mica("prune", path, "--dry-run", option, "-0.1")
        assert outcome.code == 2 and f"{option} takes 0 and more, less than 1, and this is -0.1" in outcome.err
    outcome = mica("prune", path, "--dry-run", "--round-to", "-8")
    assert outcome.code == 2 and "--round-to takes 1 to 65536, and this is -8" in outcome.err
    assert mica("prune", path, "--dry-run", "--granularity", "2:4", "--bind", "N=2").code == 2
    assert mica("prune", path).code == 2
    assert mica("prune", path, tmp_path / "out.onnx", "--target", "macs=-99.9%").code == 1
    assert mica("prune", tmp_path / "none.onnx", tmp_path / "out.onnx").code == 1
    assert not (tmp_path / "out.onnx").exists()


def test_unknown_names(tmp_path):
    """A name that nothing has is an error, which says what is called nearly so."""
    path = narrow("vgg16", tmp_path)
    for arguments, hint in (
        (["--keep", "features.0.weigt"], "did you mean `features.0.weight`?"),
        (["--only", "nosuch"], "no node and no stored tensor `nosuch`"),
        (["--only", "features.*", "--keep", "nosuch*"], "no node and no stored tensor `nosuch*`"),
        (["--granularity", "2:4", "--keep", "features.0.weigt"], "did you mean `features.0.weight`?"),
    ):
        for output in (["--dry-run"], [tmp_path / "out.onnx"]):
            outcome = mica("prune", path, *output, *arguments)
            assert outcome.code == 1 and hint in outcome.err, (arguments, outcome)
    assert not (tmp_path / "out.onnx").exists()


def test_open_sizes_are_told(tmp_path):
    """Operations that depend on open sizes are counted at 1, and it is said of which."""
    path = narrow("vgg16", tmp_path)
    assert "N=1; --bind" in succeed("prune", path, "--dry-run").out
    free, bound = (
        json.loads(succeed("prune", path, "--dry-run", "--json", *given).out) for given in ([], ["--bind", "N=2"])
    )
    assert free["assumed"] == {"N": 1} and bound["assumed"] == {}
    assert all(bound["macs"][key] == 2 * free["macs"][key] for key in ("before", "after"))
    assert free["misfit"] is bound["misfit"] is None
    for output in (["--dry-run"], [tmp_path / "out.onnx"]):
        outcome = mica("prune", path, *output, "--bind", "Q=3")
        assert outcome.code == 1 and "no input has a dimension called `Q`; there are `N`" in outcome.err
    assert not (tmp_path / "out.onnx").exists()


def test_operations_at_given_sizes(tmp_path):
    """The MACs of a network of many open sizes are those that its text has in a summary, once all of them are given."""
    path = narrow("diffusion_unet", tmp_path)
    sizes = ["--bind", "H=32,W=32,N=1"]
    report = json.loads(succeed("prune", path, "--dry-run", "--json", *sizes).out)
    settings = [f"--set={text}" for text in NARROW["diffusion_unet"][0]]
    summary = json.loads(succeed("summary", EXAMPLES / "diffusion_unet.mica", "--json", *settings, *sizes).out)
    assert report["macs"]["before"] == summary["macs"] > report["macs"]["after"] > 0
    assert report["assumed"] == {} and report["misfit"] is None
    assert json.loads(succeed("prune", path, "--dry-run", "--json", *sizes, "--target", "macs=-10%").out)["macs"]["after"] <= 0.9 * summary["macs"]


def test_sizes_that_cannot_be_are_told(tmp_path):
    """MACs that are counted at sizes with which the model contradicts itself are nobody's, whoever chose the sizes."""
    path = narrow("unet", tmp_path)
    for sizes in ([], ["--bind", "H=1,W=1"], ["--bind", "H=24,W=32"]):
        report = json.loads(succeed("prune", path, "--dry-run", "--json", *sizes).out)
        assert report["misfit"] and report["misfit"] in succeed("prune", path, "--dry-run", *sizes).out
    assert "do not fit" in succeed("prune", path, "--dry-run").out
    for sizes in (["--bind", "H=32,W=32"], ["--bind", "H=16,W=48,N=2"]):
        assert json.loads(succeed("prune", path, "--dry-run", "--json", *sizes).out)["misfit"] is None
        assert "do not fit" not in succeed("prune", path, "--dry-run", *sizes).out


# MARK: - Zeros


@pytest.mark.parametrize("keep,of", [(2, 4), (1, 4), (4, 8)])
def test_patterns(keep, of, tmp_path):
    """Of so many weights along the axis that is summed over, the greatest stay."""
    for name in ("vgg16", "bert_base"):
        path, output = narrow(name, tmp_path), tmp_path / "sparse.onnx"
        report = json.loads(succeed("prune", path, output, "--granularity", f"{keep}:{of}", "--json").out)
        before, after = ({t.name: onnx.numpy_helper.to_array(t) for t in onnx.load(p).graph.initializer} for p in (path, output))
        patterned = 0
        for tensor in report["tensors"]:
            old, new = before[tensor["name"]], after[tensor["name"]]
            assert np.count_nonzero(new == 0) == tensor["zeros"]
            if tensor["reason"]:
                assert np.array_equal(old, new)
                continue
            patterned += 1
            old, new = (np.moveaxis(array, tensor["axis"], -1).reshape(-1, of) for array in (old, new))
            assert (np.count_nonzero(new, axis=1) <= keep).all()
            assert np.array_equal(new[new != 0], old[new != 0])
            dropped = np.where(new == 0, np.abs(old), 0).max(axis=1)
            stays = np.where(new == 0, np.inf, np.abs(old)).min(axis=1)
            assert (dropped <= stays).all()
        assert patterned > 5


@pytest.mark.parametrize("shared", [False, True])
def test_elements(shared, tmp_path):
    """Exactly so many elements become 0, those of the least magnitude, of each tensor or of all together."""
    path, output = narrow("vgg16", tmp_path), tmp_path / "sparse.onnx"
    for amount in (["--ratio", 0.3], ["--threshold", 0.2]):
        arguments = ["--granularity", "element", "--json", *amount, *["--global"][: int(shared)]]
        report = json.loads(succeed("prune", path, output, *arguments).out)
        before, after = ({t.name: onnx.numpy_helper.to_array(t) for t in onnx.load(p).graph.initializer} for p in (path, output))
        names = [tensor["name"] for tensor in report["tensors"]]
        for part in [names] if shared else [[name] for name in names]:
            old, new = (np.concatenate([arrays[name].ravel() for name in part]) for arrays in (before, after))
            if amount[0] == "--ratio":
                assert np.count_nonzero(new == 0) == int(0.3 * old.size)
            else:
                assert np.array_equal(new == 0, np.abs(old) < np.float32(0.2) * np.abs(old).max())
            assert np.array_equal(new[new != 0], old[new != 0])
            assert np.abs(old[new == 0]).max(initial=0) <= np.abs(old[new != 0]).min()


# MARK: - On samples


def inputs_of(model: onnx.ModelProto, samples: list[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """What each weight of a matrix product or convolution is multiplied with, as `[channels]` of root sums of squares."""
    whole = onnx.ModelProto()
    whole.CopyFrom(model)
    made = {output: node for node in model.graph.node for output in node.output}
    wanted = {}
    for node in model.graph.node:
        if node.op_type in ("Conv", "Gemm", "MatMul") and node.input[0] not in {t.name for t in model.graph.initializer}:
            weight = node.input[1]
            while weight in made and made[weight].op_type == "Transpose":
                weight = made[weight].input[0]
            wanted[weight] = (node.input[0], 1 if node.op_type == "Conv" else -1)
    given = {value.name for value in model.graph.input}
    for name, _ in wanted.values():
        if name not in given and name not in {output.name for output in whole.graph.output}:
            whole.graph.output.append(onnx.ValueInfoProto(name=name))
    names = [output.name for output in whole.graph.output]
    sums: dict[str, np.ndarray] = {}
    for feeds in samples:
        values = dict(zip(names, run(whole, feeds))) | feeds
        for weight, (name, axis) in wanted.items():
            array = np.moveaxis(values[name].astype(np.float64), axis, 0)
            sums[weight] = sums.get(weight, 0) + (array.reshape(len(array), -1) ** 2).sum(1)
    return {name: np.sqrt(total) for name, total in sums.items()}


def saved(folder: Path, samples: list[dict[str, np.ndarray]]) -> Path:
    path = folder / "samples"
    path.mkdir(parents=True, exist_ok=True)
    for number, feeds in enumerate(samples):
        np.savez(path / f"{number}.npz", **feeds)
    return path


def stored(path: Path) -> dict[str, np.ndarray]:
    return {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in onnx.load(path).graph.initializer}


@pytest.mark.parametrize("name", ["vgg16", "bert_base", "resnet50"])
def test_wanda(name, seed, tmp_path):
    """Of each row, or block of a row, those weights go whose magnitude times what they are multiplied with is least."""
    path, output = narrow(name, tmp_path), tmp_path / "sparse.onnx"
    model, rng = onnx.load(path), np.random.default_rng(seed)
    samples = [feeds_of(name, model, rng) for _ in range(3)]
    norms = inputs_of(model, samples)
    before = stored(path)
    for granularity in (["2:4"], ["element", "--ratio", 0.4]):
        options = ["--by", "wanda", "--data", saved(tmp_path, samples), "--json", "--granularity", *granularity]
        report = json.loads(succeed("prune", path, output, *options).out)
        after = stored(output)
        found = 0
        for tensor in report["tensors"]:
            if tensor["reason"]:
                continue
            found += 1
            axis = tensor["axis"]
            old, new = before[tensor["name"]], after[tensor["name"]]
            shape = [-1 if place == axis else 1 for place in range(old.ndim)]
            # Samples go through another runtime's threads here and there, and so ties may fall otherwise.
            scores = np.abs(old).astype(np.float64) * norms[tensor["name"]].reshape(shape)
            rows = 0 if axis == 1 else 1
            if granularity == ["2:4"]:
                lists, kept = np.moveaxis(scores, axis, -1).reshape(-1, 4), np.moveaxis(new != 0, axis, -1).reshape(-1, 4)
                assert (kept.sum(1) <= 2).all()
            else:
                lists, kept = (np.moveaxis(each, rows, 0).reshape(old.shape[rows], -1) for each in (scores, new != 0))
                assert ((~kept).sum(1) == int(0.4 * kept.shape[1])).all()
            gone = np.where(kept, 0, lists).max(axis=1)
            stays = np.where(kept, lists, np.inf).min(axis=1)
            assert (gone <= stays * 1.0001).all(), tensor["name"]
            assert np.array_equal(new[new != 0], old[new != 0])
        assert found > 5


@pytest.mark.parametrize("granularity", ["channel", "2:4"])
@pytest.mark.parametrize("options", [["--by", "wanda"], ["--reconstruct"]], ids=["wanda", "reconstruct"])
def test_samples_without_numbers_are_told(options, granularity, seed, tmp_path):
    """A sample whose values are infinite or NaN where weights read them is named, with the tensor, and nothing is written."""
    path, output = narrow("vgg16", tmp_path), tmp_path / "pruned.onnx"
    rng = np.random.default_rng(seed)
    samples = [feeds_of("vgg16", onnx.load(path), rng) for _ in range(3)]
    for broken in (np.nan, np.inf):
        samples[1]["image"][0, 0, 3, 3] = broken
        outcome = mica("prune", path, output, "--data", saved(tmp_path, samples), "--granularity", granularity, *options)
        assert outcome.code == 1 and re.search(r"in sample 2, `[^`]+` has infinite numbers or NaN", outcome.err), outcome
        assert not output.exists()


NOT_FINITE = "its weights are not all finite"


@pytest.mark.parametrize("broken", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize(
    "options",
    [["channel"], ["channel", "--global"], ["channel", "--by", "l2"], ["channel", "--by", "lamp"], ["channel", "--by", "fpgm"],
     ["element"], ["element", "--global"], ["element", "--threshold", 0.2, "--global"], ["2:4"], ["2:4", "--by", "wanda"]],
    ids=lambda options: "-".join(str(each).strip("-") for each in options),
)  # fmt: skip
def test_weights_without_numbers_stay(options, broken, tmp_path):
    """A weight with an infinite number or NaN stays, and so do the channels that it has, with the reason; others are as without."""
    path, output = narrow("vgg16", tmp_path), tmp_path / "pruned.onnx"
    model = onnx.load(path)
    place = next(i for i, tensor in enumerate(model.graph.initializer) if tensor.name == "features.8.weight")
    array = onnx.numpy_helper.to_array(model.graph.initializer[place]).copy()
    array[3, 2, 1, 1] = broken
    model.graph.initializer[place].CopyFrom(onnx.numpy_helper.from_array(array, "features.8.weight"))
    onnx.save(model, path)
    if "wanda" in options:
        outcome = mica("prune", path, output, "--granularity", *options)
        assert outcome.code == 1 and "has infinite numbers or NaN" in outcome.err and not output.exists(), outcome
        return
    report = json.loads(succeed("prune", path, output, "--json", "--granularity", *options).out)
    if options[0] == "channel":
        touched = [group for group in report["groups"] if "features.8.weight" in [axis["name"] for axis in group["tensors"]]]
        # Which channels a convolution reads does not count by its own distances.
        if "fpgm" in options:
            touched = [group for group in touched if group["name"] == "features.8.weight"]
        assert touched and all(group["reason"] == NOT_FINITE and not group["removed"] for group in touched)
        assert sum(bool(group["removed"]) for group in report["groups"]) > 5
    else:
        (tensor,) = [tensor for tensor in report["tensors"] if tensor["name"] == "features.8.weight"]
        assert tensor["reason"] == NOT_FINITE
        assert np.array_equal(stored(output)["features.8.weight"], array, equal_nan=True)
        others = [np.count_nonzero(each == 0) for name, each in stored(output).items() if name in
                  {tensor["name"] for tensor in report["tensors"] if not tensor["reason"]}]  # fmt: skip
        assert sum(count > 0 for count in others) > 5
        assert all(np.isfinite(each).all() for name, each in stored(output).items() if name != "features.8.weight")


GRANULARITIES = {"2:4": ["2:4"], "element": ["element", "--ratio", 0.5], "channel": ["channel", "--ratio", 0.3]}


def drawn_samples(name: str, model: onnx.ModelProto, rng: np.random.Generator, count: int) -> list[dict[str, np.ndarray]]:
    if name in NARROW:
        return [feeds_of(name, model, rng) for _ in range(count)]
    return [{"image": rng.standard_normal([8, 1, 28, 28]).astype(np.float32)} for _ in range(count)]


def rebuilt(path: Path, folder: Path, samples: list[dict[str, np.ndarray]], granularity: str) -> tuple[Path, Path, dict]:
    """A model that is pruned, and one that is fitted to samples besides."""
    plain, fitted = folder / "plain.onnx", folder / "fitted.onnx"
    options = ["--json", "--granularity", *GRANULARITIES[granularity]]
    succeed("prune", path, plain, *options)
    call = ["prune", path, fitted, "--reconstruct", "--data", saved(folder, samples), *options]
    return plain, fitted, json.loads(succeed(*call).out)


def squared_errors(model: onnx.ModelProto, others: list[onnx.ModelProto], samples: list[dict[str, np.ndarray]]) -> np.ndarray:
    errors = np.zeros(len(others))
    for feeds in samples:
        wanted = run(model, feeds)
        for place, other in enumerate(others):
            errors[place] += sum(np.square(a.astype(np.float64) - b).sum() for a, b in zip(wanted, run(other, feeds)))
    return errors


#: Networks whose results say something with new weights: where they all but vanish there is nothing to come nearer to.
REBUILT = ["lenet", "vgg16", "resnet50", "densenet121", "bert_base", "vit_b_16", "ds_cnn_s", "gpt2"]


@pytest.mark.parametrize(
    "name,granularity",
    [(name, granularity) for name in REBUILT for granularity in GRANULARITIES]
    + [("tagger", "channel"), ("mobilenet_v2", "2:4"), ("convnext_tiny", "2:4"), ("unet", "2:4")],
)
def test_reconstruction(name, granularity, seed, tmp_path):
    """What is gone stays gone, and the outputs come nearer to what they were, of most networks on other samples too."""
    path = tmp_path / f"{name}.onnx"
    if name in NARROW:
        path = narrow(name, tmp_path)
    else:
        succeed("convert", EXAMPLES / f"{name}.mica", path, "--random-weights")
    rng = np.random.default_rng(seed)
    model = onnx.load(path)
    samples, unseen = drawn_samples(name, model, rng, 4), drawn_samples(name, model, rng, 4)
    plain, fitted, report = rebuilt(path, tmp_path, samples, granularity)
    assert report["reconstructed"] > 0
    old, new = stored(plain), stored(fitted)
    assert old.keys() == new.keys()
    for tensor in old:
        assert old[tensor].shape == new[tensor].shape and np.isfinite(new[tensor]).all()
        assert granularity == "channel" or np.array_equal(old[tensor] == 0, new[tensor] == 0)
    others = [onnx.load(plain), onnx.load(fitted)]
    errors, apart = (squared_errors(model, others, part) for part in (samples, unseen))
    print(
        f"{name}, {granularity}: {report['sqnr']} dB; {errors[0] / errors[1]:.3g} times less error, "
        f"{apart[0] / apart[1]:.3g} times on samples that were not fitted to"
    )
    assert errors[1] < errors[0]
    # Drawn images have nothing in common, and a few of them are too few rows for the heads of these.
    assert apart[1] < apart[0] or name in {"vit_b_16", "convnext_tiny"}
    assert report["sqnr"]["after"] > report["sqnr"]["before"]


#: What is added to the diagonal, by its mean: that which does best on the half of the samples that is not fitted to.
DAMPINGS = [0.01, 0.1, 1, 3, 10]


def fitted_rows(weight: np.ndarray, stays: np.ndarray, halves: list[tuple[np.ndarray, np.ndarray]]) -> np.ndarray | None:
    """The rows that come nearest to X Wᵀ with those columns of X̂ alone; None where no damping helps the other half."""
    gone = np.setdiff1d(np.arange(weight.shape[1]), stays)
    mean = sum((after**2).sum() for _, after in halves) / weight.shape[1]

    def solved(before: np.ndarray, after: np.ndarray, rows: np.ndarray, damping: float) -> np.ndarray:
        target = before @ rows.T - after[:, stays] @ rows[:, stays].T
        gram = after[:, stays].T @ after[:, stays] + damping * np.eye(len(stays))
        return rows[:, stays] + np.linalg.solve(gram, after[:, stays].T @ target).T

    def error(before: np.ndarray, after: np.ndarray, rows: np.ndarray, new: np.ndarray) -> float:
        return ((before @ rows.T - after[:, stays] @ new.T) ** 2).sum()

    assert (halves[0][1][:, gone] == 0).all()
    trial = weight[:: max(1, len(weight) // 32)][:32]
    costs = {None: sum(error(*half, trial, trial[:, stays]) for half in halves)}
    for part in DAMPINGS:
        fits = [solved(*half, trial, part * mean) for half in halves]
        costs[part] = sum(error(*half, trial, fit) for half, fit in zip(halves, reversed(fits)))
    best = min(costs, key=costs.get)
    return best and solved(*(np.concatenate(each) for each in zip(*halves)), weight, best * mean)


def test_reconstruction_solves_the_normal_equations(seed, tmp_path):
    """Each matrix that reads fewer channels is the damped least-squares solution on its new inputs, as NumPy finds it."""
    path = tmp_path / "lenet.onnx"
    succeed("convert", EXAMPLES / "lenet.mica", path, "--random-weights")
    model = onnx.load(path)
    samples = drawn_samples("lenet", model, np.random.default_rng(seed), 4)
    _, fitted, report = rebuilt(path, tmp_path, samples, "channel")
    before, after = stored(path), stored(fitted)
    gone: dict[str, dict[int, list[int]]] = {}
    for group in report["groups"]:
        for axis in group["tensors"]:
            gone.setdefault(axis["name"], {})[axis["axis"]] = axis["removed"]
    gemms = [node for node in model.graph.node if node.op_type == "Gemm"]
    rows = []
    # What was fitted before does not change any more: the inputs are those of the finished model.
    for each in (model, onnx.load(fitted)):
        each.graph.output.extend(onnx.ValueInfoProto(name=node.input[0]) for node in gemms)
        rows.append([run(each, feeds)[-len(gemms) :] for feeds in samples])
    checked = 0
    for place, node in enumerate(gemms):
        weight = before[node.input[1]].astype(np.float64)
        lost = gone.get(node.input[1], {})
        if not lost.get(1):
            continue
        checked += 1
        stays = np.setdiff1d(np.arange(weight.shape[1]), lost[1])
        halves = []
        for half in range(2):
            whole, pruned = (np.concatenate([each[place] for each in part[half::2]]).astype(np.float64) for part in rows)
            halves.append((whole, np.zeros_like(whole)))
            halves[half][1][:, stays] = pruned
        wanted = fitted_rows(weight, stays, halves)
        wanted = np.delete(weight[:, stays] if wanted is None else wanted, lost.get(0, []), axis=0)
        assert np.allclose(after[node.input[1]], wanted, rtol=1e-3, atol=1e-4 * np.abs(wanted).max())
    assert checked >= 2


def test_reconstruction_says_how_many_samples_it_takes(seed, tmp_path):
    """With fewer rows than unknowns there is a warning with a number of samples, and with so many there is none."""
    path = narrow("bert_base", tmp_path)
    samples = drawn_samples("bert_base", onnx.load(path), np.random.default_rng(seed), 2)
    call = ["prune", path, "--dry-run", "--granularity", "2:4", "--reconstruct", "--data"]
    few = succeed(*call, saved(tmp_path / "few", samples))
    found = re.search(
        r"warning\[few-samples\]: (\S+) is fitted to (\d+) rows, each output with (\d+) unknowns.* "
        r"give at least (\d+) samples, not 2",
        few.err,
    )
    assert found, few.err
    rows, unknowns, needed = (int(found[group]) for group in (2, 3, 4))
    # The pooler reads one token of each sentence, and half of its weights are left.
    assert found[1] == "pooler.dense.weight" and rows == 2 and unknowns == stored(path)[found[1]].shape[0] // 2
    assert needed == unknowns
    enough = drawn_samples("bert_base", onnx.load(path), np.random.default_rng(seed), needed)
    assert "few-samples" not in succeed(*call, saved(tmp_path / "enough", enough)).err


@pytest.mark.parametrize(
    "name,granularity",
    [(name, "2:4") for name in sorted(PUBLISHED)]
    # Which elements are 0 matters little: all of them in a soak.
    + [(name, "element") for name in (sorted(PUBLISHED) if SOAKS else ["paraphrase_minilm_l3", "ppocrv4_det"])],
)
def test_reconstruction_of_published_models(name, granularity, models, tmp_path):
    """What is calibrated on comes nearer to what it was, and so do samples that it is not fitted to."""
    published = PUBLISHED[name]
    path = models / published.path
    if published.tensor:
        # Where the length of the result depends on values, a tensor inside is what is looked at.
        whole, path = path, tmp_path / "inside.onnx"
        succeed("extract", whole, path, "--to", published.tensor)
    # Of each sentence there are few rows, of each image many.
    samples = list(itertools.islice(published.inputs(models), 8 if published.needs_models else 4))
    inputs = {value.name for value in onnx.load(path, load_external_data=False).graph.input}
    samples = [{key: array for key, array in feeds.items() if key in inputs} for feeds in samples]
    half = len(samples) // 2
    seen, others = saved(tmp_path / "seen", samples[:half]), saved(tmp_path / "others", samples[half:])
    plain, rebuilt = tmp_path / "plain.onnx", tmp_path / "rebuilt.onnx"
    options = ["--json", "--granularity", *GRANULARITIES[granularity]]
    succeed("prune", path, plain, *options)
    report = json.loads(succeed("prune", path, rebuilt, *options, "--reconstruct", "--data", seen).out)
    assert report["reconstructed"] > 0

    def worst(model: Path) -> float:
        outputs = json.loads(mica("compare", path, model, "--data", others, "--json").out)["outputs"]
        return min(value["sqnr"] for value in outputs if value["sqnr"] is not None)

    before, after = worst(plain), worst(rebuilt)
    print(name, granularity, report["sqnr"], "dB; on other samples:", before, after)
    assert report["sqnr"]["after"] > report["sqnr"]["before"]
    assert after > before


# MARK: - Full size

#: Networks as they are published, and inputs for them: all of them in a soak.
WHOLE: dict[str, dict[str, list[int]]] = {
    name: {"image": [1, 3, 224, 224]} for name in ("resnet18", "resnet50", "mobilenet_v2", "densenet121", "vgg16", "vit_b_16")
} | {"unet": {"image": [1, 3, 64, 64]}, "bert_base": TOKENS}  # fmt: skip


#: Those of which a quarter of the MACs goes.
CONVOLUTIONAL = {"resnet18", "resnet50", "mobilenet_v2", "densenet121", "vgg16", "unet"}


@pytest.mark.parametrize("name", [*WHOLE, "paraphrase"] if SOAKS else ["resnet18", "paraphrase"])
def test_full_size_random_weights(name, models, seed, tmp_path):
    """The property and the plan's numbers, of networks of the size that people use."""
    rng = np.random.default_rng(seed)
    if name == "paraphrase":
        (path,), shapes = models.glob("**/*paraphrase*.onnx"), TOKENS
        feeds = fed(onnx.load(path), shapes, rng)
    else:
        path, shapes = tmp_path / f"{name}.onnx", WHOLE[name]
        succeed("convert", EXAMPLES / f"{name}.mica", path, "--random-weights")
        model = onnx.load(path)
        feeds = fed(model, shapes, rng)
        onnx.save(enliven(model, joined([feeds, fed(model, shapes, rng)]), rng), path)
    pruned = prune(path, tmp_path, "--ratio", 0.3, feeds=feeds)
    apart = check(pruned, feeds)
    assert apart > TELLING
    macs = pruned.report["macs"]
    left = [(group["name"], group["reason"]) for group in pruned.report["groups"] if not group["removed"]]
    print(name, pruned.report["parameters"], macs, f"{apart:.2g} apart from what it was; left alone:", left)
    # A group of fewer than four slices has none that are 30 %.
    assert all(group["reason"] != TOO_FEW or group["slices"] < 4 for group in pruned.report["groups"])
    assert macs["after"] <= 0.75 * macs["before"] or name not in CONVOLUTIONAL and any(reason for _, reason in left)
