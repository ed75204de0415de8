"""What a process of Python must do to run a mutant, or to record what it runs. Loaded by path, before all else, in processes
that tests start, too; so it imports as little as it can.

The variable ATOME_MUTATION is JSON: {"path": of the mutated file, "text": of the file that has its changed text}, or
{"record": the data file of coverage, "root": of the repository}; then ATOME_MUTATION_TEST is the test that runs.
"""

from __future__ import annotations

import json
import os
from importlib.machinery import SourceFileLoader
from types import CodeType

VARIABLE, TEST = "ATOME_MUTATION", "ATOME_MUTATION_TEST"
USER_SITE = "import os\nif {variable!r} in os.environ:\n    import runpy\n    runpy.run_path({path!r})['install']()\n"


def replace(path: str, text: str) -> None:
    """From now on importing the file `path` runs the text of the file `text`."""
    found = os.path.realpath(path)
    usual = SourceFileLoader.get_code

    def get_code(self: SourceFileLoader, fullname: str) -> CodeType | None:
        if os.path.basename(self.path) == os.path.basename(found) and os.path.realpath(self.path) == found:
            with open(text, "rb") as file:
                code: CodeType = compile(file.read(), self.path, "exec", dont_inherit=True)
            return code
        return usual(self, fullname)

    setattr(SourceFileLoader, "get_code", get_code)


def _record(data: str, root: str) -> None:
    import atexit
    import coverage
    recorder = coverage.Coverage(data_file=data, data_suffix=True, config_file=False, context=os.environ.get(TEST, ""),
                                 include=[os.path.join(root, top, "*") for top in ("golden", "reports", "ci")], messages=False)
    recorder.start()

    def save() -> None:
        recorder.stop()
        recorder.save()

    atexit.register(save)


def install() -> None:
    told = json.loads(os.environ[VARIABLE])
    if "record" in told:
        _record(told["record"], told["root"])
    else:
        replace(told["path"], told["text"])


def user_base(folder: str) -> str:
    """Writes a folder that, as PYTHONUSERBASE, makes each process of Python call `install`; returns it. A test may set
    PYTHONPATH anew, but hardly this."""
    import sys
    site = os.path.join(folder, "lib", f"python{sys.version_info.major}.{sys.version_info.minor}", "site-packages")
    os.makedirs(site, exist_ok=True)
    with open(os.path.join(site, "usercustomize.py"), "w", encoding="utf-8") as file:
        file.write(USER_SITE.format(variable=VARIABLE, path=os.path.realpath(__file__)))
    return folder
