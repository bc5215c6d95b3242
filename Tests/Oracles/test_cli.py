"""The commands as a stranger meets them: what they print, where, and with which exit code."""

import json
import os
import re
from pathlib import Path

import numpy as np
import onnx
import pytest
from safetensors.numpy import save_file

import onnx_file
from command import EXAMPLES, mica, succeed

# Every model of the examples.
MODELS = [
    pytest.param(source, name, id=f"{source.stem}-{name}")
    for source in sorted(EXAMPLES.glob("*.mica"))
    for name in re.findall(r"^model (\w+)", source.read_text(), re.MULTILINE)
]

MODEL = """\
model small(x: f32[N, 4]) -> (y: f32[N, 2]) {
    return x |> fc: Linear(out_features=2)
}
"""


def write(folder: Path, name: str = "small.mica", text: str = MODEL) -> Path:
    (folder / name).write_text(text)
    return folder / name


def project(folder: Path, **settings: object) -> None:
    (folder / "mica.json").write_text(json.dumps(settings))


# summary --parameters


@pytest.mark.parametrize("source, name", MODELS)
def test_parameters_are_the_initializers_of_the_export(source, name, tmp_path):
    listed = json.loads(succeed("summary", "--parameters", "--json", source, "--model", name).out)
    succeed("convert", source, tmp_path / "model.onnx", "--random-weights", "--model", name)
    tensors = onnx_file.tensors(onnx.load(str(tmp_path / "model.onnx")))
    assert len({entry["path"] for entry in listed}) == len(listed)
    for entry in listed:
        tensor = tensors[entry["path"]]
        assert list(tensor.shape) == entry["shape"], entry
        assert tensor.nbytes == entry["bytes"], entry
        assert entry["type"] == f"{entry['element']}[{', '.join(map(str, entry['shape']))}]"
    summary = json.loads(succeed("summary", "--json", source, "--model", name).out)
    paths = [layer["path"] for layer in summary["layers"]]
    assert len(set(paths)) == len(paths)
    count = sum(int(np.prod(entry["shape"])) for entry in listed if entry["role"] == "parameter")
    assert count == summary["parameters"]
    table = succeed("summary", "--parameters", source, "--model", name).out
    assert [line.split()[0] for line in table.splitlines()[2:-2]] == [entry["path"] for entry in listed]


# The project file


def test_the_projects_opset_is_for_files_that_name_none(tmp_path):
    project(tmp_path, opset=17)
    nested = tmp_path / "models" / "deep"
    nested.mkdir(parents=True)

    def opset(*options: object, text: str = MODEL) -> int:
        source = write(nested, text=text)
        succeed("convert", source, tmp_path / "model.onnx", *options)
        return onnx.load(str(tmp_path / "model.onnx")).opset_import[0].version

    assert opset() == 17
    assert opset("--opset", 20) == 20
    assert opset(text="use onnx 19\n" + MODEL) == 19
    project(tmp_path / "models", opset=18)
    assert opset() == 18, "the nearest file counts"
    project(tmp_path / "models")
    assert opset() == 21, "files further up are not read"


def test_the_projects_sizes_size_summaries_and_fix_no_exported_dimension(tmp_path):
    project(tmp_path, dimensions={"N": 8, "H": 3}, models={"small": {"dimensions": {"N": 16}}})
    source = write(tmp_path)
    summary = succeed("summary", "--json", source)
    assert summary.err == ""
    assert json.loads(summary.out)["macs"] == 16 * 8
    assert json.loads(succeed("summary", "--json", source, "--bind", "N=2").out)["macs"] == 2 * 8
    succeed("convert", source, tmp_path / "model.onnx")
    graph = onnx.load(str(tmp_path / "model.onnx")).graph
    assert onnx_file.dimensions(graph.input[0])[0] == "N"
    succeed("convert", source, tmp_path / "model.onnx", "--bind", "N=2")
    assert onnx_file.dimensions(onnx.load(str(tmp_path / "model.onnx")).graph.input[0])[0] == 2


def test_a_models_configuration(tmp_path):
    text = MODEL.replace("[N, 4])", "[N, 4], width: int = 3)").replace("fc:", "hidden: Linear(out_features=width) |> fc:")
    source = write(tmp_path, text=text)

    def width(*options: object) -> int:
        listed = json.loads(succeed("summary", "--parameters", "--json", source, *options).out)
        return listed[0]["shape"][0]

    assert width() == 3
    project(tmp_path, models={"small": {"set": {"width": 5}}, "other": {"set": {"width": 9}}})
    assert width() == 5
    assert width("--set", "width=7") == 7


def test_levels(tmp_path):
    save_file(
        {"fc.weight": np.zeros((2, 4), np.float32), "fc.bias": np.zeros(2, np.float32), "x": np.zeros(1)},
        tmp_path / "w.safetensors",
    )
    source = write(tmp_path, text=MODEL.replace("{\n", '{\n    weights "w.safetensors"\n'))
    assert "hint[unused-weights]" in succeed("check", source).err
    project(tmp_path, lint={"unused-weights": "off"})
    assert succeed("check", source).err == ""
    project(tmp_path, lint={"unused-weights": "error"})
    for command in [("check", source), ("convert", source, tmp_path / "model.onnx")]:
        outcome = mica(*command)
        assert outcome.code == 1 and "error[unused-weights]" in outcome.err
    assert not (tmp_path / "model.onnx").exists()


def test_mistakes_in_the_project_file_have_their_place(tmp_path):
    sources = [write(tmp_path), write(tmp_path, "second.mica")]
    (tmp_path / "mica.json").write_text('{\n  "opste": 17,\n  "dimensions": { "N": "1" }\n}\n')
    outcome = mica("check", *sources)
    assert outcome.code == 1
    found = [(Path(d.file).name, d.line, d.column, d.severity, d.identifier) for d in outcome.diagnostics]
    assert found == [
        ("mica.json", 2, 3, "warning", "unknown-key"),
        ("mica.json", 3, 24, "error", "wrong-value"),
    ], "once, though two files are checked"
    for command in ["summary", "convert"]:
        arguments = [sources[0], tmp_path / "model.onnx"][: 1 if command == "summary" else 2]
        assert mica(command, *arguments).code == 1
    assert not (tmp_path / "model.onnx").exists()


# new


def test_new_writes_a_file_that_checks_and_exports(tmp_path):
    outcome = mica("new", "first", cwd=tmp_path)
    assert (outcome.code, outcome.err) == (0, "")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["first.mica", "mica.json"]
    commands = re.findall(r"^  mica (\S+(?: \S+)*)   ", outcome.out, re.MULTILINE)
    assert [command.split()[0] for command in commands] == ["check", "summary", "convert"]
    for command in commands:
        done = mica(*command.split(), cwd=tmp_path)
        assert (done.code, done.err) == (0, ""), command
    onnx_file.check(tmp_path / "first.onnx", 21)
    x = np.zeros((3, 3, 32, 32), np.float32)
    assert onnx_file.session(tmp_path / "first.onnx").run(None, {"image": x})[0].shape == (3, 10)


def test_new_leaves_what_is_there(tmp_path):
    write(tmp_path, "first.mica", "// mine\n")
    project(tmp_path, opset=17)
    before = (tmp_path / "mica.json").read_text()
    assert mica("new", "first", cwd=tmp_path).code == 1
    assert (tmp_path / "first.mica").read_text() == "// mine\n"
    (tmp_path / "inner").mkdir()
    succeed("new", "second", cwd=tmp_path / "inner")
    assert os.listdir(tmp_path / "inner") == ["second.mica"], "the project file above is enough"
    assert (tmp_path / "mica.json").read_text() == before
    (tmp_path / "dangling.mica").symlink_to("nowhere")
    assert mica("new", "dangling", cwd=tmp_path).code == 1
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("name", ["../x", "a/b", "/tmp/x", "", "3x", "a-b", "Conv2d", "if", "é", "a\nb"])
def test_new_refuses_names(name, tmp_path):
    assert mica("new", name, cwd=tmp_path).code == 2
    assert list(tmp_path.iterdir()) == []


# Wrong calls and wrong files


@pytest.mark.parametrize(
    "arguments, expected",
    [
        (["sumary", "x.mica"], r"`sumary`.*`mica summary`"),
        (["frobnicate"], r"`frobnicate`; there are new, check"),
        (["check", "--opset", "-1", "x.mica"], r"13 to 23.* -1"),
        (["check", "--opset", "12", "x.mica"], r"13 to 23.* 12"),
        (["summary", "--depth", "-1", "x.mica"], r"1 and more.* -1"),
        (["summary", "--depth", "2", "--parameters", "x.mica"], r"--depth"),
    ],
)
def test_wrong_calls(arguments, expected):
    outcome = mica(*arguments)
    assert outcome.code == 2 and outcome.out == ""
    assert re.search(expected, outcome.err), outcome.err


@pytest.mark.parametrize("command, onnx", [("check", "not a valid ONNX model"), ("summary", "mica convert")])
def test_what_is_no_mica_file_is_one_error(command, onnx, tmp_path):
    (tmp_path / "model.onnx").write_bytes(os.urandom(10_000))
    (tmp_path / "folder.mica").mkdir()
    for name, expected in [("model.onnx", onnx), ("folder.mica", "folder"), ("absent.mica", "No such file")]:
        outcome = mica(command, tmp_path / name)
        assert outcome.code == 1
        assert [found.identifier for found in outcome.diagnostics] == ["unreadable-file"], outcome.err
        assert expected in outcome.err


def test_a_folder_is_checked_as_a_whole(tmp_path):
    (tmp_path / "inner").mkdir()
    write(tmp_path / "inner", "broken.mica", MODEL.replace("fc:", "fc: fc:"))
    write(tmp_path)
    outcome = mica("check", tmp_path)
    assert outcome.code == 1
    assert {Path(found.file).name for found in outcome.diagnostics} == {"broken.mica"}


def test_nothing_that_a_file_holds_drives_the_terminal(tmp_path):
    texts = {
        "bytes.mica": bytes(range(256)) * 4,
        "name.mica": MODEL.replace("fc:", "`a\\x1b[31m\u009b\u202e`:").encode(),
        "unknown.mica": MODEL.replace("Linear", "`Li\x1bnear`").encode(),
    }
    for name, text in texts.items():
        (tmp_path / name).write_bytes(text)
        for command in ["check", "summary"]:
            outcome = mica(command, tmp_path / name)
            printed = outcome.out + outcome.err
            assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", printed), repr(printed)


def test_an_empty_file_declares_nothing(tmp_path):
    for text in ["", "// only a comment\n", "use onnx 21\n"]:
        outcome = succeed("check", write(tmp_path, text=text))
        assert "hint[nothing-declared]" in outcome.err


def test_summaries_print_warnings(tmp_path):
    outcome = succeed("summary", "--json", write(tmp_path), "--bind", "Q=3")
    assert [found.identifier for found in outcome.diagnostics] == ["unknown-dimension"]
    assert "Q" not in json.loads(outcome.out).get("bindings", {})


def test_parameters_of_one_place_are_missing_together(tmp_path):
    save_file({f"blocks.{i}.weight": np.zeros((4, 4), np.float32) for i in range(9)}, tmp_path / "w.safetensors")
    source = write(
        tmp_path,
        text="""\
model small(x: f32[N, 4]) -> (y: f32[N, 4]) {
    weights "w.safetensors" (ignore=["*"])
    repeat i in 0..<9 {
        x = x |> block[i]: Linear(out_features=4, bias=false)
    }
    return x |> fc: Linear(out_features=4)
}
""",
    )
    outcome = mica("check", source)
    assert outcome.code == 1
    assert [(found.line, found.identifier) for found in outcome.diagnostics] == [
        (4, "missing-weight"),
        (6, "missing-weight"),
    ]
    first = outcome.diagnostics[0].message
    assert "9 parameters" in first and "`block.0.weight`" in first and "6 more" in first
    assert "`blocks.0.weight`" in first


# operators


def test_operators_are_those_of_the_packages():
    listed = json.loads(succeed("operators", "--json").out)
    by_domain = {}
    for entry in listed:
        by_domain.setdefault(entry["domain"], {})[entry["name"]] = entry
    newest = {}
    for schema in onnx.defs.get_all_schemas():
        newest.setdefault(schema.domain or "ai.onnx", {})[schema.name] = schema
    for domain in ["ai.onnx.ml", "ai.onnx.preview"]:
        assert set(by_domain[domain]) == set(newest[domain])
    added = {"SimplifiedLayerNormalization"}
    assert set(by_domain["ai.onnx"]) == set(newest["ai.onnx"]) | added
    for name, schema in newest["ai.onnx"].items():
        entry = by_domain["ai.onnx"][name]
        assert entry["versions"][-1] == schema.since_version, name
        assert entry["deprecated"] == (schema.since_version if schema.deprecated else None), name
    assert len(by_domain["com.microsoft"]) == 150
    assert by_domain["com.microsoft"]["FusedMatMul"]["rules"] == ["inference", "cost"]
    assert "decomposition" in by_domain["ai.onnx"]["Gelu"]["rules"]
    assert by_domain["ai.onnx"]["Gather"]["rules"] == ["inference", "shape-data", "cost", "pruning"]
    assert "shape-data" not in by_domain["ai.onnx"]["Relu"]["rules"]
    assert all(entry["summary"].endswith(".") for entry in listed)


def test_operators_as_a_table_of_one_domain():
    lines = succeed("operators", "--domain", "com.microsoft").out.splitlines()
    listed = json.loads(succeed("operators", "--json", "--domain", "com.microsoft").out)
    assert lines[0].split() == ["domain", "operator", "since", "rules"]
    assert [line.split()[:2] for line in lines[2:-2]] == [[entry["domain"], entry["name"]] for entry in listed]
    assert lines[-1].startswith(f"{len(listed)} operators: ")
    outcome = mica("operators", "--domain", "com.microsft")
    assert (outcome.code, outcome.out) == (2, "")
    assert "is `com.microsoft` meant?" in outcome.err
