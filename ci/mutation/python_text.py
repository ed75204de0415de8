"""A Python module's text by the positions of its syntax tree, and what in it only people read."""

from __future__ import annotations

import ast
import io
import tokenize

# Calls that only people see the outcome of: nothing in them is changed.
SHOWN = {
    "print", "flush", "info", "warning", "debug", "error", "exception", "warn", "exit", "TypeVar", "reconfigure",
    "add_argument", "add_parser", "add_subparsers", "add_argument_group", "add_mutually_exclusive_group", "ArgumentParser", "set_defaults",
    "set_title", "set_xlabel", "set_ylabel", "set_xticks", "set_yticks", "set_xlim", "set_ylim", "set_visible", "set_aspect", "annotate",
    "set_major_formatter", "set_minor_formatter", "tick_params", "margins", "grid", "legend", "tight_layout", "subplots_adjust", "suptitle",
    "use", "set_facecolor", "set_linewidth", "set_color", "set_axis_off", "setLevel", "filterwarnings", "simplefilter", "seterr", "errstate",
}
# The same of arguments by name.
LOOKS = {
    "color", "c", "facecolor", "edgecolor", "linewidth", "lw", "alpha", "figsize", "dpi", "marker", "markersize", "ms", "fontsize",
    "fontweight", "zorder", "linestyle", "ls", "pad", "labelpad", "indent", "flush", "capsize", "elinewidth", "ha", "va", "xytext",
    "bbox_inches", "hspace", "wspace", "rotation", "formatter_class", "stacklevel", "check", "capture_output", "dtype", "exist_ok",
}


class Text:
    """Places are character offsets."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._lines = source.splitlines(keepends=True)
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line))
        self._operators = [(self._starts[token.start[0] - 1] + token.start[1], token.string)
                           for token in tokenize.generate_tokens(io.StringIO(source).readline)
                           if token.type == tokenize.OP and token.string not in "()" or token.string in ("and", "or", "in", "not", "is")]

    def at(self, line: int, column: int) -> int:
        """The place of a line (from 1) and a column in bytes of UTF-8."""
        text = self._lines[line - 1]
        return self._starts[line - 1] + (column if text.isascii() else len(text.encode()[:column].decode()))

    def start(self, node: ast.expr | ast.stmt) -> int:
        return self.at(node.lineno, node.col_offset)

    def end(self, node: ast.expr | ast.stmt) -> int:
        return self.at(node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)

    def of(self, node: ast.expr | ast.stmt) -> str:
        return self.source[self.start(node):self.end(node)]

    def operator(self, left: ast.expr, right: ast.expr) -> tuple[int, int, str]:
        """The operator between two expressions: where it starts and ends, and what it is ("not in")."""
        first, last = self.end(left), self.start(right)
        found = [(place, word) for place, word in self._operators if first <= place < last]
        return found[0][0], found[-1][0] + len(found[-1][1]), " ".join(word for _, word in found)


def called(node: ast.Call) -> str:
    """The last name of what is called."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id if isinstance(node.func, ast.Name) else ""


def is_text(node: ast.expr) -> bool:
    """Whether it is surely text, a path, or a sum with one of these in it."""
    if isinstance(node, ast.BinOp):
        return is_text(node.left) or is_text(node.right)
    if isinstance(node, ast.Call):
        return called(node) in ("join", "format", "str", "repr", "Path", "rjust", "ljust", "strip")
    return isinstance(node, ast.JoinedStr) or isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes))


def is_list(node: ast.expr) -> bool:
    return isinstance(node, (ast.List, ast.ListComp, ast.Tuple)) or isinstance(node, ast.BinOp) and (is_list(node.left) or is_list(node.right))


def arid(node: ast.AST) -> bool:
    """Whether nothing in it is changed: what people read, messages of errors, assertions, what makes a module a program.
    What is in an f-string has no positions that can be relied on."""
    if isinstance(node, ast.If):
        return any(isinstance(part, ast.Name) and part.id in ("__name__", "TYPE_CHECKING") for part in ast.walk(node.test))
    if isinstance(node, ast.Call):
        return called(node) in SHOWN
    if isinstance(node, ast.keyword):
        return node.arg in LOOKS
    return isinstance(node, (ast.JoinedStr, ast.Assert, ast.Raise, ast.Global, ast.Nonlocal, ast.Import, ast.ImportFrom))


def first_lines(source: str) -> dict[int, int]:
    """Line -> the first line of the innermost statement that it is of, which is the one that tracers tell of."""
    found: dict[int, int] = {}
    for node in ast.walk(ast.parse(source)):  # outer ones first
        if isinstance(node, (ast.stmt, ast.ExceptHandler)):
            for line in range(node.lineno, (node.end_lineno or node.lineno) + 1):
                found[line] = node.lineno
    return found
