"""GGUF files against the `gguf` package: what it writes, and what it reads of the same file."""

import json
import random

import gguf
import numpy
import pytest
import safetensors.numpy

from command import mica, succeed

QUANTIZED = ["Q4_0", "Q5_1", "Q8_0", "Q4_K", "Q6_K"]
PLAIN = {"F32": "f32", "F16": "f16", "F64": "f64", "BF16": "bf16", "I8": "i8", "I16": "i16", "I32": "i32", "I64": "i64"}


def write(path, seed: int) -> dict[str, numpy.ndarray]:
    """A file of tensors of each type, of drawn shapes, with metadata of each kind; its plain tensors."""
    drawn, numbers = random.Random(seed), numpy.random.default_rng(seed)
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_block_count(3)
    writer.add_string("some.text", "Ж, and \"quotes\"")
    writer.add_float32("some.scale", 0.25)
    writer.add_bool("some.flag", True)
    writer.add_array("some.numbers", [1, 2, 3])
    writer.add_array("some.texts", [f"token {index}" for index in range(9)])
    writer.add_custom_alignment(drawn.choice([32, 64, 256]))
    plain: dict[str, numpy.ndarray] = {}
    for index, kind in enumerate(list(PLAIN) * 2):
        shape = [drawn.choice([1, 2, 3, 7, 32]) for _ in range(drawn.randint(1, 4))]
        name = f"blk.{index}.{kind.lower()}"
        array = numpy.asarray(numbers.standard_normal(shape) * 50)
        if kind == "BF16":
            words = (array.astype("f4").view("u4") >> 16).astype("u2")
            writer.add_tensor(name, words.view("u1").reshape(*shape[:-1], -1), raw_dtype=gguf.GGMLQuantizationType.BF16)
            plain[name] = words
        else:
            plain[name] = array.astype({"F": "f", "I": "i"}[kind[0]] + str(int(kind[1:]) // 8))
            writer.add_tensor(name, plain[name])
    for kind in QUANTIZED:
        kind = gguf.GGMLQuantizationType[kind]
        block, size = gguf.GGML_QUANT_SIZES[kind]
        data = numbers.integers(0, 255, (5, 2 * size), dtype="u1")
        writer.add_tensor(f"quantized.{kind.name}", data, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return plain


def test_what_the_package_writes(tmp_path, seed):
    path = tmp_path / "model.gguf"
    plain = write(path, seed)
    found = json.loads(succeed("weights", path, "--json").out)
    assert found["format"] == "gguf"
    read = gguf.GGUFReader(path)
    # Its sizes are innermost first.
    expected = [(each.name, each.tensor_type.name, [int(size) for size in each.shape][::-1], int(each.n_bytes)) for each in read.tensors]
    assert [(each["name"], each["dtype"], each["shape"], each["bytes"]) for each in found["tensors"]] == expected
    for each in found["tensors"]:
        assert each["element"] == PLAIN.get(each["dtype"])
    metadata = found["metadata"]
    assert metadata["general.architecture"] == "llama" and metadata["llama.block_count"] == "3"
    assert metadata["some.text"] == 'Ж, and "quotes"' and metadata["some.scale"] == "0.25" and metadata["some.flag"] == "true"
    for key in ("some.numbers", "some.texts", "general.alignment"):
        assert key in metadata
    # What is quantized keeps a conversion from being whole, by name.
    outcome = mica("convert", path, tmp_path / "copy.safetensors")
    assert outcome.code == 1 and "quantized.Q4_0" in outcome.err and not (tmp_path / "copy.safetensors").exists()
    text = "model net(x: f32[N]) -> (y: f32[N]) {\n    weights \"model.gguf\" (ignore=[\"quantized.*\"])\n"
    for name, array in plain.items():
        kind = PLAIN[name.rsplit(".", 1)[1].upper()]
        text += f"    {'param' if 'f' in kind else 'buffer'} `{name}`: {kind}{list(array.shape)}{'' if 'f' in kind else ' = zeros'}\n"
    (tmp_path / "net.mica").write_text(text + "    return x\n}\n")
    checked = mica("check", tmp_path / "net.mica")
    assert (checked.code, checked.err) == (0, "")


def test_bytes(tmp_path, seed):
    path = tmp_path / "model.gguf"
    writer = gguf.GGUFWriter(path, "llama")
    numbers = numpy.random.default_rng(seed)
    made = {f"t{index}": numbers.standard_normal(shape).astype(kind) for index, (shape, kind) in enumerate(
        [((3, 4), "f4"), ((5,), "f2"), ((2, 3, 4, 5), "f8"), ((33,), "f4")])}  # fmt: skip
    for name, array in made.items():
        writer.add_tensor(name, array)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    succeed("convert", path, tmp_path / "copy.safetensors")
    copy = safetensors.numpy.load_file(tmp_path / "copy.safetensors")
    for each in gguf.GGUFReader(path).tensors:
        assert copy[each.name].tobytes() == each.data.tobytes() == made[each.name].tobytes()
        assert copy[each.name].shape == made[each.name].shape


@pytest.mark.parametrize("kind", QUANTIZED)
def test_a_quantized_parameter_says_what_it_is(tmp_path, kind):
    quantization = gguf.GGMLQuantizationType[kind]
    block, size = gguf.GGML_QUANT_SIZES[quantization]
    writer = gguf.GGUFWriter(tmp_path / "model.gguf", "llama")
    writer.add_tensor("w", numpy.zeros((4, size), "u1"), raw_dtype=quantization)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    text = f'model net(x: f32[N, 4]) -> (y: f32[...]) {{\n    weights "model.gguf"\n    param w: f32[4, {block}]\n    return x @ w\n}}\n'
    (tmp_path / "net.mica").write_text(text)
    checked = mica("check", tmp_path / "net.mica")
    assert checked.code == 1 and "weight-type-mismatch" in checked.err and kind in checked.err
