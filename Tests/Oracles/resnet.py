"""ResNets of basic blocks, counted from the paper's architecture (He et al. 2015, arXiv:1512.03385, table 1).

Names are those of torchvision's state dict: https://pytorch.org/vision/main/models/resnet.html.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class ResNet:
    widths: tuple[int, ...] = (64, 128, 256, 512)
    depths: tuple[int, ...] = (2, 2, 2, 2)
    classes: int = 1000
    size: tuple[int, int] = (224, 224)

    def layers(self) -> list[tuple[str, str, tuple[int, ...], int]]:
        """Returns each layer's path, kind, weight shape and count of output positions."""
        found = []

        def conv(path: str, norm: str, inputs: int, outputs: int, kernel: int, stride: int, size: tuple) -> tuple:
            # Every kernel is odd and padded by half of itself: ceil(size / stride) positions.
            size = tuple(-(-extent // stride) for extent in size)
            found.append((path, "conv", (outputs, inputs, kernel, kernel), size[0] * size[1]))
            found.append((norm, "norm", (outputs,), size[0] * size[1]))
            return size

        inputs = self.widths[0]
        size = conv("conv1", "bn1", 3, inputs, 7, 2, self.size)
        size = tuple(-(-extent // 2) for extent in size)
        for stage, (width, depth) in enumerate(zip(self.widths, self.depths)):
            for block in range(depth):
                path = f"layer{stage + 1}.{block}"
                stride = 2 if stage > 0 and block == 0 else 1
                before = size
                size = conv(f"{path}.conv1", f"{path}.bn1", inputs, width, 3, stride, before)
                conv(f"{path}.conv2", f"{path}.bn2", width, width, 3, 1, size)
                if stride != 1 or inputs != width:
                    conv(f"{path}.downsample.0", f"{path}.downsample.1", inputs, width, 1, stride, before)
                inputs = width
        found.append(("fc", "linear", (self.classes, inputs), 1))
        return found

    def state(self) -> dict[str, tuple[int, ...]]:
        """Returns the shape of each tensor by its name in the state dict, without num_batches_tracked."""
        shapes = {}
        for path, kind, weight, _ in self.layers():
            shapes[f"{path}.weight"] = weight
            if kind != "conv":
                shapes[f"{path}.bias"] = weight[:1]
            if kind == "norm":
                shapes[f"{path}.running_mean"] = shapes[f"{path}.running_var"] = weight
        return shapes

    def parameters(self) -> dict[str, int]:
        """Returns each layer's count of parameters by its path."""
        counts = {}
        for path, kind, weight, _ in self.layers():
            counts[path] = product(weight) + (0 if kind == "conv" else weight[0])
        return counts

    def buffers(self) -> int:
        return sum(2 * weight[0] for _, kind, weight, _ in self.layers() if kind == "norm")

    def macs(self) -> dict[str, int]:
        """Returns the multiply-accumulates of each convolution and linear layer, for one image, by its path."""
        return {path: product(weight) * count for path, kind, weight, count in self.layers() if kind != "norm"}

    def text(self) -> str:
        """Returns the network in Mica."""
        calls = []
        for stage, (width, depth) in enumerate(zip(self.widths, self.depths)):
            for block in range(depth):
                stride = 2 if stage > 0 and block == 0 else 1
                calls.append(f"    x = x |> layer{stage + 1}[{block}]: BasicBlock(channels={width}, stride={stride})")
        return TEXT.format(
            height=self.size[0], width=self.size[1], classes=self.classes, stem=self.widths[0], blocks="\n".join(calls)
        )


def product(shape: tuple[int, ...]) -> int:
    result = 1
    for extent in shape:
        result *= extent
    return result


TEXT = """use onnx 21

block BasicBlock(x: T[N, C, H, W], channels: int, stride: int = 1) -> T[N, channels, ?, ?] {{
    y = x |> conv1: Conv2d(out_channels=channels, kernel_size=3, stride=stride, padding=1, bias=false)
          |> bn1: BatchNorm2d |> Relu
    y = y |> conv2: Conv2d(out_channels=channels, kernel_size=3, padding=1, bias=false) |> bn2: BatchNorm2d
    if stride != 1 || C != channels {{
        x = x |> downsample[0]: Conv2d(out_channels=channels, kernel_size=1, stride=stride, bias=false)
              |> downsample[1]: BatchNorm2d
    }}
    return Relu(x + y)
}}

model resnet(image: f32[N, 3, {height}, {width}]) -> (logits: f32[N, {classes}]) {{
    x = image |> conv1: Conv2d(out_channels={stem}, kernel_size=7, stride=2, padding=3, bias=false)
    x = x |> bn1: BatchNorm2d |> Relu
    x = x |> MaxPool2d(kernel_size=3, stride=2, padding=1)
{blocks}
    x = x |> GlobalAveragePool |> Flatten
    return fc: Linear(x, out_features={classes})
}}
"""
