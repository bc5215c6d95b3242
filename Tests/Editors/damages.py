"""Small mistakes, as people make them, in a text that has none."""

import random
import re
from collections.abc import Callable

Damage = Callable[[str, random.Random], str | None]
NAME = r"(?<![\w$`\"./])[A-Za-z_]\w+"


def pick(pattern: str, text: str, numbers: random.Random) -> re.Match[str] | None:
    """A place where a pattern is found in a text, outside of comments."""
    found = [match for match in re.finditer(pattern, text) if "//" not in text[text.rfind("\n", 0, match.start()) + 1 : match.start()]]
    return numbers.choice(found) if found else None


def replaced(text: str, match: re.Match[str] | None, new: Callable[[str], str]) -> str | None:
    return match and text[: match.start()] + new(match[0]) + text[match.end() :]


def arguments(text: str, numbers: random.Random) -> tuple[int, list[str], int] | None:
    """What stands between the parentheses of a call or a signature: where it begins, its parts, and where it ends."""
    start = pick(r"\w\((?=[^()\s])", text, numbers)
    if not start:
        return None
    parts, depth, begin = [], 0, start.end()
    for index in range(begin, len(text)):
        character = text[index]
        if character in ")]}" and depth == 0:
            return start.end(), [*parts, text[begin:index]], index
        depth += (character in "([{") - (character in ")]}")
        if character == "," and depth == 0:
            parts.append(text[begin:index])
            begin = index + 1
    return None


def argument_dropped(text: str, numbers: random.Random) -> str | None:
    if not (found := arguments(text, numbers)):
        return None
    start, parts, end = found
    parts.pop(numbers.randrange(len(parts)))
    return text[:start] + ",".join(parts).lstrip() + text[end:]


def arguments_swapped(text: str, numbers: random.Random) -> str | None:
    found = arguments(text, numbers)
    if not found or len(found[1]) < 2:
        return None
    start, parts, end = found
    first = numbers.randrange(len(parts) - 1)
    parts[first : first + 2] = [parts[first + 1].strip(), " " + parts[first].strip()]
    return text[:start] + ",".join(parts) + text[end:]


def name_of_argument_dropped(text: str, numbers: random.Random) -> str | None:
    return replaced(text, pick(r"(?<=[(,] )\w+=|(?<=\()\w+=", text, numbers), lambda _: "")


def name_misspelled(text: str, numbers: random.Random) -> str | None:
    def slip(name: str) -> str:
        place = numbers.randrange(len(name) - 1)
        head, tail = name[:place], name[place:]
        return numbers.choice([head + tail[1:], head + tail[0] + tail, head + tail[1] + tail[0] + tail[2:]])

    return replaced(text, pick(NAME, text, numbers), slip)


def size_changed(text: str, numbers: random.Random) -> str | None:
    return replaced(text, pick(r"(?<![\w.])\d+\b(?!\.)", text, numbers), lambda size: str(int(size) + numbers.choice([-1, 1, 7])))


def label_removed(text: str, numbers: random.Random) -> str | None:
    return replaced(text, pick(r"\b[\w.\[\]{}+ ]+: (?=[A-Z]\w+)", text, numbers), lambda _: "")


def token_removed(text: str, numbers: random.Random) -> str | None:
    return replaced(text, pick(r"\|>|->|[(){}\[\],:=*+]", text, numbers), lambda _: "")


def line_removed(text: str, numbers: random.Random) -> str | None:
    return replaced(text, pick(r"(?m)^ .*\n", text, numbers), lambda _: "")


def type_changed(text: str, numbers: random.Random) -> str | None:
    return replaced(text, pick(r"\b(f32|i64|bool|int|float)\b", text, numbers), lambda old: numbers.choice(["f16", "i32", "f32", "i64", "int", "string"]))


def opset_lowered(text: str, numbers: random.Random) -> str | None:
    return replaced(text, pick(r"(?<=use onnx )\d+", text, numbers), lambda _: str(numbers.randint(7, 20)))


DAMAGES: list[Damage] = [
    argument_dropped,
    arguments_swapped,
    name_of_argument_dropped,
    name_misspelled,
    size_changed,
    label_removed,
    token_removed,
    line_removed,
    type_changed,
    opset_lowered,
]
