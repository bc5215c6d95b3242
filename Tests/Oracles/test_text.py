"""Models that others made, written as Mica text and back: the `onnx` package must see no difference."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import onnx
import onnx.backend.test.data
import onnx.printer
import pytest
from onnx import helper, numpy_helper
from onnx.backend.test.case.node import collect_testcases

import onnx_everything
import text_generated
import text_models
import text_odd
from command import mica, succeed

ROUNDTRIP = Path(__file__).with_name("onnx_roundtrip.py")


def batch(pairs: list[tuple[Path, Path]], listing: Path, *options: str):
    listing.write_text("".join(f"{source}\t{target}\n" for source, target in pairs))
    return mica("convert", *options, "--batch", listing)


def equal_after_text(sources: list[Path], folder: Path, lifts: bool = False) -> list[Path]:
    """Writes each model as text and back, and gives the texts; a statement stands for each node unless `lifts`.

    All must come back equal, and so must what is written from one ONNX file to another; the texts check without errors
    and are laid out as `mica format` would.
    """
    texts = returning(sources, folder, *([] if lifts else ["--operators"]))
    succeed("format", "--check", folder)
    succeed("check", folder)
    return texts


def returning(sources: list[Path], folder: Path, *options: str) -> list[Path]:
    """Writes each model as text and back, and from one ONNX file to another; all must come back equal."""
    folder.mkdir()
    texts = [folder / f"{index}.mica" for index in range(len(sources))]
    outcome = batch(list(zip(sources, texts, strict=True)), folder / "texts.list", *options)
    assert outcome.code == 0, outcome.err
    backs = [text.with_suffix(".onnx") for text in texts]
    assert batch(list(zip(texts, backs, strict=True)), folder / "back.list").code == 0
    anew = [folder / f"{index}-anew.onnx" for index in range(len(sources))]
    assert batch(list(zip(sources, anew, strict=True)), folder / "anew.list").code == 0
    listing = folder / "pairs.list"
    pairs = [*zip(sources, backs, strict=True), *zip(sources, anew, strict=True)]
    listing.write_text("".join(f"{source}\t{back}\n" for source, back in pairs))
    done = subprocess.run([sys.executable, ROUNDTRIP, "--list", listing], capture_output=True, text=True)
    assert f"{len(pairs)} passed, 0 failed" in done.stdout, done.stdout + done.stderr
    print(f"{len(sources)} of {len(sources)} models are equal after text, and after being written anew")
    return texts


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_node_models(tmp_path):
    """Every operator's own test model in the onnx package."""
    cases = collect_testcases(None)
    assert len(cases) > 1800
    for index, case in enumerate(cases):
        onnx.save(case.model, tmp_path / f"{index}.onnx")
    texts = equal_after_text(sorted(tmp_path.glob("*.onnx")), tmp_path / "texts")
    assert not [text for text in texts if "@raw" in text.read_text()]


def test_data_models(tmp_path):
    """The models that ship in the onnx package as files."""
    models = sorted(Path(onnx.backend.test.data.__path__[0]).rglob("*.onnx"))
    assert len(models) > 140
    texts = equal_after_text(models, tmp_path / "texts")
    assert not [text for text in texts if "@raw" in text.read_text()]


def test_real_models(models, tmp_path):
    """Published models; none of their weights is copied into a text."""
    sources = sorted(models.rglob("*.onnx"))
    assert len(sources) > 15
    texts = equal_after_text(sources, tmp_path / "texts")
    assert not [text for text in texts if "@raw" in text.read_text()]


def test_hard_models(tmp_path):
    """Names, attributes of all kinds, subgraphs, descriptions."""
    text_models.main(tmp_path)
    equal_after_text(sorted(tmp_path.glob("*.onnx")), tmp_path / "texts")


@pytest.mark.parametrize("options", [[], ["--operators"]], ids=["lifted", "operators"])
def test_odd_models(options, tmp_path):
    """What no exporter should write, errors in texts of it aside."""
    text_odd.main(tmp_path)
    sources = sorted(tmp_path.glob("*.onnx"))
    assert len(sources) > 80
    assert not [text for text in returning(sources, tmp_path / "texts", *options) if "@raw" in text.read_text()]


@pytest.mark.parametrize("operators", [[], ["--operators"]], ids=["lifted", "operators"])
def test_attributes_said_twice_are_refused(operators, tmp_path):
    model = text_odd.model([text_odd.relu(a=1)])
    model.graph.node[0].attribute.add(name="a", i=2, type=2)
    onnx.save(model, tmp_path / "twice.onnx")
    refused = mica("convert", *operators, tmp_path / "twice.onnx", tmp_path / "twice.mica")
    assert refused.code == 1 and "`a`" in refused.err and "twice" in refused.err
    assert not (tmp_path / "twice.mica").exists()


def test_every_field(tmp_path):
    """Models that use every field of onnx.proto, one of them with fields that it does not have."""
    onnx_everything.main(str(tmp_path))
    texts = equal_after_text(sorted(tmp_path.glob("*.onnx")), tmp_path / "texts")
    assert len(texts) == 2


def test_generated_models(tmp_path, seed):
    """Random models with hostile names, all kinds of attributes and nested graphs; until MICA_SOAK_SECONDS are over."""
    end = time.monotonic() + float(os.environ.get("MICA_SOAK_SECONDS", "0"))
    start = 0
    while start == 0 or time.monotonic() < end:
        folder = tmp_path / str(start)
        folder.mkdir()
        text_generated.main(folder, seed + start, 100)
        equal_after_text(sorted(folder.glob("*.onnx")), folder / "texts")
        equal_after_text(sorted(folder.glob("*.onnx")), folder / "lifted", lifts=True)
        shutil.rmtree(folder)
        start += 100
    print(f"{start} generated models are equal after text")


def test_external_data(tmp_path):
    """Tensors in several files beside the model stay there: the text names the model, and the models share the data."""
    tensors = [text_models.stored(name, range(600)) for name in ["a", "b", "c"]]
    made = text_models.model(
        [onnx.helper.make_node("Sum", ["x", "a", "b", "c"], ["y"])], [text_models.info("x", (600,))],
        [text_models.info("y", (600,))], tensors,
    )
    for tensor in made.graph.initializer:
        onnx.external_data_helper.set_external_data(tensor, f"{tensor.name}.bin")
    onnx.save(made, tmp_path / "m.onnx")
    assert sorted(path.name for path in tmp_path.glob("*.bin")) == ["a.bin", "b.bin", "c.bin"]
    equal_after_text([tmp_path / "m.onnx"], tmp_path / "texts")
    succeed("convert", "m.onnx", "m.mica", cwd=tmp_path)
    succeed("convert", "m.mica", "back.onnx", cwd=tmp_path)
    succeed("convert", "m.onnx", "anew.onnx", cwd=tmp_path)
    original = onnx.load(tmp_path / "m.onnx", load_external_data=False)
    for name in ["back", "anew"]:
        assert list(onnx.load(tmp_path / f"{name}.onnx", load_external_data=False).graph.initializer) == list(original.graph.initializer)


def test_large_model(tmp_path):
    """In a soak a model of 2.5 GB, which no single file can hold, its weights in a file beside it."""
    count, size = 10, 1 << 26 if float(os.environ.get("MICA_SOAK_SECONDS", "0")) >= 60 else 1 << 16
    tensors = [onnx.TensorProto(name=f"w{index}", data_type=1, dims=[size]) for index in range(count)]
    with open(tmp_path / "w.bin", "wb") as file:
        for index in range(count):
            file.seek(index * size * 4)
            file.write(bytes([index + 1] * 64))
        file.truncate(count * size * 4)
    for index, tensor in enumerate(tensors):
        tensor.data_location = onnx.TensorProto.EXTERNAL
        for key, value in [("location", "w.bin"), ("offset", index * size * 4), ("length", size * 4)]:
            tensor.external_data.add(key=key, value=str(value))
    nodes = [onnx.helper.make_node("Sum", ["x", *(tensor.name for tensor in tensors)], ["y"])]
    made = text_models.model(nodes, [text_models.info("x", (size,))], [text_models.info("y", (size,))], tensors)
    (tmp_path / "m.onnx").write_bytes(made.SerializeToString())
    succeed("convert", "m.onnx", "m.mica", cwd=tmp_path)
    succeed("convert", "m.mica", "back.onnx", cwd=tmp_path)
    succeed("convert", "m.onnx", "anew.onnx", cwd=tmp_path)
    for name in ["back", "anew"]:
        back = onnx.load(tmp_path / f"{name}.onnx", load_external_data=False)
        assert list(back.graph.initializer) == tensors
    onnx.checker.check_model(str(tmp_path / "back.onnx"))
    # In another folder the weights are written too.
    (tmp_path / "other").mkdir()
    succeed("convert", "m.mica", "other/back.onnx", cwd=tmp_path)
    onnx.checker.check_model(str(tmp_path / "other" / "back.onnx"))
    elsewhere = onnx.load(tmp_path / "other" / "back.onnx", load_external_data=False).graph.initializer
    assert [tensor.name for tensor in elsewhere] == [tensor.name for tensor in tensors]
    for index, tensor in enumerate(elsewhere):
        written = tensor.raw_data
        if tensor.data_location == onnx.TensorProto.EXTERNAL:
            place = {entry.key: entry.value for entry in tensor.external_data}
            with open(tmp_path / "other" / place["location"], "rb") as file:
                file.seek(int(place["offset"]))
                written = file.read(int(place["length"]))
        assert len(written) == size * 4
        assert written[:64] == bytes([index + 1] * 64) and written.count(0) == len(written) - 64


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


def test_a_text_does_not_replace_its_weights(tmp_path):
    """`$name` would mean another tensor behind it, or none: refused, and every file is as it was."""
    values = [np.full(20, value, np.float32) for value in (1, 10, 100)]
    constants = [onnx.helper.make_node("Constant", [], [f"c{index}"], value=numpy_helper.from_array(value)) for index, value in enumerate(values)]
    nodes = [onnx.helper.make_node("Add", ["x" if index == 0 else f"y{index - 1}", f"c{index}"], [f"y{index}"]) for index in range(3)]
    made = text_models.model([*constants, *nodes], [text_models.info("x", (20,))], [text_models.info("y2", (20,))], [])
    (tmp_path / "m.onnx").write_bytes(made.SerializeToString())
    before = (tmp_path / "m.onnx").read_bytes()
    for level in [[], ["--operators"]]:
        succeed("convert", *level, "m.onnx", "m.mica", cwd=tmp_path)
        text = (tmp_path / "m.mica").read_text()
        assert "$" in text
        (tmp_path / "link.onnx").symlink_to(tmp_path / "m.onnx")
        for target in ["m.onnx", "./m.onnx", "link.onnx"]:
            outcome = mica("convert", "m.mica", target, cwd=tmp_path)
            assert outcome.code == 1 and "takes tensors from this file" in outcome.err, outcome.err
        for command in [["quantize", "m.mica", "m.onnx"], ["simplify", "m.mica", "m.onnx"], ["rename", "m.mica", "m.onnx", "x=z"]]:
            outcome = mica(*command, cwd=tmp_path)
            assert outcome.code == 1, (command, outcome)
        (tmp_path / "link.onnx").unlink()
        assert (tmp_path / "m.onnx").read_bytes() == before
        assert (tmp_path / "m.mica").read_text() == text
        succeed("convert", "m.mica", "other.onnx", cwd=tmp_path)
        assert sorted(path.name for path in tmp_path.iterdir()) == ["m.mica", "m.onnx", "other.onnx"]


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


def test_edits_that_are_wrong(tmp_path):
    """What a file says stands, whatever it is; what an edit of its text brings is held to the operators."""
    model = onnx.parser.parse_model(
        '<ir_version: 8, opset_import: ["": 17]> g (float[2, 3] x, float[5] z) => (float[2, 3] y) {'
        " a = Neg(x) b = Softmax<axis = 1>(a) c = Relu(b) y = Abs<foo = 1>(c) }"
    )
    onnx.save(model, tmp_path / "m.onnx")
    succeed("convert", "m.onnx", "m.mica", cwd=tmp_path)
    text = (tmp_path / "m.mica").read_text()
    succeed("convert", "m.mica", "same.onnx", cwd=tmp_path)
    assert onnx.printer.to_text(onnx.load(tmp_path / "same.onnx")) == onnx.printer.to_text(model)
    for old, new, reason in [
        ("Softmax", "Sotfmax", "Softmax"), ("axis=1", "axsi=1", "axsi"), ("axis=1", "axis=7", "7"), ("axis=1", 'axis="a"', "axis"),
        ("Relu", "Gather", "Gather"), ("Softmax", "LayerNormalization", "LayerNormalization"),
    ]:
        assert text.count(old) >= 1, text
        (tmp_path / "edited.mica").write_text(text.replace(old, new))
        outcome = mica("convert", "edited.mica", "out.onnx", cwd=tmp_path)
        assert outcome.code == 1 and "error[" in outcome.err and reason in outcome.err, (new, outcome)
        assert not (tmp_path / "out.onnx").exists()
    (tmp_path / "edited.mica").write_text(text.replace("Relu", "Sigmoid"))
    succeed("convert", "edited.mica", "out.onnx", cwd=tmp_path)
    assert [node.op_type for node in onnx.load(tmp_path / "out.onnx").graph.node] == ["Neg", "Softmax", "Sigmoid", "Abs"]


def test_annotations_win_over_the_file(tmp_path):
    """What is written before a statement stands in the exported node; what it does not say is as in the file."""
    model = onnx.parser.parse_model(
        '<ir_version: 10, opset_import: ["": 17]> g (float[2, 3] x) => (float[2, 3] y) {'
        " [first] a = Neg(x) [second] b = Softmax(a) [third] y = Relu(b) }"
    )
    for node in model.graph.node:
        node.ClearField("domain")
    first = model.graph.node[0]
    first.doc_string = "Of the file."
    for key in ["kept", "changed"]:
        first.metadata_props.add(key=key, value="file")
    onnx.save(model, tmp_path / "m.onnx")
    head = 'use onnx 17\n\n@imported\nmodel g(x: f32[2, 3]) -> (y: f32[2, 3]) {\n    weights "m.onnx"\n'
    said = '    @name("New") @doc("Of the text.") @meta("changed", "text")\n'
    for annotations in ["", said]:
        (tmp_path / "m.mica").write_text(head + annotations + "    a = -x\n    return Softmax(a) |> Relu\n}\n")
        succeed("convert", "m.mica", "out.onnx", cwd=tmp_path)
        if annotations:
            first.name, first.doc_string, first.metadata_props[1].value = "New", "Of the text.", "text"
        assert onnx.load(tmp_path / "out.onnx").graph == model.graph


def test_names_that_unicode_holds_to_be_equal(tmp_path):
    """Two names of other bytes are two, though they look and sort alike; so are sizes, and folders may have any letters."""
    names = {key: value for key, value in zip("pqrs", ["é", "e\u0301", "Å", "\u212b"])}
    nodes = [
        helper.make_node("Neg", [names["p"]], [names["r"]]), helper.make_node("Abs", [names["q"]], [names["s"]]),
        helper.make_node("Sub", [names["r"], names["s"]], ["y"]),
    ]  # fmt: skip
    given = [helper.make_tensor_value_info(names[key], onnx.TensorProto.FLOAT, [names["p"], names["q"]]) for key in "pq"]
    result = [helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, None)]
    model = helper.make_model(helper.make_graph(nodes, "g", given, result), opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    folder = tmp_path / "Modèles é"
    folder.mkdir()
    onnx.save(model, folder / "m.onnx")
    for level in ([], ["--operators"]):
        succeed("convert", *level, "Modèles é/m.onnx", "Modèles é/m.mica", cwd=tmp_path)
        succeed("convert", "Modèles é/m.mica", "back.onnx", cwd=tmp_path)
        assert onnx.load(tmp_path / "back.onnx").graph == model.graph
    succeed("convert", "Modèles é/m.onnx", "out.onnx", cwd=tmp_path)
    assert onnx.load(tmp_path / "out.onnx").graph == model.graph
