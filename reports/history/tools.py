"""With what a run measured: runs with the same tools are compared like with like."""

from __future__ import annotations

from reports.history.store import Run

Tools = tuple[tuple[str, str], ...]

# By runner: emulators, and the compiler of firmware, that take no part in what it says. Python measures nothing.
_NOT_USED = {"unicorn": {"qemu"}, "qemu": {"unicorn"}, "elf": {"qemu"}, "native": {"qemu", "unicorn", "firmware"}}


def of(run: Run, runner: str) -> Tools:
    """The host and the versions of what takes part in the figures of this runner's cells."""
    unused = _NOT_USED.get(runner, set()) | {"python"}
    return (("host", run.host), *sorted((name, version) for name, version in run.tools.items() if name not in unused))


def difference(before: Tools, after: Tools) -> str:
    """ "compiler GCC 12 -> GCC 13, host a -> b"; empty when they are the same."""
    old, new = dict(before), dict(after)
    said = []
    for name in sorted(old.keys() | new.keys()):
        if name not in old:
            said.append(f"{name} {new[name]} is new")
        elif name not in new:
            said.append(f"{name} {old[name]} is gone")
        elif old[name] != new[name]:
            said.append(f"{name} {old[name] or 'unknown'} -> {new[name] or 'unknown'}")
    return ", ".join(said)
