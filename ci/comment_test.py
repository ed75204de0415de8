"""ci/comment against a stand-in for GitHub's API."""

from __future__ import annotations

import contextlib
import http.server
import json
import os
import pathlib
import subprocess
import threading
from collections.abc import Iterator
from typing import Any

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[1]
MARKER = "<!-- atome-report -->"


class FakeGitHub(http.server.ThreadingHTTPServer):
    """Comments of one pull request, as the API gives and takes them."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.comments: list[dict[str, Any]] = []
        self.may_write = True


class _Handler(http.server.BaseHTTPRequestHandler):
    server: FakeGitHub

    def _answer(self, value: Any, code: int = 200) -> None:
        data = json.dumps(value).encode()
        self.send_response(code)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _body(self) -> str:
        return str(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["body"])

    def do_GET(self) -> None:
        assert self.headers["Authorization"] == "Bearer secret"
        page = int(self.path.split("page=")[-1])
        self._answer(self.server.comments[100 * (page - 1):100 * page])

    def do_POST(self) -> None:
        body = self._body()
        if not self.server.may_write:
            self._answer({"message": "Resource not accessible by integration"}, 403)
            return
        assert self.path == "/repos/some/project/issues/12/comments"
        self.server.comments.append({"id": len(self.server.comments) + 1000, "body": body})
        self._answer({}, 201)

    def do_PATCH(self) -> None:
        number = int(self.path.rsplit("/", maxsplit=1)[-1])
        [comment] = [each for each in self.server.comments if each["id"] == number]
        comment["body"] = self._body()
        self._answer({})

    def log_message(self, format: str, *args: Any) -> None:  # pylint: disable=redefined-builtin
        pass


@pytest.fixture(name="github")
def github_fixture() -> Iterator[FakeGitHub]:
    server = FakeGitHub()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    with contextlib.closing(server.socket):
        yield server
        server.shutdown()
    thread.join()


def comment(github: FakeGitHub, path: pathlib.Path, **other: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "GITHUB_TOKEN": "secret", "GITHUB_REPOSITORY": "some/project",
                   "GITHUB_API_URL": f"http://127.0.0.1:{github.server_address[1]}", **other}
    return subprocess.run([ROOT / "ci" / "comment", "--pull", "12", path], env=environment, capture_output=True, text=True, check=False)


def write(folder: pathlib.Path, text: str) -> pathlib.Path:
    path = folder / "summary.md"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("others", [0, 99, 100, 250])
def test_one_comment_is_written_and_then_kept_up_to_date(github: FakeGitHub, tmp_path: pathlib.Path, others: int) -> None:
    github.comments = [{"id": number, "body": f"{number} {MARKER}"} for number in range(others)]
    assert comment(github, write(tmp_path, f"{MARKER}\nred\n")).returncode == 0
    github.comments.append({"id": 5000, "body": "thanks"})
    assert comment(github, write(tmp_path, f"{MARKER}\ngreen \u2248\n")).returncode == 0
    assert [each["body"] for each in github.comments[others:]] == [f"{MARKER}\ngreen \u2248\n", "thanks"]


def test_a_token_that_may_only_read_is_said_and_no_failure(github: FakeGitHub, tmp_path: pathlib.Path) -> None:
    github.may_write = False
    done = comment(github, write(tmp_path, f"{MARKER}\nred\n"))
    assert done.returncode == 0 and "may not write" in done.stderr and not github.comments


@pytest.mark.parametrize(("text", "said"), [("no marker\n", "marker"), (f"{MARKER}\n" + "x" * 65_000, "65000 bytes")])
def test_what_is_no_summary_is_refused(github: FakeGitHub, tmp_path: pathlib.Path, text: str, said: str) -> None:
    done = comment(github, write(tmp_path, text))
    assert done.returncode == 2 and said in done.stderr and not github.comments


def test_what_is_missing_is_named(github: FakeGitHub, tmp_path: pathlib.Path) -> None:
    path = write(tmp_path, f"{MARKER}\n")
    assert "GITHUB_TOKEN" in comment(github, path, GITHUB_TOKEN="").stderr
    absent = comment(github, tmp_path / "none.md")
    assert absent.returncode == 2 and "none.md" in absent.stderr and "Traceback" not in absent.stderr
    nobody = comment(github, path, GITHUB_API_URL="http://127.0.0.1:9")
    assert nobody.returncode == 2 and "Traceback" not in nobody.stderr
