"""A lens steps through the instances of a block that hints and hovers in it are of."""

from pathlib import Path

import pytest
from client import CAPABILITIES, Client, Message, position

TEXT = """use onnx 21

block Stage(x: T[N, C, H, W], channels: int) -> T[N, channels, ?, ?] {
    y = x |> conv: Conv2d(out_channels=channels, kernel_size=3, stride=2, padding=1)
    double = 2 * C
    return Relu(y)
}

model net(image: f32[N, 3, 32, 32]) -> (y: f32[...]) {
    x = stages[0]: Stage(image, channels=8)
    scope rest {
        x = stages[1]: Stage(x, channels=16)
    }
    return Stage(x, channels=24)
}
"""
REFRESHING = CAPABILITIES | {
    "workspace": CAPABILITIES["workspace"] | {"inlayHint": {"refreshSupport": True}, "codeLens": {"refreshSupport": True}}
}
EVERYTHING = {"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}}


@pytest.fixture
def client(server: list[str]) -> Client:
    return Client(server)


def hints(client: Client, uri: str) -> list[str]:
    found = client.request("textDocument/inlayHint", {"textDocument": {"uri": uri}, "range": EVERYTHING})
    return [each["label"] for each in found if each["position"]["line"] < 7]


def hover(client: Client, uri: str, place: str) -> str:
    found = client.request("textDocument/hover", {"textDocument": {"uri": uri}, "position": position(TEXT, place)})
    return found["contents"]["value"]


def stepping(client: Client, uri: str) -> Message:
    lenses = client.request("textDocument/codeLens", {"textDocument": {"uri": uri}})
    (lens,) = [each["command"] for each in lenses if each["command"]["command"] == "mica.showInstance"]
    return lens


def test_the_lens_steps_through_the_instances(client: Client, workspace: Path) -> None:
    client.initialize(REFRESHING)
    uri = client.open(workspace / "net.mica", TEXT)
    client.diagnostics(uri, 1)
    assert stepping(client, uri)["title"] == "instance 1 of 3: stages.0 – next"
    assert hints(client, uri)[0] == "f32[N, 8, 16, 16] (first of 3) · 224 parameters"
    wanted = [
        ("instance 2 of 3: rest.stages.1 – next", "f32[N, 16, 8, 8] (2 of 3) · 1,168 parameters", "16"),
        ("instance 3 of 3: stage – next", "f32[N, 24, 4, 4] (3 of 3) · 3,480 parameters", "32"),
        ("instance 1 of 3: stages.0 – next", "f32[N, 8, 16, 16] (1 of 3) · 224 parameters", "6"),
        ("instance 2 of 3: rest.stages.1 – next", "f32[N, 16, 8, 8] (2 of 3) · 1,168 parameters", "16"),
    ]
    for title, hint, size in wanted:
        lens = stepping(client, uri)
        client.request("workspace/executeCommand", {"command": lens["command"], "arguments": lens["arguments"]})
        client.wait(lambda message: message.get("method") == "workspace/inlayHint/refresh")
        client.wait(lambda message: message.get("method") == "workspace/codeLens/refresh")
        assert stepping(client, uri)["title"] == title
        assert hints(client, uri)[0] == hint
        assert hover(client, uri, "dou‸ble =").splitlines()[1] == f"double = {size}"
        assert hint.split(" (")[0] in hover(client, uri, "return Relu(y‸)")
        assert hint.split(" (")[0] in hover(client, uri, "|> conv: Conv‸2d")
        assert f"**{hint.split(' · ')[1]}**" in hover(client, uri, "|> conv: Conv‸2d")
    # The choice outlives edits, as long as there are so many instances.
    client.change(uri, 2, {"text": "// Another line.\n" + TEXT})
    client.diagnostics(uri, 2)
    assert stepping(client, uri)["title"].startswith("instance 2 of 3")
    client.change(uri, 3, {"text": TEXT.replace("stages[1]: Stage(x, channels=16)", "Relu(x)").replace("Stage(x, channels=24)", "x")})
    client.diagnostics(uri, 3)
    assert not [each for each in client.request("textDocument/codeLens", {"textDocument": {"uri": uri}}) if each["command"]["command"]]
    assert hints(client, uri)[0] == "f32[N, 8, 16, 16] · 224 parameters"
    # And ends with the document.
    client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    uri = client.open(workspace / "net.mica", TEXT)
    client.diagnostics(uri, 1)
    assert stepping(client, uri)["title"].startswith("instance 1 of 3")


def test_what_is_not_there_is_refused(client: Client, workspace: Path) -> None:
    client.initialize(CAPABILITIES)
    uri = client.open(workspace / "net.mica", TEXT)
    client.diagnostics(uri, 1)
    for argument in [{}, {"uri": uri}, {"uri": uri, "block": "Stage"}, {"uri": uri, "block": "Stage", "instance": 3},
                     {"uri": uri, "block": "Stage", "instance": -1}, {"uri": uri, "block": "net", "instance": 0},
                     {"uri": uri + "x", "block": "Stage", "instance": 0}]:  # fmt: skip
        assert client.error("workspace/executeCommand", {"command": "mica.showInstance", "arguments": [argument]}) == -32602, argument
    assert stepping(client, uri)["title"].startswith("instance 1 of 3")


def test_an_instance_has_hints_of_what_it_runs(client: Client, workspace: Path) -> None:
    client.initialize(REFRESHING)
    text = TEXT.replace("    double = 2 * C\n", "    if C == 8 {\n        y = Conv2d(y, out_channels=channels, kernel_size=1)\n    }\n")
    uri = client.open(workspace / "net.mica", text)
    client.diagnostics(uri, 1)
    inside = text[: text.index("        y = Conv2d")].count("\n")

    def hinted() -> list[str]:
        found = client.request("textDocument/inlayHint", {"textDocument": {"uri": uri}, "range": EVERYTHING})
        return [each["label"] for each in found if each["position"]["line"] == inside]

    for instance, wanted in [(0, []), (1, ["f32[N, 16, 8, 8] · 272 parameters"]), (2, [])]:
        argument = {"uri": uri, "block": "Stage", "instance": instance}
        client.request("workspace/executeCommand", {"command": "mica.showInstance", "arguments": [argument]})
        assert hinted() == wanted, instance


TWO = """use onnx 21

block Layer(x: T[N, D], width: int) -> T[N, D] {
    y = x |> up: Linear(out_features=width) |> Relu
    return x + down: Linear(y, out_features=D)
}

model small(x: f32[N, 4]) -> (y: f32[N, 4]) {
    x = Relu(x)
    return layers[0]: Layer(x, width=8)
}

model large(x: f32[N, 6]) -> (y: f32[N, 6]) {
    repeat i in 0..<2 {
        x = layers[i]: Layer(x, width=16)
    }
    return x
}
"""


def test_instances_of_all_models_count(client: Client, workspace: Path) -> None:
    client.initialize(CAPABILITIES)
    uri = client.open(workspace / "two.mica", TWO)
    client.diagnostics(uri, 1)

    def hovered(place: str) -> str:
        return client.request("textDocument/hover", {"textDocument": {"uri": uri}, "position": position(TWO, place)})["contents"]["value"]

    lenses = [each["command"]["title"] for each in client.request("textDocument/codeLens", {"textDocument": {"uri": uri}})]
    assert lenses[0].startswith("used 3 times: 1 in small, 2 in large · 76 to 214 parameters · 64 to 192 MACs at N=1")
    assert hints(client, uri)[0] == "f32[N, 8] (first of 3) · 40 parameters"
    for line in ("- `f32[N, 4]`, 76 parameters: `layers.0` in small", "- `f32[N, 6]`, 214 parameters × 2: `layers.0` in large, `layers.1` in large"):
        assert line in hovered("block La‸yer")
    for line in ("- `f32[N, 8]`: `layers.0` in small", "- `f32[N, 16]` × 2: `layers.0` in large, `layers.1` in large"):
        assert line in hovered("‸y = x |> up")
    wanted = [
        ("instance 1 of 3: layers.0 in small – next", "f32[N, 8] (1 of 3) · 40 parameters"),
        ("instance 2 of 3: layers.0 in large – next", "f32[N, 16] (2 of 3) · 112 parameters"),
        ("instance 3 of 3: layers.1 in large – next", "f32[N, 16] (3 of 3) · 112 parameters"),
    ]
    for instance, (title, hint) in enumerate(wanted):
        client.request("workspace/executeCommand", {"command": "mica.showInstance", "arguments": [{"uri": uri, "block": "Layer", "instance": instance}]})
        assert stepping(client, uri)["title"] == title
        assert hints(client, uri)[0] == hint
        assert f"**{hint.split(' · ')[1]}**" in hovered("up: Lin‸ear")
        assert hint.split(" (")[0] in hovered("‸y = x |> up").splitlines()[1]
    assert client.error("workspace/executeCommand", {"command": "mica.showInstance", "arguments": [{"uri": uri, "block": "Layer", "instance": 3}]}) == -32602


ROUNDS = """use onnx 21

block Deliver(x: T[N, 8], w: T[8, 8]) -> T[N, 8] {
    return MatMul(x, w)
}

model net(x: f32[2, 8]) {
    param w: f32[8, 8]
    scope encoder {
        repeat i in 0..<8 {
            x = layers[i]: Deliver(x, w)
            x = MatMul(x, w) |> Relu
        }
    }
    repeat i in 0..<3 {
        x = one[i]: MatMul(x, w)
        x = MatMul(x, w) + x
    }
    return x
}
"""


def test_rounds_are_told_apart(client: Client, workspace: Path) -> None:
    """What a call amounts to is told for one round, whether the call has a label or none; the scope around all rounds is not."""
    client.initialize(CAPABILITIES)
    uri = client.open(workspace / "net.mica", ROUNDS)

    def told(place: str) -> str:
        where = {"textDocument": {"uri": uri}, "position": position(ROUNDS, "‸" + place)}
        return client.request("textDocument/hover", where)["contents"]["value"]

    rounds = told("i in 0..<8")
    assert "In its rounds:\n- `0`\n- `1`" in rounds and "- and 2 others" in rounds and "encoder" not in rounds
    for place in ["layers[i]", "Deliver(x, w)\n", "MatMul(x, w) |>"]:
        assert "128 MACs × 8" in told(place), (place, told(place))
    for place in ["one[i]", "MatMul(x, w)\n        x =", "MatMul(x, w) + x"]:
        assert "128 MACs × 3" in told(place), (place, told(place))
    assert client.leave() == 0
