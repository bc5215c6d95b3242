"""Narrow versions of the networks of Examples/, of which everything is tried."""

import re

from command import EXAMPLES

IMAGE = {"image": [1, 3, 64, 64]}
TOKENS = {"input_ids": [1, 12], "attention_mask": [1, 12], "token_type_ids": [1, 12]}

#: Networks of Examples/, what makes them narrow, and inputs for them; tokens are below 50.
NARROW: dict[str, tuple[list[str], dict[str, list[int]]]] = {
    "resnet50": (["size=64", "width=16", "depths=[1, 2, 1, 1]", "classes=10"], IMAGE),
    "densenet121": (["size=64", "width=16", "growth=8", "depths=[2, 3, 2, 2]", "classes=10"], IMAGE),
    "mobilenet_v2": (["size=64", "classes=10"], IMAGE),
    "efficientnet_b0": (["size=64", "classes=10"], IMAGE),
    "convnext_tiny": (["size=64", "widths=[16, 24, 32, 40]", "depths=[1, 1, 1, 1]", "classes=10"], IMAGE),
    "vgg16": (["size=64", "stages=[[8], [12], [16, 16], [16], [16]]", "hidden=32", "classes=10"], IMAGE),
    "unet": (["width=8"], {"image": [1, 3, 32, 32]}),
    "diffusion_unet": (
        ["widths=[32, 64, 64, 64]", "depth=1"], {"sample": [1, 3, 32, 32], "timestep": [1]}
    ),
    "vit_b_16": (["size=64", "depth=2", "width=48", "heads=6", "classes=10"], IMAGE),
    "swin_t": (["depths=[2, 2, 2, 2]", "classes=10"], {"image": [1, 3, 224, 224]}),
    "bert_base": (["depth=2", "width=48", "heads=6", "vocabulary=100"], TOKENS),
    "gpt2": (["depth=2", "width=48", "heads=6", "vocabulary=100"], {"input_ids": [1, 12]}),
    "tagger": (["vocabulary=100", "width=20", "hidden=16"], {"words": [2, 7]}),
    "ds_cnn_s": ([], {"mfcc": [1, 1, 49, 10]}),
}  # fmt: skip


def narrow_text(name: str) -> str:
    """The text of an example with smaller defaults, and no weights."""
    text = (EXAMPLES / f"{name}.mica").read_text()
    text = re.sub(r'^ *weights "[^"]*"( \(\n(.*\n)*?    \)| \(.*\))?\n+', "", text, flags=re.MULTILINE)
    for setting in NARROW.get(name, ([], {}))[0]:
        key, value = setting.split("=", 1)
        text, count = re.subn(rf"\b({key}: \S+ = )(\[(?:[^\[\]]|\[[^\[\]]*\])*\]|[^,)]+)", lambda found: found.group(1) + value, text, count=1)
        assert count == 1, (name, key)
    return text
