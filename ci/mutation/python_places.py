"""Where a line of Python can be made wrong, and how: places in a module's text, found in its syntax tree."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, NamedTuple

from ci.mutation.python_text import Text, arid, called, is_list, is_text

BOUND = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
NEGATED = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "==", "in": "not in", "not in": "in", "is": "is not", "is not": "is"}
ARITHMETIC = {"+": "-", "-": "+", "*": "+", "/": "*", "//": "*", "%": "//", "**": "*", "<<": ">>", ">>": "<<", "&": "|", "|": "&", "^": "|"}
_PAIRS = (("min", "max"), ("any", "all"), ("startswith", "endswith"), ("minimum", "maximum"), ("floor", "ceil"), ("argmin", "argmax"),
          ("low", "high"), ("start", "stop"), ("before", "after"), ("removeprefix", "removesuffix"), ("lstrip", "rstrip"))
SIMILAR = {a: b for pair in _PAIRS for a, b in (pair, pair[::-1])}
COMMUTES = {"min", "max", "minimum", "maximum", "gcd", "isinstance", "hasattr", "getattr", "cast"}


class Place(NamedTuple):
    """The characters from `start` to `end` become `after`."""
    start: int
    end: int
    kind: str      # of mutant.KINDS
    after: str
    function: str  # around it: "Store.get"; empty outside of functions


class _Finder:
    """Walks a tree and collects places."""

    def __init__(self, text: Text) -> None:
        self._text = text
        self.places: list[Place] = []
        self._around: list[str] = []               # names of classes and functions
        self._returns: list[ast.expr | None] = []  # annotations of functions
        self._by_type: dict[type[ast.AST], Callable[[Any], None]] = {
            ast.Expr: self._call, ast.Assign: self._assigned, ast.AugAssign: self._augmented, ast.Delete: self._dropped,
            ast.Continue: self._dropped, ast.Break: self._dropped, ast.Return: self._returned, ast.If: self._branch, ast.IfExp: self._branch,
            ast.While: self._loop, ast.comprehension: self._filter, ast.BoolOp: self._logical, ast.Compare: self._compared,
            ast.BinOp: self._arithmetic, ast.UnaryOp: self._unary, ast.Constant: self._constant, ast.Call: self._arguments,
            ast.Name: self._name, ast.Attribute: self._attribute}

    def visit(self, node: ast.AST) -> None:
        if arid(node):
            return
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for default in (*node.args.defaults, *node.args.kw_defaults):
                if default is not None:
                    self.visit(default)
            self._returns.append(node.returns)
            self._within(node)
            self._returns.pop()
        elif isinstance(node, ast.ClassDef):
            self._within(node)
        elif isinstance(node, ast.AnnAssign):
            if node.value is not None:
                self.visit(node.value)
        else:
            if type(node) in self._by_type:
                self._by_type[type(node)](node)
            for child in ast.iter_child_nodes(node):
                self.visit(child)

    def body(self, statements: list[ast.stmt]) -> None:
        for statement in statements:
            if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)):  # docstrings
                self.visit(statement)

    def _within(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> None:
        self._around.append(node.name)
        self.body(node.body)
        self._around.pop()

    def _add(self, kind: str, start: int, end: int, after: str) -> None:
        self.places.append(Place(start, end, kind, after, ".".join(self._around)))

    def _replace(self, kind: str, node: ast.expr | ast.stmt, after: str) -> None:
        self._add(kind, self._text.start(node), self._text.end(node), after)

    # Statements

    def _dropped(self, node: ast.stmt) -> None:
        self._replace("dropped", node, "pass")

    def _call(self, node: ast.Expr) -> None:
        if isinstance(node.value, ast.Call) and called(node.value) not in ("close", "__init__", "sleep") and not arid(node.value):
            self._dropped(node)

    def _assigned(self, node: ast.Assign) -> None:
        if all(isinstance(target, (ast.Attribute, ast.Subscript)) for target in node.targets):
            self._dropped(node)

    def _augmented(self, node: ast.AugAssign) -> None:
        self._dropped(node)
        start, end, operator = self._text.operator(node.target, node.value)
        if operator[:-1] in ARITHMETIC and not is_text(node.value) and not is_list(node.value):
            self._add("arithmetic", start, end, ARITHMETIC[operator[:-1]] + "=")

    def _returned(self, node: ast.Return) -> None:
        value, returns = node.value, self._returns[-1] if self._returns else None
        if value is None or returns is None:
            return
        annotation, text, after = ast.unparse(returns), self._text.of(value), ""
        if annotation == "bool":
            after = f"not ({text})"
        elif annotation in ("int", "float"):
            after = f"({text}) + 1"
        elif annotation == "str":
            after = '""'
        elif annotation.endswith("| None"):
            after = "None"
        elif annotation.startswith(("list[", "dict[", "set[")):
            after = {"l": "[]", "d": "{}", "s": "set()"}[annotation[0]]
        elif annotation.startswith("tuple[") and annotation.endswith("...]"):
            after = "()"
        if after and after != text:
            self._replace("returned", value, after)

    # Conditions

    def _forced(self, test: ast.expr, *values: str) -> None:
        if isinstance(test, ast.Constant) or any(isinstance(part, ast.NamedExpr) for part in ast.walk(test)):
            return
        for value in values:
            self._replace("condition", test, value)

    def _branch(self, node: ast.If | ast.IfExp) -> None:
        self._forced(node.test, "True", "False")

    def _loop(self, node: ast.While) -> None:
        self._forced(node.test, "False")

    def _filter(self, node: ast.comprehension) -> None:
        for test in node.ifs:
            self._forced(test, "True")

    def _logical(self, node: ast.BoolOp) -> None:
        for left, right in zip(node.values, node.values[1:]):
            start, end, operator = self._text.operator(left, right)
            self._add("logical", start, end, "or" if operator == "and" else "and")

    def _compared(self, node: ast.Compare) -> None:
        for left, right in zip([node.left, *node.comparators], node.comparators):
            start, end, operator = self._text.operator(left, right)
            if operator in BOUND:
                self._add("bound", start, end, BOUND[operator])
            self._add("comparison", start, end, NEGATED[operator])
            if operator.endswith("in") and isinstance(right, (ast.Tuple, ast.Set)):
                for i, each in enumerate(right.elts if len(right.elts) > 1 else []):
                    self._replace("case", each, self._text.of(right.elts[i - 1]))

    # Values

    def _arithmetic(self, node: ast.BinOp) -> None:
        start, end, operator = self._text.operator(node.left, node.right)
        if operator in ARITHMETIC and not is_text(node) and not is_list(node):
            self._add("arithmetic", start, end, ARITHMETIC[operator])

    def _unary(self, node: ast.UnaryOp) -> None:
        start = self._text.start(node)
        if isinstance(node.op, ast.USub) and not isinstance(node.operand, ast.Constant):
            self._add("arithmetic", start, start + 1, "")
        elif isinstance(node.op, ast.Not):
            self._add("condition", start, start + 3, "")

    def _constant(self, node: ast.Constant) -> None:
        text, value = self._text.of(node), node.value
        if isinstance(value, bool):
            self._replace("constant", node, str(not value))
        elif isinstance(value, int):
            self._replace("constant", node, str(value + 1))
            self._replace("constant", node, str(value - 1) if value else "(-1)")
        elif isinstance(value, float):
            self._replace("constant", node, f"({text} * 2)" if value else "1.0")
            if value:
                self._replace("constant", node, f"({text} / 2)")

    def _arguments(self, node: ast.Call) -> None:
        if called(node) in COMMUTES:
            return
        for left, right in zip(node.args, node.args[1:]):
            fixed = [isinstance(each, (ast.Constant, ast.Starred, ast.Lambda, ast.List, ast.Tuple, ast.Dict)) or is_text(each)
                     for each in (left, right)]
            before, after = self._text.of(left), self._text.of(right)
            if fixed[0] == fixed[1] and not isinstance(left, ast.Starred) and not isinstance(right, ast.Starred) and before != after:
                between = self._text.source[self._text.end(left):self._text.start(right)]
                self._add("swapped", self._text.start(left), self._text.end(right), after + between + before)

    def _name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load) and node.id in ("min", "max", "any", "all"):
            self._replace("case", node, SIMILAR[node.id])

    def _attribute(self, node: ast.Attribute) -> None:
        if node.attr in SIMILAR and isinstance(node.ctx, ast.Load):
            end = self._text.end(node)
            self._add("case", end - len(node.attr), end, SIMILAR[node.attr])


def places(source: str) -> list[Place]:
    """All places of a module's text, in its order. SyntaxError: it cannot be read."""
    finder = _Finder(Text(source))
    finder.body(ast.parse(source).body)
    return sorted(set(finder.places))
