"""The scanner in C of the tree-sitter grammar, compiled and asked as tree-sitter asks it."""

import ctypes
import subprocess
from pathlib import Path

from treesitter import FOLDER

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


class Scanner:
    def __init__(self, folder: Path) -> None:
        (folder / "tree_sitter").mkdir()
        (folder / "tree_sitter/parser.h").write_text(HEADER)
        library = folder / "scanner.so"
        command = ["cc", "-std=c11", "-Wall", "-Wextra", "-Werror", "-O1", "-shared", "-fPIC", f"-I{folder}"]
        subprocess.run([*command, str(FOLDER / "src/scanner.c"), "-o", str(library)], check=True, timeout=120)
        self.scan = ctypes.CDLL(str(library)).tree_sitter_mica_external_scanner_scan
        self.scan.restype = ctypes.c_bool

    def newline(self, text: str, start: int, valid: bool = True) -> int | None:
        """Where the scanner ends a newline that it finds at a place; `None` where it finds none."""
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
        found = self.scan(None, ctypes.byref(lexer), (ctypes.c_bool * 1)(valid))
        return (position if marked is None else marked) if found else None
