"""Of files that are written whole."""

from __future__ import annotations

import os
import pathlib
import stat
import subprocess
import sys
import threading

import pytest

from reports import whole_file


def test_writes_and_replaces(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "file"
    for data in (b"longer than what follows", b"short"):
        whole_file.write(path, data)
        assert path.read_bytes() == data
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("linked", [False, True])
def test_a_fifo_is_written_into(tmp_path: pathlib.Path, linked: bool) -> None:
    fifo, link = tmp_path / "fifo", tmp_path / "link"
    os.mkfifo(fifo)
    link.symlink_to(fifo)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(fifo.read_bytes()))
    reader.start()
    whole_file.write(link if linked else fifo, b"into it")
    reader.join()
    assert got == [b"into it"]
    assert fifo.is_fifo() and link.is_symlink()


def test_a_device_is_written_into(tmp_path: pathlib.Path) -> None:
    devices = [tmp_path / "link"]
    devices[0].symlink_to("/dev/null")
    if os.geteuid() == 0:
        try:
            os.mknod(tmp_path / "node", stat.S_IFCHR | 0o600, os.makedev(1, 3))
            devices.append(tmp_path / "node")
        except OSError:  # a container that may not
            pass
    for device in devices:
        whole_file.write(device, b"gone")
        assert device.is_char_device()
    assert devices[0].is_symlink() and pathlib.Path("/dev/null").is_char_device()


def test_a_link_stays(tmp_path: pathlib.Path) -> None:
    link = tmp_path / "link"
    link.symlink_to("target")
    for data in (b"first", b"second"):  # the target is missing the first time
        whole_file.write(link, data)
        assert link.is_symlink() and (tmp_path / "target").read_bytes() == data


def test_standard_output_goes_on(tmp_path: pathlib.Path) -> None:
    program = ("import pathlib; from reports import whole_file; print('before', end=' ');"
               "whole_file.write(pathlib.Path('/dev/stdout'), b'in between'); print(' after', end='')")
    with open(tmp_path / "out", "wb") as out:
        subprocess.run([sys.executable, "-c", program], stdout=out, check=True)
    assert (tmp_path / "out").read_text() == "before in between after"


def test_a_folder_and_a_missing_one_are_named(tmp_path: pathlib.Path) -> None:
    for path in (tmp_path, tmp_path / "none" / "file"):
        with pytest.raises(OSError, match=str(path)):
            whole_file.write(path, b"x")
    assert list(tmp_path.iterdir()) == []
