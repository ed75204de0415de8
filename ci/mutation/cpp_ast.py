"""The places of a C++ file that can be changed: the only file that knows clang's library (Debian: python3-clang-14)."""

from __future__ import annotations

import pathlib
import re
from collections.abc import Iterator, Sequence
from typing import Any

from ci.mutation import cpp_arid, cpp_place
from ci.mutation.cpp_place import Place
from ci.mutation.mutant import Mutant

NEEDS = "python3-clang-14 is missing: ci/setup --prove installs it"

BOUNDS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
NEGATIONS = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
ARITHMETIC = {"+": "-", "-": "+", "*": "+", "/": "*", "%": "+", "&": "|", "|": "&", "^": "&", "<<": ">>", ">>": "<<"}
SIMILAR = {"min": "max", "max": "min"}
COMMUTATIVE = {"min", "max", "gcd", "lcm", "hypot", "swap", "midpoint"}
# What the preprocessor takes: its own lines, and names as macros have them.
MACRO = re.compile(rb"^[ \t]*#(?:[^\n\\]|\\.|\\\n)*|\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b|\b(?:assert|offsetof|errno|stdin|stdout|stderr)\b", re.MULTILINE)
COMMENT = re.compile(rb"//[^\n]*|/\*.*?\*/", re.DOTALL)
INTEGER = re.compile(r"(0[xX][0-9a-fA-F']+|0[bB][01']+|[0-9][0-9']*)([uUlLzZ]*)")


def available() -> bool:
    try:
        import clang.cindex  # noqa: F401
    except ImportError:
        return False
    return True


def _know_all_kinds(kinds: Any) -> None:
    """libclang names kinds that its Python lacks, and refuses, as that of __builtin_bit_cast."""
    for number in range(1, 1000):
        try:
            kinds.from_id(number)
        except ValueError:
            kinds(number)


def places(root: pathlib.Path, paths: Sequence[str], flags: Sequence[str]) -> dict[str, list[Place]]:
    """Of one file, or of several headers, which are read together as that takes hardly longer than one; without ids. Empty:
    these headers cannot be read together. ValueError: a file cannot be read, or clang is missing."""
    try:
        from clang import cindex
    except ImportError:
        raise ValueError(NEEDS) from None
    _know_all_kinds(cindex.CursorKind)
    name, given = str(root / paths[0]), None
    if len(paths) > 1:
        name = str(root / "together.cc")
        given = [(name, "".join(f'#include "{path}"\n' for path in paths))]
    try:
        unit = cindex.Index.create().parse(name, args=["-xc++", *flags], unsaved_files=given)
    except cindex.TranslationUnitLoadError as error:
        raise ValueError(f"{', '.join(paths)}: {error}") from None
    if len(paths) > 1 and any(each.severity >= cindex.Diagnostic.Error for each in unit.diagnostics):
        return {}
    tops: dict[str, list[Any]] = {str(root / path): [] for path in paths}
    for each in unit.cursor.get_children():
        if each.location.file and each.location.file.name in tops:
            tops[each.location.file.name].append(each)
    return {path: _Walk(cindex, tops[str(root / path)], path, (root / path).read_bytes()).places() for path in paths}


class _Walk:
    def __init__(self, cindex: Any, tops: Sequence[Any], path: str, text: bytes) -> None:
        """`tops`: what the file declares."""
        self._kind, self._type = cindex.CursorKind, cindex.TypeKind
        self._tops, self._path, self._text = tops, path, text
        self._found: list[Place] = []
        self._macros = [found.span() for found in MACRO.finditer(text)]
        self._function: list[tuple[str, bool, Any]] = []  # name, whether constexpr, result type
        self._cases: list[bool] = []  # whether the innermost thing that break leaves is a switch
        names = ("INT", "UINT", "LONG", "ULONG", "LONGLONG", "ULONGLONG", "SHORT", "USHORT", "UCHAR", "SCHAR", "CHAR_S", "CHAR_U")
        self._integers = {getattr(self._type, name) for name in names}
        self._numbers = self._integers | {self._type.FLOAT, self._type.DOUBLE}
        kinds = self._kind
        self._skipped = {kinds.STATIC_ASSERT, kinds.ENUM_DECL, kinds.CXX_UNARY_EXPR, kinds.TEMPLATE_TYPE_PARAMETER,
                         kinds.TEMPLATE_NON_TYPE_PARAMETER, kinds.TYPE_ALIAS_DECL, kinds.TYPEDEF_DECL, kinds.PARM_DECL,
                         kinds.CONCEPT_DECL if hasattr(kinds, "CONCEPT_DECL") else kinds.STATIC_ASSERT, kinds.ALIGNED_ATTR
                         if hasattr(kinds, "ALIGNED_ATTR") else kinds.STATIC_ASSERT}
        self._functions = {kinds.FUNCTION_DECL, kinds.CXX_METHOD, kinds.CONSTRUCTOR, kinds.DESTRUCTOR, kinds.CONVERSION_FUNCTION,
                           kinds.FUNCTION_TEMPLATE}

    def places(self) -> list[Place]:
        for each in self._tops:
            self._visit(each)
        return self._found

    # Of the sources.
    def _at(self, cursor: Any) -> tuple[int, int]:
        return cursor.extent.start.offset, cursor.extent.end.offset

    def _source(self, start: int, end: int) -> str:
        return self._text[start:end].decode(errors="replace")

    def _flat(self, cursor: Any) -> str:
        start, end = self._at(cursor)
        return b" ".join(COMMENT.sub(b" ", self._text[start:end]).split()).decode(errors="replace")

    def _between(self, start: int, end: int) -> tuple[int, int, str]:
        """The one word there is between two offsets, without spaces and comments, and where it stands."""
        raw = COMMENT.sub(lambda found: b" " * len(found.group()), self._text[start:end])
        word = raw.strip()
        at = start + raw.find(word) if word else start
        return at, at + len(word), word.decode(errors="replace")

    def _plain(self, start: int, end: int) -> bool:
        """Whole, as clang's ends of rewritten comparisons are not, and with no macro in it."""
        if start >= end or self._text[end - 1:end] in b"<>=&|+-*/%^(,.?:!~":
            return False
        return not any(first < end and start < last for first, last in self._macros)

    def _add(self, kind: str, form: str, cursor: Any, before: str, after: str, data: Sequence[str | int] = (),
             span: tuple[int, int] | None = None, changed: tuple[int, int] | None = None) -> None:
        start, end = span or self._at(cursor)
        if not self._plain(start, end) or not self._function:
            return
        changed_start, changed_end = changed or (start, end)
        line = self._text.count(b"\n", 0, changed_start) + 1
        column = changed_start - (self._text.rfind(b"\n", 0, changed_start) + 1) + 1
        name, compile_time, _ = self._function[-1]
        mutant = Mutant("", self._path, line, column, kind, name, changed_start, changed_end, before, after)
        self._found.append(Place(form, start, end, tuple(data), mutant, compile_time))

    # Of the tree.
    def _unwrap(self, cursor: Any) -> Any:
        """What stands below nodes that the compiler put there."""
        while cursor.kind == self._kind.UNEXPOSED_EXPR:
            below = list(cursor.get_children())
            if len(below) != 1 or self._at(below[0]) != self._at(cursor):
                break
            cursor = below[0]
        return cursor

    def _bare(self, cursor: Any) -> Any:
        """The same without its parentheses."""
        cursor = self._unwrap(cursor)
        while cursor.kind == self._kind.PAREN_EXPR:
            cursor = self._unwrap(next(iter(cursor.get_children())))
        return cursor

    def _is(self, cursor: Any, types: set[Any]) -> bool:
        return cursor.type.get_canonical().kind in types

    def _is_bool(self, cursor: Any) -> bool:
        return bool(cursor.type.get_canonical().kind == self._type.BOOL)

    def _is_compared(self, cursor: Any) -> bool:
        cursor = self._bare(cursor)
        operator = self._operator(cursor) if cursor.kind == self._kind.BINARY_OPERATOR else None
        return cursor.kind == self._kind.BINARY_OPERATOR and operator is not None and operator[2] in (*NEGATIONS, "&&", "||")

    def _operator(self, cursor: Any) -> tuple[int, int, str] | None:
        below = list(cursor.get_children())
        if len(below) != 2:
            return None
        return self._between(below[0].extent.end.offset, below[1].extent.start.offset)

    def _children(self, cursor: Any) -> None:
        for child in cursor.get_children():
            self._visit(child)

    def _visit(self, cursor: Any) -> None:
        kind = cursor.kind
        if kind in self._skipped or kind.is_attribute():
            return
        if kind in self._functions:
            self._visit_function(cursor)
            return
        handler = self._handlers().get(kind)
        if handler is not None:
            handler(cursor)
        else:
            self._children(cursor)

    def _handlers(self) -> dict[Any, Any]:
        kinds = self._kind
        if not hasattr(self, "_table"):
            self._table = {
                kinds.VAR_DECL: self._variable, kinds.FIELD_DECL: self._field, kinds.BINARY_OPERATOR: self._binary,
                kinds.COMPOUND_ASSIGNMENT_OPERATOR: self._compound, kinds.UNARY_OPERATOR: self._unary,
                kinds.INTEGER_LITERAL: self._literal, kinds.FLOATING_LITERAL: self._literal, kinds.DECL_REF_EXPR: self._name,
                kinds.CONDITIONAL_OPERATOR: self._conditional, kinds.IF_STMT: self._if, kinds.WHILE_STMT: self._while,
                kinds.DO_STMT: self._loop, kinds.FOR_STMT: self._loop, kinds.CXX_FOR_RANGE_STMT: self._loop,
                kinds.RETURN_STMT: self._return, kinds.CALL_EXPR: self._call, kinds.SWITCH_STMT: self._switch,
                kinds.CASE_STMT: self._case, kinds.COMPOUND_STMT: self._compound_statement, kinds.LAMBDA_EXPR: self._lambda,
            }
        return self._table

    # Of declarations.
    def _visit_function(self, cursor: Any) -> None:
        body = [child for child in cursor.get_children() if child.kind == self._kind.COMPOUND_STMT]
        lists = [child for child in cursor.get_children() if child.kind.is_expression()]  # initialisers of a constructor
        if not body or self._source(*self._at(body[0]))[:1] != "{" or cpp_arid.BODIES.fullmatch(cursor.spelling):
            return
        head = self._source(cursor.extent.start.offset, body[0].extent.start.offset)
        if re.search(r"\bconsteval\b", head):
            return
        name, parent = cursor.spelling, cursor.semantic_parent
        while parent is not None and parent.kind != self._kind.TRANSLATION_UNIT:
            name, parent = (f"{parent.spelling}::{name}" if parent.spelling else name), parent.semantic_parent
        self._function.append((name, bool(re.search(r"\bconstexpr\b", head)), cursor.result_type))
        if cursor.kind == self._kind.CONSTRUCTOR:
            for child in lists:
                self._visit(child)
        self._visit(body[0])
        self._function.pop()

    def _lambda(self, cursor: Any) -> None:
        name, compile_time, _ = self._function[-1] if self._function else ("", False, None)
        self._function.append((name, compile_time, None))
        for child in cursor.get_children():
            if child.kind == self._kind.COMPOUND_STMT:
                self._visit(child)
        self._function.pop()

    def _variable(self, cursor: Any) -> None:
        start, end = self._at(cursor)
        below = list(cursor.get_children())
        if not below or below[-1].extent.end.offset != end or not below[-1].kind.is_expression():
            return
        if re.search(r"\b(constexpr|constinit)\b", self._source(start, below[-1].extent.start.offset)):
            return
        if cursor.type.is_const_qualified() and self._is(cursor, self._integers) and self._is_constant(below[-1]):
            return  # others may use it as a constant
        self._visit(below[-1])

    def _is_constant(self, cursor: Any) -> bool:
        return not any(each.kind in (self._kind.CALL_EXPR, self._kind.DECL_REF_EXPR, self._kind.MEMBER_REF_EXPR)
                       for each in cursor.walk_preorder())

    def _field(self, cursor: Any) -> None:
        return

    # Of expressions.
    def _binary(self, cursor: Any) -> None:
        below = list(cursor.get_children())
        operator = self._operator(cursor)
        if operator is None:
            self._children(cursor)
            return
        start, end, word = operator
        left, right = below
        if self._is_stream(left):
            return
        self._children(cursor)
        at = (start, end)
        if word in BOUNDS:
            self._add("bound", cpp_place.BINARY, cursor, word, BOUNDS[word], (*at, word, BOUNDS[word]), changed=at)
        if word in NEGATIONS:
            self._add("comparison", cpp_place.BINARY, cursor, word, NEGATIONS[word], (*at, word, NEGATIONS[word]), changed=at)
        elif word in ARITHMETIC and not (word == "-" and not self._is(right, self._numbers)):
            self._add("arithmetic", cpp_place.BINARY, cursor, word, ARITHMETIC[word], (*at, word, ARITHMETIC[word]), changed=at)
        elif word in ("&&", "||"):
            other = "||" if word == "&&" else "&&"
            self._add("logical", cpp_place.LOGICAL, cursor, word, other, (*at, word), changed=at)
            always = "true" if word == "&&" else "false"
            for side in (left, right):
                bare = self._bare(side)
                inner = self._operator(bare) if bare.kind == self._kind.BINARY_OPERATOR else None
                if inner is None or inner[2] not in ("&&", "||"):
                    self._add("case", cpp_place.FORCED, side, self._flat(side), always, (always,))

    def _is_stream(self, cursor: Any) -> bool:
        return "stream" in cursor.type.get_canonical().spelling

    def _compound(self, cursor: Any) -> None:
        self._children(cursor)
        operator = self._operator(cursor)
        if operator is None:
            return
        start, end, word = operator
        base = word[:-1]
        if word.endswith("=") and base in ARITHMETIC:
            self._add("arithmetic", cpp_place.BINARY, cursor, word, ARITHMETIC[base] + "=",
                      (start, end, word, ARITHMETIC[base] + "="), changed=(start, end))

    def _unary(self, cursor: Any) -> None:
        self._children(cursor)
        start, end = self._at(cursor)
        below = list(cursor.get_children())
        if len(below) != 1:
            return
        inner = below[0]
        if self._source(start, start + 1) == "!" and inner.extent.start.offset > start:
            self._add("comparison", cpp_place.NEGATED, cursor, self._flat(cursor), self._flat(inner), (), changed=(start, end))
        elif self._source(start, start + 1) == "-" and self._source(start, start + 2) != "--" and inner.kind not in (
                self._kind.INTEGER_LITERAL, self._kind.FLOATING_LITERAL) and self._is(cursor, self._numbers):
            self._add("arithmetic", cpp_place.TERNARY, cursor, self._flat(cursor), self._flat(inner), (self._flat(inner),))

    def _literal(self, cursor: Any) -> None:
        if not self._is(cursor, self._numbers):
            return
        word = self._flat(cursor)
        for change in (1, -1):
            if cursor.kind == self._kind.FLOATING_LITERAL:
                if change == 1:
                    self._add("constant", cpp_place.CONSTANT, cursor, word, f"{word} + 1", (change,))
                continue
            match = INTEGER.fullmatch(word)
            if match is None:
                return
            digits = match.group(1).replace("'", "")
            octal = len(digits) > 1 and digits.isdigit() and digits[0] == "0"
            value = int(digits, 8 if octal else 0)
            if value + change < 0:
                continue
            decimal = f"0{value + change:o}" if octal else str(value + change)
            base = hex(value + change) if word[:2] in ("0x", "0X") else decimal
            self._add("constant", cpp_place.CONSTANT, cursor, word, base + match.group(2), (change,))

    def _name(self, cursor: Any) -> None:
        """The use of a named constant."""
        target = cursor.referenced
        if target is None or target.kind != self._kind.VAR_DECL or not self._is(cursor, self._integers):
            return
        if not cursor.type.is_const_qualified() or "::" not in self._path_of(target) and not target.spelling.startswith("k"):
            return
        if target.spelling.startswith("k"):
            word = self._flat(cursor)
            for change in (1, -1):
                after = f"({word} {'+' if change > 0 else '-'} 1)"
                self._add("constant", cpp_place.CONSTANT, cursor, word, after, (change,))

    def _path_of(self, cursor: Any) -> str:
        return str(cursor.semantic_parent.spelling) if cursor.semantic_parent is not None else ""

    def _conditional(self, cursor: Any) -> None:
        below = list(cursor.get_children())
        self._children(cursor)
        if len(below) == 3:
            self._force(below[0], ("true", "false"))

    def _force(self, condition: Any, values: Sequence[str]) -> None:
        bare = self._bare(condition)
        if bare.kind == self._kind.CXX_BOOL_LITERAL_EXPR or not condition.kind.is_expression():
            return
        for value in values:
            self._add("condition", cpp_place.FORCED, condition, self._flat(condition), value, (value,))

    def _call(self, cursor: Any) -> None:
        name = cursor.spelling
        if cpp_arid.CALLS.fullmatch(name):
            return
        if self._is_stream(cursor) and name == "operator<<":
            return
        self._children(cursor)
        if name in ("operator==", "operator!=", "operator<", "operator>", "operator<=", "operator>="):
            word = name.removeprefix("operator")
            below = list(cursor.get_children())
            flat = self._flat(cursor)
            if len(below) == 3 and flat.count(word) == 1:
                self._add("comparison", cpp_place.NEGATED, cursor, flat, flat.replace(word, NEGATIONS[word]))
            return
        arguments = list(cursor.get_arguments())
        if name.startswith("operator") or any(each is None for each in arguments):
            return
        self._similar(cursor, name)
        if name in COMMUTATIVE:
            return
        target = cursor.referenced
        if target is not None and target.kind == self._kind.CONSTRUCTOR and not self._flat(cursor).startswith(name):
            return  # begins with the name of a variable
        for first, second in zip(arguments, arguments[1:]):
            self._swapped(cursor, first, second)

    def _similar(self, cursor: Any, name: str) -> None:
        flat = self._flat(cursor)
        if name in SIMILAR and (found := re.match(rf"(std::){name}\b", flat)):
            after = f"std::{SIMILAR[name]}" + flat[found.end():]
            self._add("case", cpp_place.TERNARY, cursor, flat, after, (after,))

    def _swapped(self, cursor: Any, first: Any, second: Any) -> None:
        start, end = self._at(cursor)
        one, two = self._at(first), self._at(second)
        if not start < one[0] < one[1] < two[0] < two[1] <= end or b"[" in self._text[one[0]:one[0] + 1]:
            return
        types = [each.type.get_canonical() for each in (first, second)]
        same = types[0].get_canonical().spelling.replace("const ", "") == types[1].get_canonical().spelling.replace("const ", "")
        if not (same and types[0].spelling or all(each.kind in self._numbers for each in types)):
            return
        texts = self._flat(first), self._flat(second)
        if texts[0] == texts[1] or "{" in texts[0] + texts[1] or '"' in texts[0] + texts[1]:
            return
        head, middle, tail = (" ".join(COMMENT.sub(b" ", part).decode(errors="replace").split()) for part in (
            self._text[start:one[0]], self._text[one[1]:two[0]], self._text[two[1]:end]))
        after = f"{head}{texts[1]}{middle} {texts[0]}{tail}"
        self._add("swapped", cpp_place.TERNARY, cursor, self._source(one[0], two[1]), f"{texts[1]}{middle} {texts[0]}",
                  (after,), changed=(one[0], two[1]))

    # Of statements.
    def _if(self, cursor: Any) -> None:
        below = list(cursor.get_children())
        head = self._source(cursor.extent.start.offset, below[0].extent.start.offset) if below else ""
        if below and below[0].kind.is_expression() and "constexpr" not in head and len(below) in (2, 3):
            self._visit(below[0])
            self._force(below[0], ("true", "false"))
            rest = below[1:]
        elif "constexpr" in head:
            rest = below[1:]
        else:
            rest = below
        for child in rest:
            self._body(child)

    def _while(self, cursor: Any) -> None:
        below = list(cursor.get_children())
        if below and below[0].kind.is_expression():
            self._force(below[0], ("false",))
        self._loop(cursor)

    def _loop(self, cursor: Any) -> None:
        self._cases.append(False)
        for child in cursor.get_children():
            if child.kind.is_statement() or child.extent.end.offset == cursor.extent.end.offset:
                self._body(child)
            else:
                self._visit(child)
        self._cases.pop()

    def _body(self, child: Any) -> None:
        """What an `if` or a loop does, which may be one statement without braces."""
        self._visit(child)
        self._droppable(child)

    def _compound_statement(self, cursor: Any) -> None:
        for child in cursor.get_children():
            self._visit(child)
            self._droppable(child)

    def _droppable(self, child: Any) -> None:
        each = self._unwrap(child)
        kinds = self._kind
        start, end = self._at(child)
        kind = "dropped"
        if each.kind == kinds.CALL_EXPR:
            if cpp_arid.CALLS.fullmatch(each.spelling) or self._is_stream(each):
                return
        elif each.kind == kinds.BINARY_OPERATOR:
            operator = self._operator(each)
            if operator is None or operator[2] != "=":
                return
        elif each.kind == kinds.UNARY_OPERATOR:
            if "++" not in self._source(start, end) and "--" not in self._source(start, end):
                return
        elif each.kind == kinds.BREAK_STMT:
            kind = "case" if self._cases and self._cases[-1] else "dropped"
        elif each.kind == kinds.RETURN_STMT:
            if list(each.get_children()):
                return
        elif each.kind not in (kinds.COMPOUND_ASSIGNMENT_OPERATOR, kinds.CONTINUE_STMT):
            return
        close = self._semicolon(end)
        if close:
            self._add(kind, cpp_place.STATEMENT, child, self._source(start, close), ";", (close,), span=(start, close))

    def _semicolon(self, end: int) -> int:
        """Behind the semicolon that follows, or 0."""
        rest = COMMENT.sub(lambda found: b" " * len(found.group()), self._text[end:end + 200])
        stripped = rest.lstrip()
        return end + len(rest) - len(stripped) + 1 if stripped.startswith(b";") else 0

    def _return(self, cursor: Any) -> None:
        self._children(cursor)
        below = list(cursor.get_children())
        result = self._function[-1][2] if self._function else None
        if len(below) != 1 or result is None:
            return
        value, bare = below[0], self._bare(below[0])
        canonical = result.get_canonical().kind
        if canonical == self._type.BOOL:
            if bare.kind == self._kind.CXX_BOOL_LITERAL_EXPR or not self._is_compared(value):
                word = self._flat(value)
                after = {"true": "false", "false": "true"}.get(word, f"!({word})")
                self._add("returned", cpp_place.NEGATED, value, word, after)
        elif canonical in self._numbers:
            if bare.kind not in (self._kind.INTEGER_LITERAL, self._kind.FLOATING_LITERAL, self._kind.DECL_REF_EXPR) and self._is(
                    value, self._numbers):
                word = self._flat(value)
                self._add("returned", cpp_place.CONSTANT, value, word, f"({word}) + 1", (1,))
        elif canonical in (self._type.RECORD, self._type.POINTER, self._type.ENUM, self._type.UNEXPOSED, self._type.ELABORATED):
            start, end = self._at(cursor)
            close, word = self._semicolon(end), self._flat(value)
            if "Result<" in result.spelling:
                return  # has no empty value
            if close and word not in ("{}", "nullptr", "std::nullopt", '""', "*this", "this") and not word.endswith("{}"):
                self._add("returned", cpp_place.RETURNED, cursor, self._source(start, close), "return {};", (close,),
                          span=(start, close))

    def _switch(self, cursor: Any) -> None:
        below = list(cursor.get_children())
        self._cases.append(True)
        for child in below:
            self._visit(child)
        self._cases.pop()
        if len(below) != 2 or not below[0].kind.is_expression():
            return
        for case in self._labels(below[1]):
            label = next(iter(case.get_children()))
            start, word = case.extent.start.offset, self._flat(label)
            colon = self._text.find(b":", label.extent.end.offset) + 1
            if b"..." not in self._text[start:colon] and self._plain(start, colon - 1):
                self._add("case", cpp_place.LABEL, below[0], self._source(start, colon), "", (word,), changed=(start, colon))

    def _labels(self, cursor: Any) -> Iterator[Any]:
        for child in cursor.get_children():
            if child.kind == self._kind.CASE_STMT:
                yield child
            if child.kind in (self._kind.CASE_STMT, self._kind.DEFAULT_STMT):
                yield from self._labels(child)

    def _case(self, cursor: Any) -> None:
        """The label itself is a constant."""
        for child in list(cursor.get_children())[1:]:
            self._visit(child)
            self._droppable(child)
