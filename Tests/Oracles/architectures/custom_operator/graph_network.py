"""Messages along the edges of a graph (Gilmer et al. 2017, arXiv:1704.01212), linear in the node that they come from."""

from state import Shapes, linear

PARAMETERS = 3 * 64 * 65 + 10 * 65
MACS = 3 * (300 * 64 * 64 + 300 * 64) + 100 * 64 * 10
BINDINGS = {"V": 100, "E": 300}
SMALL = {"settings": {}, "bindings": {}}


def parameters() -> Shapes:
    shapes = {}
    for number in range(3):
        shapes |= linear(f"message.{number}", 64, 64)
    return shapes | linear("head", 10, 64)


def buffers() -> Shapes:
    return {}
