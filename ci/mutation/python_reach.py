"""Which modules a test file may run, read from imports and from names of modules in texts (`python3 -m reports.history`)."""

from __future__ import annotations

import ast
import hashlib
import pathlib
import re

TOPS = ("golden", "reports", "ci")
NAME = re.compile(r"\b(?:golden|reports|ci)(?:[./]\w+)*")
# What they run takes long or more memory than a mutant has, and other tests reach it.
LEFT_OUT = ("ci/install_test.py", "golden/accuracy_test.py", "reports/page/rendering/browser_test.py")
# What makes up inputs of tests, for which any would do.
MADE_UP = ("golden/random_model.py", "golden/random_plain.py")


def is_test(path: str) -> bool:
    return path.endswith("_test.py")


def is_source(path: str) -> bool:
    return not is_test(path) and path not in MADE_UP and "/testing/" not in path and "/testdata/" not in path


class Reach:
    """The Python files of a repository and who uses whom. Files that were added since are not seen."""

    def __init__(self, root: pathlib.Path) -> None:
        self.root = root
        self.files = sorted(path.relative_to(root).as_posix() for top in TOPS for path in (root / top).rglob("*.py"))
        self._known = set(self.files)
        self._uses: dict[str, set[str]] = {}
        self._closures: dict[str, frozenset[str]] = {}
        self._digests: dict[str, str] = {}

    def tests(self) -> list[str]:
        return [path for path in self.files if is_test(path) and path not in LEFT_OUT]

    def closure(self, path: str) -> frozenset[str]:
        """The file, and all that it may run."""
        if path not in self._closures:
            found, ahead = {path}, [path]
            while ahead:
                for each in self._used(ahead.pop()) - found:
                    found.add(each)
                    ahead.append(each)
            self._closures[path] = frozenset(found)
        return self._closures[path]

    def tests_of(self, path: str) -> list[str]:
        """The tests of the same top folder that may run a file, those beside it first."""
        own, folder, top = path.removesuffix(".py") + "_test.py", path.rpartition("/")[0], path.split("/")[0] + "/"
        return sorted((test for test in self.tests() if test.startswith(top) and path in self.closure(test)),
                      key=lambda test: (test != own, test.rpartition("/")[0] != folder, test))

    def key(self, path: str) -> str:
        """A hash of the file and of all that it may run."""
        return hashlib.sha256("".join(f"{each} {self._digest(each)}\n" for each in sorted(self.closure(path))).encode()).hexdigest()[:16]

    def outside(self, path: str) -> set[str]:
        """Modules of others that are imported by what the file may run: their first names."""
        found = set()
        for each in self.closure(path):
            for node in ast.walk(ast.parse((self.root / each).read_bytes())):
                names = [name.name for name in node.names] if isinstance(node, ast.Import) else \
                    [node.module] if isinstance(node, ast.ImportFrom) and node.module and not node.level else []
                found |= {name.split(".")[0] for name in names}
        return found - set(TOPS)

    def _digest(self, path: str) -> str:
        if path not in self._digests:
            self._digests[path] = hashlib.sha256((self.root / path).read_bytes()).hexdigest()[:16]
        return self._digests[path]

    def _module(self, name: str) -> set[str]:
        """The files that importing a module runs: its own and those of the packages around it."""
        parts = name.split(".")
        found = {"/".join(parts[:n]) + "/__init__.py" for n in range(1, len(parts) + 1)}
        return (found | {"/".join(parts) + ".py", "/".join(parts) + "/__main__.py"}) & self._known

    def _used(self, path: str) -> set[str]:
        if path in self._uses:
            return self._uses[path]
        found: set[str] = set()
        for node in ast.walk(ast.parse((self.root / path).read_bytes())):
            if isinstance(node, ast.Import):
                for name in node.names:
                    found |= self._module(name.name)
            elif isinstance(node, ast.ImportFrom):
                parts = path.split("/")[:-node.level] if node.level else []
                module = ".".join([*parts, *([node.module] if node.module else [])])
                for name in node.names:
                    found |= self._module(f"{module}.{name.name}") | self._module(module)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                for match in NAME.findall(node.value):
                    found |= self._named(match.replace("/", "."))
        self._uses[path] = found
        return found

    def _named(self, name: str) -> set[str]:
        """What a text names: a module; of a script, what it runs."""
        script = self.root / name.replace(".", "/")
        if "." in name and script.is_file():
            return set().union(*(self._module(each) for each in NAME.findall(script.read_text(errors="replace"))))
        return self._module(name) if "." in name else set()
