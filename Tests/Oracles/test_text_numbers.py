"""The examples of text and sound, made small, against NumPy; those with published weights read random ones as published."""

import shutil
from functools import cached_property
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from onnx.reference import ReferenceEvaluator
from onnx.reference.op_run import OpRun
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


@pytest.fixture(scope="module")
def llama(tmp_path_factory) -> Network:
    return Network(tmp_path_factory.mktemp("llama"), "llama", "smollm-135m.safetensors")


def after(network: Network, ids: np.ndarray, outputs: dict[str, np.ndarray] | None = None) -> dict[str, np.ndarray]:
    """Runs the decoder on more tokens, behind those whose keys and values are in `outputs`."""
    past = {name: value for name, value in network.inputs.items() if name.startswith("past")}
    for name in past:
        empty = np.empty((len(ids), network.settings["kv_heads"], 0, past[name].shape[-1]), np.float32)
        past[name] = outputs[name.replace("past_key_values", "present")] if outputs else empty
    return network.run(input_ids=ids, **past)


def test_llama_prefill(llama):
    ids, kv_heads = llama.inputs["input_ids"], llama.settings["kv_heads"]
    found = after(llama, ids)
    logits, cache = reference_text.llama(llama.exact, ids, llama.settings["heads"], kv_heads)
    assert_close(found.pop("logits"), logits)
    names = [f"present.{layer}.{part}" for layer in range(llama.settings["depth"]) for part in ("key", "value")]
    assert list(found) == names
    for name, expected in zip(names, cache):
        assert_close(found[name], expected.reshape(*ids.shape, kv_heads, -1).transpose(0, 2, 1, 3))


@pytest.mark.parametrize("steps", [[1, 1, 1, 1, 1], [3, 2], [1, 4]])
def test_llama_with_a_cache(llama, steps):
    """Any way to cut a text gives the numbers that it has in one go."""
    ids = llama.inputs["input_ids"]
    assert sum(steps) == ids.shape[1]
    expected, outputs, logits = after(llama, ids), None, []
    for part in np.split(ids, np.cumsum(steps)[:-1], axis=1):
        outputs = after(llama, part, outputs)
        logits.append(outputs["logits"])
    assert_close(np.concatenate(logits, axis=1), expected.pop("logits"))
    for name, value in expected.items():
        assert_close(outputs[name], value)


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
    np.testing.assert_allclose(found["value"], values[-1], rtol=1e-4)
    np.testing.assert_allclose(found["vector"], vector, atol=1e-2)
    assert 2 < len(found["steps"]) < 10_000


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
    assert_close(found["steps"], np.array(history))
    assert_close(found["value"], np.array(history[-1]))
    assert_close(found["vector"], v if v.sum() > 0 else -v)


def test_loop_without_a_step(iteration):
    found = iteration.run(limit=np.array(0))
    assert found["steps"].shape == (0,)
    np.testing.assert_array_equal(np.abs(found["vector"]), np.abs(iteration.inputs["start"]))


def test_tagger(tmp_path):
    network = Network(tmp_path, "tagger")
    assert_close(network.run()["scores"], reference_text.tagger(network.exact, network.inputs["words"]))


def test_gru(tmp_path):
    network = Network(tmp_path, "gru")
    logits, state = reference_text.gru(network.exact, network.inputs["characters"], network.inputs["state"])
    found = network.run()
    assert_close(found["logits"], logits)
    assert_close(found["next_state"], state)


def test_gru_goes_on(tmp_path):
    """The state that comes out stands for what was read."""
    network = Network(tmp_path, "gru")
    expected = network.run()
    first = network.run(characters=network.inputs["characters"][:, :3])
    second = network.run(characters=network.inputs["characters"][:, 3:], state=first["next_state"])
    assert_close(np.concatenate([first["logits"], second["logits"]], axis=1), expected["logits"])
    assert_close(second["next_state"], expected["next_state"])


def test_operator_with_a_body(tmp_path):
    network = Network(tmp_path, "custom_operator.perceptron")
    hidden = reference_text.swish(reference_text.linear(network.exact, "fc1", network.inputs["x"]), 1.5)
    assert_close(network.run()["logits"], reference_text.linear(network.exact, "fc2", hidden))
    model = network.file
    assert [(function.domain, function.name) for function in model.functions] == [("com.acme", "Swish2")]
    assert [node.op_type for node in model.graph.node if node.domain == "com.acme"] == ["Swish2"]


class Deliver(OpRun):
    """The kernel that the example lacks, for the evaluator of the onnx package."""

    op_domain = "com.acme"

    def _run(self, nodes, messages, target):
        result = nodes.copy()
        np.add.at(result, target, messages)
        return (result,)


@pytest.mark.parametrize("opset", [13, 17, 21])
def test_operator_without_a_body(tmp_path, opset):
    network = Network(tmp_path, "custom_operator.graph_network", opset=opset)
    model = network.file
    assert [node.op_type for node in model.graph.node if node.domain == "com.acme"] == ["Deliver", "Swish2"] * 3
    assert [function.name for function in model.functions] == ["Swish2"]
    rng = np.random.default_rng(3)
    inputs = {
        "features": rng.standard_normal((6, 64), np.float32),
        "source": rng.integers(6, size=11),
        "target": rng.integers(6, size=11),
    }
    found = ReferenceEvaluator(model, new_ops=[Deliver]).run(None, inputs)[0]
    exact = inputs["features"].astype(np.float64)
    assert_close(found, reference_text.graph_network(network.exact, exact, inputs["source"], inputs["target"]))
