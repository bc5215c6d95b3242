"""The networks of Examples/, each with a module of its name in architectures/.

A module states what is published of the network, and how to run it small:

    PARAMETERS   the published count, exact
    MACS         the published multiply-accumulates at BINDINGS, or None; they agree within TOLERANCE (0.01)
    parameters() the shape of each tensor of the state dict by its path, written from the published architecture
    buffers()    likewise, without num_batches_tracked
    SMALL        configuration and bindings with which the network is exported and run
    inputs(rng)  the inputs of that small network
    GAIN         how large the random weights are with which it is run, where 1 overflows or saturates

Of an example that nobody has published, a module has SMALL and inputs only; of one that no runtime has kernels for,
SMALL. A file of several models has a folder with a module for each, which is called `whisper_tiny.encoder`.
"""

import json
import re
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

from command import EXAMPLES, succeed

FOLDER = Path(__file__).with_name("architectures")
SOURCES = sorted(EXAMPLES.glob("*.mica"))
MODULES = {".".join(path.relative_to(FOLDER).with_suffix("").parts) for path in FOLDER.rglob("*.py")}


def named(name: str) -> ModuleType:
    return import_module(f"architectures.{name}")


def models(source: Path) -> list[str]:
    """The names that the models of an example have here."""
    names = re.findall(r"^model (\w+)", source.read_text(), re.MULTILINE)
    return [source.stem] if len(names) == 1 else [f"{source.stem}.{name}" for name in names]


def source(name: str) -> list[str]:
    """The arguments of mica that name an example: its file, and which model of several."""
    file, _, model = name.partition(".")
    return [str(EXAMPLES / f"{file}.mica")] + (["--model", model] if model else [])


def options(settings: dict[str, object], bindings: dict[str, int]) -> list[str]:
    """The arguments of mica that give a model this configuration and these sizes."""
    given = []
    for name, value in settings.items():
        given += ["--set", f"{name}={str(value).lower() if isinstance(value, bool) else value}"]
    for name, size in bindings.items():
        given += ["--bind", f"{name}={size}"]
    return given


@cache
def state(name: str, role: str, *arguments: object) -> dict[str, str]:
    """The types of the parameters, or of the buffers, by their paths, as mica lists them."""
    listed = json.loads(succeed("summary", "--parameters", "--json", *source(name), *arguments).out)
    return {entry["path"]: entry["type"] for entry in listed if entry["role"] == role}


PUBLISHED = {name: named(name) for name in sorted(MODULES) if hasattr(named(name), "PARAMETERS")}
