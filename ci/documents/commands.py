"""The commands that a Markdown document shows in its indented blocks, as a shell would take them."""

from __future__ import annotations

import dataclasses
import pathlib
import re

INDENT = 4
# What a line of a block begins with, behind assignments, when it is a command and not what one prints.
PROGRAMS = (r"(build|ci|engine|golden)/[\w./-]+|/tmp/[\w./-]+|/usr/bin/python3|apt-get|cat|cmake|cp|ctest|curl|docker|git|gdb-multiarch|jq"
            r"|make|mkdir|ninja|openocd|podman|qemu-system-arm|rm|source|tar")
COMMAND = re.compile(rf"(?:[A-Z_]+=\S*\s+)*(?:{PROGRAMS})(?:\s|$)")
HERE_DOCUMENT = re.compile(r"<<\s*'?(\w+)'?")
COMMENT = re.compile(r"\s#\s(?P<said>.*)$")
EXIT_CODE = re.compile(r"exit code (\d+)")


@dataclasses.dataclass(frozen=True)
class Command:
    line: int  # in the document, from 1
    text: str  # all its lines; a comment is one of the shell's
    exit_code: int = 0  # what a comment "exit code N" behind the first line says

    @property
    def title(self) -> str:
        """The first line without its comment."""
        return COMMENT.sub("", self.text.splitlines()[0]).strip()


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def blocks(text: str) -> list[tuple[int, list[str]]]:
    """Runs of indented lines, dedented, with the number of their first line; blank lines end none of them."""
    found: list[tuple[int, list[str]]] = []
    inside: list[str] = []
    first = 0
    for number, line in enumerate([*text.splitlines(), "end"], 1):
        if line.strip() and _indent(line) < INDENT:
            while inside and not inside[-1].strip():
                inside.pop()
            if inside:
                margin = min(_indent(each) for each in inside if each.strip())
                found.append((first, [each[margin:] for each in inside]))
            inside = []
        elif line.strip() or inside:
            first = number if not inside else first
            inside.append(line)
    return found


def commands(text: str) -> list[Command]:
    """In order. A command goes on behind a backslash, and to the end of a here-document."""
    found = []
    for first, lines in blocks(text):
        at = 0
        while at < len(lines):
            begin = at
            at += 1
            if not COMMAND.match(lines[begin]):
                continue
            while lines[at - 1].endswith("\\") and at < len(lines):
                at += 1
            if here := HERE_DOCUMENT.search(lines[begin]):
                while at < len(lines) and lines[at - 1] != here[1]:
                    at += 1
            said = COMMENT.search(lines[begin])
            code = EXIT_CODE.search(said["said"]) if said else None
            found.append(Command(first + begin, "\n".join(lines[begin:at]), int(code[1]) if code else 0))
    return found


def json_block(text: str, key: str) -> str:
    """The block that begins with an object of this first key, as text; ValueError when there is none."""
    for _, lines in blocks(text):
        if re.match(rf'\{{\s*"{key}"', lines[0]):
            return "\n".join(lines) + "\n"
    raise ValueError(f'no indented block begins with {{"{key}"')


def read(document: pathlib.Path) -> list[Command]:
    return commands(document.read_text(encoding="utf-8"))
