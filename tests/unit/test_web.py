"""Letters behind a web server, held against Python's own on this machine."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from orchestration import lake
from orchestration.assets.common import Refresh
from orchestration.assets.ingest import ingest
from orchestration.home import Home
from orchestration.landing import seen, web
from orchestration.landing.listing import list_files
from orchestration.landing.places import Found, LandingError, look
from orchestration.landing.receiving import receive
from orchestration.progress import Silent
from orchestration.record import Record
from orchestration.settings import load_settings
from orchestration.workers import Workers
from tests.unit.test_landing import NOW, found


@dataclass
class Site:
    """A folder that is served, at `url`. Paths in `answers` get that status, or that page; `fetched` was asked for.

    Once it `is_away` it answers nothing.
    """

    root: Path
    url: str = ""
    answers: dict[str, int | str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    fetched: list[str] = field(default_factory=list)
    away_after: int | None = None  # so many files were fetched

    @property
    def is_away(self) -> bool:
        files = [path for path in self.fetched if not path.endswith("/")]
        return self.away_after is not None and len(files) >= self.away_after

    def put(self, name: str, data: str | bytes) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    def names(self, *places: str) -> list[str]:
        return [file.path.removeprefix(self.url) for file in found(*(places or (self.url,)))]


@contextmanager
def serving(root: Path) -> Iterator[Site]:
    site = Site(root)

    class Handler(SimpleHTTPRequestHandler):
        def send_head(self) -> Any:
            answer = site.answers.get(self.path)
            if site.is_away:
                self.close_connection = True
                return None
            if isinstance(answer, int):
                self.send_error(answer)
                return None
            if self.command == "GET":
                site.fetched.append(self.path)
            if isinstance(answer, str):
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.end_headers()
                self.wfile.write(answer.encode())
                return None
            return super().send_head()

        def send_header(self, keyword: str, value: str) -> None:
            if keyword not in site.left_out:
                super().send_header(keyword, value)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(root)))
    Thread(target=server.serve_forever, daemon=True).start()
    site.url = f"http://127.0.0.1:{server.server_port}/"
    yield site
    server.shutdown()
    server.server_close()


@pytest.fixture()
def site(tmp_path: Path) -> Iterator[Site]:
    (tmp_path / "site").mkdir()
    with serving(tmp_path / "site") as served:
        yield served


def received(files: list[Found]) -> dict[str, str | None]:
    """Text by place, or the reason why there is none; every file settled."""
    with Workers(1) as workers:
        parts = list(receive(files, 100_000, NOW, workers))
    assert not any(part.is_unsettled for part in parts)
    return {row["source_uri"]: row["text"] or row["detail"] for part in parts for row in part.rows}


def new(home: Home, url: str) -> list[Found]:
    with Workers(1) as workers:
        return seen.split(home, list_files([url], workers).files)[0]


def test_files_of_a_web_server_are_received_once_and_again_when_they_change(site: Site, tmp_path: Path) -> None:
    site.put("a b.txt", "first")
    site.put("2015/deep/O'Brien & ü#1.txt", "second")
    site.put(".hidden/c.txt", "hidden")
    site.put("2015/.upload", "hidden")
    with zipfile.ZipFile(site.root / "all.zip", "w", zipfile.ZIP_STORED) as made:
        made.writestr("large.bin", os.urandom(9_000_000))  # more than is fetched at once
        made.writestr("one.txt", "in the archive")
    files = found(site.url)
    assert [file.path.removeprefix(site.url) for file in files] == [
        "2015/deep/O%27Brien%20%26%20%C3%BC%231.txt",
        "a%20b.txt",
        "all.zip",
    ]
    assert [file.size for file in files][:2] == [6, 5]
    texts = received(files)
    assert [texts[file.path] for file in files[:2]] == ["second", "first"]
    assert texts[f"{site.url}all.zip!one.txt"] == "in the archive"
    home = Home(tmp_path / "home").prepare()
    lake.found(home)
    seen.remember(home, [(file, 1) for file in files], "r1")
    site.fetched.clear()
    assert new(home, site.url) == []
    assert [path for path in site.fetched if not path.endswith("/")] == []  # what is known is not fetched
    path = site.put("a b.txt", "other")  # as long
    os.utime(path, (1, 1))
    [changed] = new(home, site.url)
    assert changed == look(f"{site.url}a%20b.txt") != files[1]
    assert received([changed]) == {changed.path: "other"}


def test_a_place_may_be_a_folder_without_its_slash_or_a_file(site: Site) -> None:
    site.put("in/a.txt", "a")
    site.put("other/b.txt", "b")
    (site.root / "empty").mkdir()
    for place in ("in", "in/", "in/a.txt"):
        assert site.names(f"{site.url}{place}") == ["in/a.txt"]
    assert site.names(f"{site.url}in", f"{site.url}in/a.txt") == ["in/a.txt"]
    assert site.names(f"{site.url}empty") == site.names(f"{site.url}empty/") == []


def test_pages_of_links_of_other_servers(site: Site) -> None:
    for name in ("a.txt", "O'Neil & son.txt", "sub/b.txt", "c.txt"):
        site.put(f"in/{name}", name)
    site.put("up.txt", "above")
    site.answers["/in/"] = f"""<a href="?C=N;O=D">Name</a> <a href="/">Parent Directory</a> <a href="../">..</a>
        <A HREF='./a.txt'>a</A> <a href="O'Neil%20&amp;%20son.txt">b</a> <a href="./sub/">sub</a>
        <a href="{site.url}in/c.txt#top">c</a> <a href="/up.txt">up</a> <a href="sub/?C=M">sorted</a> <a href="./">.</a>
        <a href="mailto:help@example.org">help</a> <a href="http://[broken">x</a> http://127.0.0.1/in/words.txt <a>"""
    assert site.names(f"{site.url}in/") == ["in/O'Neil%20&%20son.txt", "in/a.txt", "in/c.txt", "in/sub/b.txt"]


def test_what_a_server_tells_nothing_of_is_read_each_time(site: Site, tmp_path: Path) -> None:
    site.put("a.txt", "first")
    with zipfile.ZipFile(site.root / "b.zip", "w") as made:
        made.writestr("one.txt", "in the archive")
    site.left_out = ("Last-Modified",)
    files = found(site.url)
    assert not any(file.is_regular for file in files)
    assert received(files) == {f"{site.url}a.txt": "first", f"{site.url}b.zip!one.txt": "in the archive"}
    home = Home(tmp_path / "home").prepare()
    lake.found(home)
    seen.remember(home, [(file, 1) for file in files], "r1")
    assert new(home, site.url) == files
    site.left_out = ("Content-Length",)  # its time is enough
    assert all(file.is_regular for file in found(site.url))
    assert received(found(site.url))[f"{site.url}a.txt"] == "first"


def test_a_file_that_a_page_names_and_the_server_refuses_is_named(site: Site) -> None:
    site.put("a.txt", "a")
    site.put("b.txt", "b")
    site.answers["/b.txt"] = 403
    told = received(found(site.url))
    assert told == {
        f"{site.url}a.txt": "a",
        f"{site.url}b.txt": "The file cannot be opened (the server answers 403 Forbidden).",
    }


def test_a_server_that_goes_away_is_told_and_what_it_gave_is_kept(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "_WAIT", 0)
    web._session.cache_clear()
    for number in range(8):
        site.put(f"{number}.txt", f"letter {number}")
    site.away_after = 3
    home = Home(tmp_path / "home").prepare()
    lake.found(home)
    refresh = Refresh(load_settings(letters=(site.url,), home=str(home.root), workers=1), home, Silent())
    with pytest.raises(LandingError, match=rf"^{site.url} went away while letters were received \(.+\)\. What was"):
        ingest(refresh, Record.begin(home, "00000001"))
    assert lake.row_count(home.letters, lake.part_numbers(home.letters)) == 2  # not seen again: the third
    site.away_after = None
    record = Record.begin(home, "00000002")
    ingest(refresh, record)
    assert (record.files_new, record.unsettled) == (6, 0)
    web._session.cache_clear()


def test_a_server_that_is_down_or_refuses_a_folder_is_told(site: Site) -> None:
    site.put("in/sub/a.txt", "a")
    with pytest.raises(LandingError, match=r"^http://127.0.0.1:1/ cannot be listed \(Connection refused\)\.$"):
        found("http://127.0.0.1:1/")
    with pytest.raises(LandingError, match=r"^There is nothing at http://.*/nowhere\.$"):
        found(f"{site.url}nowhere")
    for path, status, words in (
        ("in/sub/", 500, "500 Internal Server Error"),
        ("in/sub/", 404, "404"),
        ("in/", 403, "403"),
    ):
        site.answers = {f"/{path}": status}
        with pytest.raises(LandingError, match=rf"^{site.url}{path} cannot be listed \(the server answers {words}"):
            found(f"{site.url}in/")
