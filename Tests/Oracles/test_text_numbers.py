"""The examples of text and sound, made small, against NumPy; those with published weights read random ones as published."""

import shutil
from functools import cached_property
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from safetensors.numpy import save_file

import architecture
import onnx_file
import reference
import reference_text
from command import convert

State = dict[str, np.ndarray]
TOLERANCE = 2e-5  # of the largest magnitude in the output


class Network:
    """An example in its small size, exported, and its weights: in a file that this writes, or the example's own."""

    def __init__(self, folder: Path, name: str, weights: str = "", rename=lambda path: path, opset: int = 21):
        module = architecture.named(name)
        self.settings: dict = module.SMALL["settings"]
        example, *model = architecture.source(name)
        rng = np.random.default_rng(7)
        self.inputs = module.inputs(rng) if hasattr(module, "inputs") else {}
        if weights:
            shapes = module.parameters(**self.settings)
            self.state = {path: self.draw(rng, path, shape) for path, shape in shapes.items()}
            save_file({rename(path): value for path, value in self.state.items()}, folder / weights)
        options = [*model, "--opset", opset, *architecture.options(**module.SMALL)]
        options += [] if weights else ["--random-weights"]
        self.path = convert(Path(shutil.copy(example, folder)), folder / f"{name}.onnx", *options)
        self.file = onnx_file.check(self.path, opset)
        if not weights:
            self.state = onnx_file.tensors(self.file)

    @staticmethod
    def draw(rng: np.random.Generator, path: str, shape: tuple[int, ...]) -> np.ndarray:
        """Maps and embeddings that keep magnitudes, norms around 1, and no bias of 0."""
        if path.endswith("bias") or len(shape) > 1:
            return rng.normal(0, shape[-1] ** -0.5, shape).astype(np.float32)
        return rng.normal(1, 0.2, shape).astype(np.float32)

    @property
    def exact(self) -> State:
        return {path: value.astype(np.float64) for path, value in self.state.items() if value.dtype == np.float32}

    @cached_property
    def session(self) -> onnxruntime.InferenceSession:
        return onnx_file.session(self.path)

    def run(self, **changed: np.ndarray) -> dict[str, np.ndarray]:
        names = [output.name for output in self.session.get_outputs()]
        return dict(zip(names, self.session.run(names, self.inputs | changed)))


def assert_close(found: np.ndarray, expected: np.ndarray) -> None:
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, rtol=0, atol=TOLERANCE * np.abs(expected).max())


def test_bert(tmp_path):
    """The file has the prefix and the old names of the published one."""

    def published(path: str) -> str:
        return "bert." + path.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta")

    network = Network(tmp_path, "bert_base", "bert-base-uncased.safetensors", rename=published)
    ids, mask = network.inputs["input_ids"], network.inputs["attention_mask"]
    found = network.run(token_type_ids=np.zeros_like(ids))
    expected = reference.bert(network.exact, ids, mask, network.settings["depth"], network.settings["heads"])
    assert_close(found["last_hidden_state"][mask == 1], expected[mask == 1])
    assert_close(found["pooler_output"], np.tanh(reference_text.linear(network.exact, "pooler.dense", expected[:, 0])))


def test_bert_reads_the_segments(tmp_path):
    network = Network(tmp_path, "bert_base", "bert-base-uncased.safetensors", rename="bert.{}".format)
    ids = network.inputs["input_ids"]
    first, second = (network.run(token_type_ids=np.full_like(ids, segment)) for segment in (0, 1))
    assert np.abs(first["pooler_output"] - second["pooler_output"]).max() > 0.01


def test_gpt2(tmp_path):
    network = Network(tmp_path, "gpt2", "gpt2.safetensors")
    ids = network.inputs["input_ids"]
    assert_close(network.run()["logits"], reference_text.gpt2(network.exact, ids, network.settings["heads"]))


def test_gpt2_sees_no_later_token(tmp_path):
    network = Network(tmp_path, "gpt2", "gpt2.safetensors")
    ids = network.inputs["input_ids"].copy()
    ids[:, 4] = (ids[:, 4] + 1) % 50
    before, after = network.run()["logits"], network.run(input_ids=ids)["logits"]
    assert_close(after[:, :4], before[:, :4])
    assert np.abs(after[:, 4:] - before[:, 4:]).max(axis=(0, 2)).min() > 1e-3


def test_whisper_encoder(tmp_path):
    network = Network(tmp_path, "whisper_tiny.encoder", "whisper-tiny.safetensors")
    features = network.inputs["input_features"].astype(np.float64)
    expected = reference_text.whisper_encoder(network.exact, features, network.settings["heads"])
    assert_close(network.run()["last_hidden_state"], expected)


def test_whisper_decoder(tmp_path):
    """Seven tokens attend to nine vectors, so that the two lengths cannot be confused."""
    network = Network(tmp_path, "whisper_tiny.decoder", "whisper-tiny.safetensors")
    ids, memory = network.inputs["input_ids"], network.inputs["encoder_hidden_states"].astype(np.float64)
    assert ids.shape[1] != memory.shape[1]
    expected = reference_text.whisper_decoder(network.exact, ids, memory, network.settings["heads"])
    assert_close(network.run()["logits"], expected)


@pytest.fixture(scope="module")
def iteration(tmp_path_factory) -> Network:
    return Network(tmp_path_factory.mktemp("loop"), "loop")


def test_loop_converges(iteration):
    matrix = iteration.inputs["matrix"].astype(np.float64)
    values, vectors = np.linalg.eigh(matrix)
    found = iteration.run(limit=np.array(10_000))
    vector = vectors[:, -1] * np.sign(vectors[:, -1].sum())
    np.testing.assert_allclose(found["eigenvalue"], values[-1], rtol=1e-4)
    np.testing.assert_allclose(found["eigenvector"], vector, atol=1e-2)
    assert 2 < len(found["history"]) < 10_000


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("limit", [1, 2, 5])
def test_loop_step_by_step(iteration, limit, sign):
    """So few steps that the limit ends them; either branch turns the vector up."""
    matrix, v = iteration.inputs["matrix"].astype(np.float64), sign * iteration.inputs["start"].astype(np.float64)
    history = []
    for _ in range(limit):
        history.append(v @ matrix @ v)
        v = matrix @ v / np.linalg.norm(matrix @ v)
    found = iteration.run(start=sign * iteration.inputs["start"], limit=np.array(limit))
    assert_close(found["history"], np.array(history))
    assert_close(found["eigenvalue"], np.array(history[-1]))
    assert_close(found["eigenvector"], v if v.sum() > 0 else -v)


def test_loop_without_a_step(iteration):
    found = iteration.run(limit=np.array(0))
    assert found["history"].shape == (0,)
    np.testing.assert_array_equal(np.abs(found["eigenvector"]), np.abs(iteration.inputs["start"]))
