"""Of files that are written whole."""

from __future__ import annotations

import errno
import fcntl
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
    link, node = tmp_path / "link", tmp_path / "node"
    devices = [link]
    try:  # whom a wrong line would let replace the real one can make another
        os.mknod(node, stat.S_IFCHR | 0o600, os.makedev(1, 3))
        devices.append(node)
    except OSError:
        node = pathlib.Path("/dev/null")
    link.symlink_to(node)
    for device in devices:
        whole_file.write(device, b"gone")
        assert device.is_char_device()
    assert link.is_symlink() and node.is_char_device()


def test_a_link_stays(tmp_path: pathlib.Path) -> None:
    link = tmp_path / "link"
    link.symlink_to("target")
    for data in (b"first", b"second"):  # the target is missing the first time
        whole_file.write(link, data)
        assert link.is_symlink() and (tmp_path / "target").read_bytes() == data


def test_standard_output_goes_on(tmp_path: pathlib.Path) -> None:
    program = ("import pathlib, sys; from reports import whole_file; print('before', end=' ');"
               "whole_file.write(pathlib.Path(sys.argv[1]), b'in between'); print(' after', end='')")
    (tmp_path / "stdout").symlink_to("/proc/self/fd/1")  # as /dev/stdout, which no wrong line may reach
    with open(tmp_path / "out", "wb") as out:
        subprocess.run([sys.executable, "-c", program, tmp_path / "stdout"], stdout=out, check=True)
    assert (tmp_path / "out").read_text() == "before in between after"


def test_a_folder_and_a_missing_one_are_named(tmp_path: pathlib.Path) -> None:
    for path in (tmp_path, tmp_path / "none" / "file"):
        with pytest.raises(OSError, match=str(path)):
            whole_file.write(path, b"x")
    assert list(tmp_path.iterdir()) == []


def test_what_killed_writers_left_is_cleared_and_nothing_else(tmp_path: pathlib.Path) -> None:
    left, alive = tmp_path / ".atome-new-0123456789abcdef", tmp_path / ".atome-new-fedcba9876543210"
    others = [tmp_path / name for name in (".atome-new-0123456789abcde", ".atome-new-0123456789abcdeg", "other")]
    for path in (left, alive, *others):
        path.write_text("half")
    (tmp_path / ".atome-new-00000000000000ff").mkdir()
    with open(alive, "rb") as held:  # by a writer that lives
        fcntl.flock(held, fcntl.LOCK_EX)
        whole_file.write(tmp_path / "file", b"x")
    assert not left.exists()
    assert alive.exists() and all(path.exists() for path in others) and (tmp_path / ".atome-new-00000000000000ff").is_dir()


def test_a_name_of_full_length_is_possible(tmp_path: pathlib.Path) -> None:
    whole_file.write(tmp_path / ("n" * 255), b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["n" * 255]


def test_permissions_stay_and_new_files_have_usual_ones(tmp_path: pathlib.Path) -> None:
    path, mask = tmp_path / "file", os.umask(0o027)
    try:
        whole_file.write(path, b"x")
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
        path.chmod(0o604)
        whole_file.write(path, b"y")
        assert stat.S_IMODE(path.stat().st_mode) == 0o604
    finally:
        os.umask(mask)


def test_where_there_is_no_room_the_old_content_stays(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    program = ("import pathlib, resource, sys; from reports import whole_file; resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100));"
               "whole_file.write(pathlib.Path(sys.argv[1]), b'x' * 101)")
    done = subprocess.run([sys.executable, "-c", program, path], capture_output=True, text=True, check=False)
    assert f"File too large: '{path}'" in done.stderr
    assert list(tmp_path.iterdir()) == [path] and path.read_bytes() == b"old"


@pytest.mark.parametrize("code", [errno.ESTALE, errno.ENOENT])
def test_a_new_file_that_another_machine_cleared_away_is_written_again(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch,
                                                                      code: int) -> None:
    replace, calls = pathlib.Path.replace, []

    def late(self: pathlib.Path, target: pathlib.Path) -> pathlib.Path:
        calls.append(target)
        if len(calls) == 1:
            raise OSError(code, "as NFS has it")
        return replace(self, target)

    monkeypatch.setattr(pathlib.Path, "replace", late)
    whole_file.write(tmp_path / "file", b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["file"] and len(calls) == 2


def test_what_cannot_be_renamed_leaves_no_trace(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(self: pathlib.Path, target: pathlib.Path) -> pathlib.Path:
        raise OSError(errno.EXDEV, "another disk")

    monkeypatch.setattr(pathlib.Path, "replace", never)
    with pytest.raises(OSError, match="file"):
        whole_file.write(tmp_path / "file", b"x")
    assert list(tmp_path.iterdir()) == []
