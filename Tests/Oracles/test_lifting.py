"""Models that others made, written as Mica text for reading and back: equal, short, and open to edits that keep the rest."""

import subprocess
import sys
from pathlib import Path

import numpy
import onnx
import onnx.backend.test.data
import onnxruntime
import pytest
from onnx.backend.test.case.node import collect_testcases

import text_models
from command import mica, succeed
from transformer import transformer

ROUNDTRIP = Path(__file__).with_name("onnx_roundtrip.py")


def lifted(sources: list[Path], folder: Path) -> dict[Path, str]:
    """The texts of models, each of which must come back equal; those that have none are left out."""
    folder.mkdir()
    texts = {source: folder / f"{index}.mica" for index, source in enumerate(sources)}
    listing = folder / "texts.list"
    listing.write_text("".join(f"{source}\t{text}\n" for source, text in texts.items()))
    mica("convert", "--batch", listing)
    written = {source: text for source, text in texts.items() if text.exists()}
    listing.write_text("".join(f"{text}\t{text.with_suffix('.onnx')}\n" for text in written.values()))
    assert mica("convert", "--batch", listing).code == 0
    listing.write_text("".join(f"{source}\t{text.with_suffix('.onnx')}\n" for source, text in written.items()))
    done = subprocess.run([sys.executable, ROUNDTRIP, "--list", listing], capture_output=True, text=True)
    assert f"{len(written)} passed, 0 failed" in done.stdout, done.stdout + done.stderr
    succeed("format", "--check", folder)
    return {source: text.read_text() for source, text in written.items()}


def share_imported(texts: dict[Path, str]) -> float:
    """How many of the texts are for reading; the others have a statement for each node."""
    imported = sum("\n@imported\n" in text for text in texts.values())
    print(f"{imported} of {len(texts)} models have a text for reading")
    return imported / len(texts)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_node_models(tmp_path):
    """Every operator's own test model in the onnx package."""
    for index, case in enumerate(collect_testcases(None)):
        onnx.save(case.model, tmp_path / f"{index}.onnx")
    sources = sorted(tmp_path.glob("*.onnx"))
    texts = lifted(sources, tmp_path / "texts")
    assert len(texts) == len(sources) > 1800
    assert share_imported(texts) == 1


def test_data_models(tmp_path):
    """The models that ship in the onnx package as files."""
    sources = sorted(Path(onnx.backend.test.data.__path__[0]).rglob("*.onnx"))
    texts = lifted(sources, tmp_path / "texts")
    assert len(texts) == len(sources) > 140
    assert share_imported(texts) == 1


def test_hard_models(tmp_path):
    """Names, attributes of all kinds, subgraphs, descriptions."""
    text_models.main(tmp_path)
    sources = sorted(tmp_path.glob("*.onnx"))
    texts = lifted(sources, tmp_path / "texts")
    assert len(texts) == len(sources) > 40
    assert share_imported(texts) >= 49 / 51


def nodes(graph: onnx.GraphProto) -> int:
    return sum(1 + sum(nodes(a.g) for a in node.attribute if a.type == a.GRAPH) for node in graph.node)


def test_real_models(models, tmp_path):
    """Published models read in few lines."""
    sources = sorted(models.rglob("*.onnx"))
    texts = lifted(sources, tmp_path / "texts")
    assert len(texts) > 15
    assert share_imported(texts) == 1
    counts = {}
    for source, text in texts.items():
        lines = text.count("\n")
        counts[source.name] = lines
        print(f"{lines:5} lines, {nodes(onnx.load(source, load_external_data=False).graph):5} nodes: {source.name}")
    assert counts["paraphrase-MiniLM-L3-v2.onnx"] <= 150
    assert counts["en_US-joe-medium.onnx"] <= 2755 / 2
    assert counts["silero_vad.onnx"] <= 689 / 2


@pytest.mark.parametrize("bare", [False, True])
def test_layers(tmp_path, bare):
    """The layers of a transformer become one repetition, named or not; fewer of them are one number away."""
    model = transformer(layers=24, bare=bare)
    onnx.save(model, tmp_path / "m.onnx")
    text = lifted([tmp_path / "m.onnx"], tmp_path / "texts")[tmp_path / "m.onnx"]
    assert len(model.graph.node) > 3000
    assert text.count("\n") <= 200
    assert text.count("repeat i in 0..<24 {") == 1
    shallow = tmp_path / "shallow.mica"
    shallow.write_text(text.replace("0..<24", "0..<12").replace("../m.onnx", "m.onnx"))
    succeed("convert", shallow, tmp_path / "shallow.onnx")
    # The same cut by other means: the exporter's own model of 12 layers has the first layers' weights and names.
    cut, expected = onnx.load(tmp_path / "shallow.onnx"), transformer(layers=12, bare=bare)
    assert [node.op_type for node in cut.graph.node] == [node.op_type for node in expected.graph.node]
    kept = [node.name for node in cut.graph.node]
    assert kept == [node.name for node in expected.graph.node]
    weights = {tensor.name: tensor for tensor in model.graph.initializer}
    assert all(tensor == weights[tensor.name] for tensor in cut.graph.initializer)
    onnx.checker.check_model(cut, full_check=True)
    inputs = {name: numpy.ones((2, 7), numpy.int64) for name in ["input_ids", "attention_mask"]}
    session = onnxruntime.InferenceSession(tmp_path / "shallow.onnx", providers=["CPUExecutionProvider"])
    assert session.run(None, inputs)[0].shape == (2, 7, 100)


def renamed(model: onnx.ModelProto, operator: str, *names: str) -> onnx.ModelProto:
    """The model with nodes of another operator, whose name no text can spell."""
    for node in model.graph.node:
        if node.name in names:
            node.op_type, node.domain = operator, "my"
    model.opset_import.append(onnx.helper.make_opsetid("my", 1))
    return model


def test_what_cannot_be_lifted(tmp_path):
    """A node that does not read back from a text for reading is written out; around it the text stays one."""
    one = renamed(transformer(layers=12), "Hard.Gate", "/model/layers.5/mlp/act/Mul")
    gates = [f"/model/layers.{layer}/mlp/act/Mul" for layer in range(12)]
    each = renamed(transformer(layers=12), "Hard.Gate", *gates)
    usual = transformer(layers=12)
    sources = [tmp_path / name for name in ["one.onnx", "each.onnx", "usual.onnx"]]
    for model, source in zip([one, each, usual], sources, strict=True):
        assert sum(node.domain == "my" for node in model.graph.node) == {"one": 1, "each": 12, "usual": 0}[source.stem]
        onnx.save(model, source)
    texts = lifted(sources, tmp_path / "texts")
    assert share_imported(texts) == 1
    annotation = '@operator("my", "Hard.Gate")'
    one, each, usual = (texts[source] for source in sources)
    assert one.count(annotation) == 1 and "repeat i in 0..<5 {" in one and "repeat i in 0..<6 {" in one
    assert each.count(annotation) == 1 and "repeat i in 0..<12 {" in each
    assert each.count("\n") <= usual.count("\n") + 4
    assert one.count("\n") <= 3 * usual.count("\n")


def edited(tmp_path: Path, model: onnx.ModelProto, *edits: tuple[str, str]) -> onnx.GraphProto:
    """What comes of a model when its text is edited."""
    onnx.save(model, tmp_path / "m.onnx")
    succeed("convert", "m.onnx", "m.mica", cwd=tmp_path)
    text = (tmp_path / "m.mica").read_text()
    for old, new in edits:
        assert text.count(old) == 1, text
        text = text.replace(old, new)
    (tmp_path / "m.mica").write_text(text)
    succeed("convert", "m.mica", "edited.onnx", cwd=tmp_path)
    graph = onnx.load(tmp_path / "edited.onnx")
    onnx.checker.check_model(graph, full_check=True)
    return graph.graph


def test_a_node_between(tmp_path):
    """A new node has a name of its own and stands where it is used; all others keep theirs, and their order."""
    model = transformer(layers=2)
    graph = edited(tmp_path, model, ("act = up_proj * (", "act = Relu(up_proj) * ("))
    old = [node.name for node in model.graph.node]
    new = [node for node in graph.node if node.name not in old]
    assert [node.op_type for node in new] == ["Relu", "Relu"]
    assert [node.name for node in graph.node if node.name in old] == old
    assert len({node.name for node in graph.node}) == len(graph.node)
    for node in new:
        (consumer,) = [other for other in graph.node if node.output[0] in other.input]
        assert consumer.name.endswith("/mlp/act/Mul")


def test_explained(tmp_path):
    """Sizes of a text are explained under the names of its file too."""
    onnx.save(transformer(layers=2), tmp_path / "m.onnx")
    succeed("convert", "m.onnx", "m.mica", cwd=tmp_path)
    outcome = succeed("explain", "m.mica", "/model/layers.1/mlp/up_proj/MatMul_output_0", "2", cwd=tmp_path)
    assert "axis 2: 256" in outcome.out and "onnx::MatMul" in outcome.out


def test_behind_the_end(tmp_path):
    """What made an output makes a value with another name, where a new node makes the output."""
    model = transformer(layers=2)
    graph = edited(tmp_path, model, ("    return lm_head", "    return Softmax(lm_head)"))
    assert [value.name for value in graph.output] == ["logits"]
    assert [node.op_type for node in graph.node][-2:] == ["MatMul", "Softmax"]
    assert graph.node[-1].output == ["logits"] and graph.node[-2].name == "/lm_head/MatMul"


def test_other_numbers(tmp_path):
    """A number that is edited is another tensor; what computes with it keeps its name."""
    model = transformer(layers=2)
    graph = edited(tmp_path, model, ("* -10000.0", "* -5000.0"))
    assert [node.name for node in graph.node if node.op_type != "Constant"] == [
        node.name for node in model.graph.node if node.op_type != "Constant"
    ]
    constants = {node.output[0]: node for node in graph.node if node.op_type == "Constant"}
    (mul,) = [node for node in graph.node if node.name == "/model/Mul"]
    assert onnx.numpy_helper.to_array(constants[mul.input[1]].attribute[0].t) == -5000.0


def test_another_operator(tmp_path):
    """Another operator is another node; what it stands between keeps its names."""
    model = transformer(layers=2)
    graph = edited(tmp_path, model, ("Cos(", "Sin("))
    old = {node.name: node for node in model.graph.node}
    new = [node for node in graph.node if node.name not in old]
    assert [node.op_type for node in new] == ["Sin"]
    assert old.keys() - {node.name for node in graph.node} == {"/model/rotary/Cos"}


def test_ports(tmp_path):
    """Inputs and outputs are renamed and put in another order by saying so."""
    model = transformer(layers=2)
    graph = edited(
        tmp_path, model,
        ("main_graph(input_ids: i64[batch, sequence], attention_mask: i64[batch, sequence])",
         "main_graph(mask: i64[batch, sequence], tokens: i64[batch, sequence])"),
        ("(logits: f32", "(scores: f32"), ("Unsqueeze(attention_mask", "Unsqueeze(mask"),
        ("weight`, input_ids)", "weight`, tokens)"), ("Shape(input_ids)", "Shape(tokens)"),
    )
    assert [value.name for value in graph.input] == ["mask", "tokens"]
    assert [value.name for value in graph.output] == ["scores"]
    assert [node.name for node in graph.node] == [node.name for node in model.graph.node]


def test_without_its_file(tmp_path):
    """The file that a text was imported from is asked for by name."""
    onnx.save(transformer(layers=2), tmp_path / "m.onnx")
    succeed("convert", "m.onnx", "m.mica", cwd=tmp_path)
    (tmp_path / "m.onnx").unlink()
    outcome = mica("convert", "m.mica", "back.onnx", cwd=tmp_path)
    assert outcome.code == 1 and "m.onnx" in outcome.err
    assert not (tmp_path / "back.onnx").exists()
    text = (tmp_path / "m.mica").read_text()
    (tmp_path / "m.mica").write_text(text.replace('weights "m.onnx"', ""))
    outcome = mica("convert", "m.mica", "back.onnx", cwd=tmp_path)
    assert outcome.code == 1 and "error[imported-from-nothing]" in outcome.err
