"""What an installed Mica must do, wherever it was installed from."""

from pathlib import Path

import onnx
from client import Client
from conftest import ROOT
from machine import Machine

LENET = ROOT / "Examples/lenet.mica"
BROKEN = """use onnx 21

model small(image: f32[N, 1, 28, 28]) -> (logits: f32[N, 10]) {
    return image |> Flatten |> Reluu |> fc: Linear(out_features=10)
}
"""


def check(machine: Machine, tmp_path: Path) -> None:
    """`mica check` is content with an example and finds a mistake."""
    assert machine.run("mica", "check", machine.put(LENET)).returncode == 0
    (tmp_path / "broken.mica").write_text(BROKEN)
    done = machine.run("mica", "check", machine.put(tmp_path / "broken.mica"))
    assert (done.returncode, done.stderr.splitlines()[0].split(": ")[:2]) == (
        1,
        ["/work/broken.mica:4:32", "error[unknown-callee]"],
    )


def convert(machine: Machine) -> None:
    """A text becomes ONNX, and that a text which is written back as the same file."""
    machine.succeed("mica", "convert", machine.put(LENET), "lenet.onnx")
    machine.succeed("mica", "convert", "lenet.onnx", "back.mica")
    machine.succeed("mica", "convert", "back.mica", "again.onnx")
    first = (machine.root / "work/lenet.onnx").read_bytes()
    model = onnx.load_model_from_string(first)
    onnx.checker.check_model(model, full_check=True)
    assert [node.op_type for node in model.graph.node].count("Conv") == 2
    assert (machine.root / "work/again.onnx").read_bytes() == first


def view(machine: Machine) -> None:
    """A model is drawn; without Graphviz what needs no layout, and what does says how to get it."""
    text = machine.put(LENET)
    machine.succeed("mica", "view", text, "-o", "lenet.dot")
    machine.succeed("mica", "view", text, "-o", "lenet.mmd")
    machine.succeed("mica", "view", text, "--treemap", "-o", "lenet.svg")
    made = {name: (machine.root / "work" / name).read_text() for name in ("lenet.dot", "lenet.mmd", "lenet.svg")}
    assert made["lenet.dot"].startswith("digraph") and "fc1: Linear" in made["lenet.dot"]
    assert made["lenet.mmd"].startswith("flowchart TD") and "fc1" in made["lenet.svg"]
    done = machine.run("mica", "view", text, "-o", "lenet.html")
    assert done.returncode == 1 and "error[no-graphviz]" in done.stderr and "apt install graphviz" in done.stderr
    assert not (machine.root / "work/lenet.html").exists()


def serve(machine: Machine, version: str) -> None:
    """A session of an editor: the server tells its version, finds a mistake and leaves when it is asked to."""
    client = Client(machine.command("mica", "lsp"))
    assert client.initialize()["serverInfo"] == {"name": "mica", "version": version}
    uri = client.open(Path("/work/open.mica"), BROKEN)
    (diagnostic,) = client.diagnostics(uri, 1)
    assert (diagnostic["code"], diagnostic["range"]["start"]) == ("unknown-callee", {"line": 3, "character": 31})
    assert client.leave() == 0
