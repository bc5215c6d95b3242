"""The scanner in C of the tree-sitter grammar, compiled and asked as tree-sitter asks it."""

import ctypes
import subprocess
from pathlib import Path

from treesitter import FOLDER, Asked, translation

# What tree_sitter/parser.h declares of a lexer, in its order.
HEADER = """
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
typedef struct TSLexer TSLexer;
struct TSLexer {
  int32_t lookahead;
  uint16_t result_symbol;
  void (*advance)(TSLexer *, bool);
  void (*mark_end)(TSLexer *);
  uint32_t (*get_column)(TSLexer *);
  bool (*is_at_included_range_start)(const TSLexer *);
  bool (*eof)(const TSLexer *);
  void (*log)(const TSLexer *, const char *, ...);
};
"""
_ADVANCE = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_bool)
_MARK = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
_END = ctypes.CFUNCTYPE(ctypes.c_bool, ctypes.c_void_p)


class _Lexer(ctypes.Structure):
    _fields_ = [
        ("lookahead", ctypes.c_int32),
        ("result_symbol", ctypes.c_uint16),
        ("advance", _ADVANCE),
        ("mark_end", _MARK),
        ("get_column", ctypes.c_void_p),
        ("is_at_included_range_start", ctypes.c_void_p),
        ("eof", _END),
        ("log", ctypes.c_void_p),
    ]


# The names of the tokens in the order of the scanner.
TOKENS = translation().externals


class Scanner:
    """A scanner that reads one text after the other."""

    def __init__(self, folder: Path) -> None:
        (folder / "tree_sitter").mkdir()
        (folder / "tree_sitter/parser.h").write_text(HEADER)
        library = folder / "scanner.so"
        command = ["cc", "-std=c11", "-Wall", "-Wextra", "-Werror", "-O1", "-shared", "-fPIC", f"-I{folder}"]
        subprocess.run([*command, str(FOLDER / "src/scanner.c"), "-o", str(library)], check=True, timeout=120)
        self.library = ctypes.CDLL(str(library))
        for name, result, arguments in [
            ("create", ctypes.c_void_p, []),
            ("destroy", None, [ctypes.c_void_p]),
            ("serialize", ctypes.c_uint, [ctypes.c_void_p, ctypes.c_char_p]),
            ("deserialize", None, [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_uint]),
            ("scan", ctypes.c_bool, [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p]),
        ]:
            function = getattr(self.library, f"tree_sitter_mica_external_scanner_{name}")
            function.restype, function.argtypes = result, arguments
            setattr(self, name, function)
        self.state = self.create()
        self.buffer = ctypes.create_string_buffer(1024)  # TREE_SITTER_SERIALIZATION_BUFFER_SIZE

    def close(self) -> None:
        self.destroy(self.state)

    def restart(self) -> None:
        """Goes on with another text."""
        self.deserialize(self.state, None, 0)

    def answers(self, text: str, asked: Asked) -> bool:
        """Whether the scanner says what it should where it is asked; comments before that are taken first."""
        valid = [token in asked.places or token == "COMMENT" for token in TOKENS]
        position = asked.start
        while (found := self.take(text, position, valid)) and found[0] == "COMMENT":
            position = found[1]
        if asked.terminal not in TOKENS:
            return found is None
        return found == (asked.terminal, asked.end)

    def take(self, text: str, start: int, valid: list[bool]) -> tuple[str, int] | None:
        """The token that the scanner finds at a place and where that ends; `None` where it finds none.

        Its state is stored and read between any two tokens, as tree-sitter does.
        """
        position, marked = start, None
        lexer = _Lexer()

        def look() -> None:
            lexer.lookahead = ord(text[position]) if position < len(text) else 0

        def advance(_: int, skip: bool) -> None:
            nonlocal position
            position = min(position + 1, len(text))
            look()

        def mark(_: int) -> None:
            nonlocal marked
            marked = position

        lexer.advance, lexer.mark_end = _ADVANCE(advance), _MARK(mark)
        lexer.eof = _END(lambda _: position >= len(text))
        look()
        size = self.serialize(self.state, self.buffer)
        self.deserialize(self.state, self.buffer, size)
        if not self.scan(self.state, ctypes.byref(lexer), (ctypes.c_bool * len(valid))(*valid)):
            # What a scan leaves behind that finds nothing is forgotten.
            self.deserialize(self.state, self.buffer, size)
            return None
        return TOKENS[lexer.result_symbol], position if marked is None else marked
