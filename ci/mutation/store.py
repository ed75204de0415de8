"""Results on disk, a line each: a killed run goes on, and only what changed is run again."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import os
import pathlib

from ci.mutation.language import ALL, METS, Language
from ci.mutation.mutant import Mutant, Result
from ci.night import lock
from reports import whole_file


def digest(path: pathlib.Path) -> str:
    """Of a file's bytes; empty where there is none."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    except OSError:
        return ""


class Store:
    """results.jsonl in a folder that one run holds at a time.

    A kill stands while the mutated file and the file of the test that killed are the same; that a mutant survived
    stands while the mutated file and all tests that may kill it are.
    """

    def __init__(self, folder: pathlib.Path, root: pathlib.Path, alone: bool = True) -> None:
        """Takes the folder, or only reads it when not `alone`. ValueError when another run has it."""
        self._path, self._root = folder / "results.jsonl", root
        self._digests: dict[str, str] = {}
        self._lines: dict[str, dict[str, str]] = {}
        self._results: dict[str, Result] = {}
        self._open = contextlib.ExitStack()
        if alone:
            self._open.callback(os.close, lock.take(folder, "give another --work"))
        self._load()
        if alone:
            self._shorten()
            self._file = self._open.enter_context(open(self._path, "a", encoding="utf-8"))

    def close(self) -> None:
        self._open.close()

    def get(self, mutant: Mutant, language: Language, met: str, trust: bool = False) -> Result | None:
        """What was found before, where it still stands: a survivor of such tests at least, one of METS. Asked of all mutants before the
        first is run: a file that is edited meanwhile is another one to the next run. `trust`: a kill stands though its test is another
        one today."""
        source, tests = self._digest(mutant.path), language.tests_key(self._root, mutant.path)
        result, keys = self._results.get(mutant.id), self._lines.get(mutant.id)
        if result is None or keys is None or keys["source"] != source:
            return None
        if keys["generator"] != language.generator():
            return None
        if result.caught:
            same = trust or not result.test_file or keys["tests"] == self._digest(result.test_file)
        else:
            same = keys["tests"] == tests and METS.index(keys.get("met", ALL)) >= METS.index(met)
        return result if same else None

    def put(self, mutant: Mutant, language: Language, result: Result, met: str) -> None:
        """`met`: of METS, what a survivor has met."""
        tests = self._digest(result.test_file) if result.caught else language.tests_key(self._root, mutant.path)
        keys = {"source": self._digest(mutant.path), "generator": language.generator(), "tests": tests}
        if not result.caught:
            keys["met"] = met
        self._lines[mutant.id], self._results[mutant.id] = keys, result
        self._file.write(json.dumps({**dataclasses.asdict(result), "keys": keys}) + "\n")
        self._file.flush()

    def _digest(self, path: str) -> str:
        if path not in self._digests:
            self._digests[path] = digest(self._root / path)
        return self._digests[path]

    def _load(self) -> None:
        """Lines that are no results, as one that was cut off, are left out; the last one of a mutant counts."""
        fields = {field.name for field in dataclasses.fields(Result)}
        try:
            lines = self._path.read_text(encoding="utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            return
        for line in lines:
            try:
                data = json.loads(line)
                keys = {str(name): str(value) for name, value in data.pop("keys").items()}
                if set(data) == fields and {"source", "generator", "tests"} <= set(keys) and keys.get("met", ALL) in METS:
                    result = Result(**data)
                    self._lines[result.id], self._results[result.id] = keys, result
            except (ValueError, TypeError, KeyError, AttributeError):
                continue

    def _shorten(self) -> None:
        kept = [json.dumps({**dataclasses.asdict(result), "keys": self._lines[name]}) for name, result in self._results.items()]
        whole_file.write(self._path, "".join(line + "\n" for line in kept).encode())
