"""What a run could touch: a folder that is granted to it, and things outside that no guest may see or change."""

from __future__ import annotations

import hashlib
import os
import pathlib

SECRET = b"the canary sings\n"


class Place:
    """A folder of one run: `granted` below it, with links and devices that lead out, and `canary` beside that."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder, self.granted, self.canary = folder, folder / "granted", folder / "canary"
        self.granted.mkdir(parents=True)
        self.canary.write_bytes(SECRET)
        (self.granted / "inside").write_bytes(b"may be read\n")
        (self.granted / "sub").mkdir()
        (self.granted / "link").symlink_to(folder)
        (self.granted / "device").symlink_to("/dev/zero")
        os.mkfifo(self.granted / "fifo")
        self._before = self._outside()

    def _outside(self) -> dict[str, str]:
        """All files that are not in the granted folder."""
        found = {}
        for path in sorted(self.folder.rglob("*")):
            if path.is_relative_to(self.granted) or not path.is_file():
                continue
            found[str(path.relative_to(self.folder))] = hashlib.sha256(path.read_bytes()).hexdigest()
        return found

    def touched(self) -> str:
        """What is not as it was outside the granted folder; empty when all is."""
        after = self._outside()
        for name in sorted({*after, *self._before}):
            if after.get(name) != self._before.get(name):
                return f"{name} outside the granted folder was changed"
        return ""

    def changed_inside(self) -> str:
        """The same of the granted folder itself, where a guest may only read."""
        if (self.granted / "inside").read_bytes() != b"may be read\n" or len(list(self.granted.iterdir())) != 5:
            return "the granted folder was changed, which the guest may only read"
        return ""
