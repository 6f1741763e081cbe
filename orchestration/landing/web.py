"""Letters behind a web server: a page of links is a folder, and what it links to below itself lies in it.

A server tells of a file by its headers, which is all that is asked of one that is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from html.parser import HTMLParser
from itertools import repeat
from typing import BinaryIO
from urllib.parse import urldefrag, urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

_AT_ONCE = 8
_TIMEOUT = (10.0, 60.0)
"""Seconds until a server takes a connection, and until it says something."""
_CHUNK = 1 << 20
_WAIT = 0.5
"""Seconds before a second try again; twice as long before the third."""
_BUSY = (429, 502, 503, 504)


class WebError(OSError):
    """What a server answered, or why it did not; `status` is its number where it answered, `url` what was asked."""

    def __init__(self, reason: str, url: str, status: int | None = None) -> None:
        super().__init__(0, reason)
        self.url, self.status = url, status


def list_web(place: str) -> Iterator[tuple[str, Mapping[str, str] | None]]:
    """The files at an address, at any depth, each with its headers; None where the server tells nothing of it.

    Names that begin with a dot are left out. Raises WebError naming the page that cannot be read: a folder that is
    left out would be letters that nobody misses.
    """
    files: dict[str, None] = {}
    folders, listed = [place], {place}
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        while folders:
            links = [link for page in pool.map(_links, folders, repeat(place)) for link in page]
            new = dict.fromkeys(link for link in links if link not in listed)
            listed.update(new)
            files.update(dict.fromkeys(link for link in new if not _is_folder(link)))
            folders = [link for link in new if _is_folder(link)]
        if len(listed) == 1 and not _is_html(headers(place)):
            files[place] = None
        yield from zip(files, pool.map(_headers_if_told, files), strict=True)


def headers(url: str) -> Mapping[str, str]:
    """What the server says of a file. Raises WebError."""
    try:
        with _ask("HEAD", url) as answer:
            return answer.headers
    except WebError as error:
        if error.status is None:
            raise
    with _ask("GET", url) as answer:  # some servers know no HEAD; the file itself is not fetched
        return answer.headers


def copy(url: str, into: BinaryIO) -> None:
    """Fetches a file whole. Raises WebError where it does not arrive, or not to its end."""
    with _ask("GET", url) as answer:
        try:
            for chunk in answer.iter_content(_CHUNK):
                into.write(chunk)
        except requests.RequestException as error:
            raise WebError(_words(error), url) from None


def _ask(method: str, url: str) -> requests.Response:
    """An answer of which only the headers are here yet."""
    try:
        answer = _session().request(method, url, stream=True, timeout=_TIMEOUT, allow_redirects=True)
    except requests.RequestException as error:
        raise WebError(_words(error), url) from None
    if not answer.ok:
        answer.close()
        raise WebError(f"the server answers {answer.status_code} {answer.reason}".rstrip(), url, answer.status_code)
    return answer


@cache
def _session() -> requests.Session:
    """The connections of this process."""
    session = requests.Session()
    again = Retry(
        2, backoff_factor=_WAIT, status_forcelist=_BUSY, raise_on_status=False, respect_retry_after_header=False
    )
    for scheme in ("http://", "https://"):
        session.mount(scheme, HTTPAdapter(pool_maxsize=_AT_ONCE, max_retries=again))
    session.headers["Accept-Encoding"] = "identity"  # a packed size is not the file's
    return session


def _links(folder: str, place: str) -> list[str]:
    """Where a page links to below itself; nothing where the place is a file."""
    with _ask("GET", folder) as answer:
        page = answer.url
        if folder != place and not page.startswith(folder):
            raise WebError(f"the server leads elsewhere, to {page}", folder)
        if not _is_html(answer.headers):
            if _is_folder(page):
                raise WebError("the server answers with no page of links", folder)
            return []
        if "charset" not in answer.headers["Content-Type"].lower():
            answer.encoding = "utf-8"
        try:
            return list(_below(page, _hrefs(answer.text)))
        except requests.RequestException as error:
            raise WebError(_words(error), folder) from None


def _below(page: str, hrefs: Iterable[str]) -> Iterator[str]:
    root = urljoin(page, ".")
    for href in hrefs:
        try:
            link = urldefrag(urljoin(page, href)).url
            parts = urlsplit(link)
        except ValueError:  # no address
            continue
        is_order = bool(parts.query) and _is_folder(parts.path)  # the page once more, sorted
        if link.startswith(root) and link not in (root, page) and not is_order and "/." not in link[len(root) - 1 :]:
            yield link


def _hrefs(text: str) -> list[str]:
    found: list[str] = []

    class Anchors(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if tag == "a" and (href := dict(attrs).get("href")):
                found.append(href.strip())

    Anchors().feed(text)
    return found


def _headers_if_told(url: str) -> Mapping[str, str] | None:
    """None where the server answers that there is nothing, or nothing for us. Raises WebError where it does not answer:
    then nothing is known of the whole place."""
    try:
        return headers(url)
    except WebError as error:
        if error.status is None:
            raise
        return None


def _is_folder(url: str) -> bool:
    return url.endswith("/")


def _is_html(told: Mapping[str, str]) -> bool:
    return told.get("Content-Type", "").lower().startswith(("text/html", "application/xhtml"))


def _words(error: BaseException) -> str:
    """The operating system's words where it is the one that failed: libraries wrap them several times."""
    chain = [error]
    while (inner := chain[-1].__cause__ or chain[-1].__context__) is not None:
        chain.append(inner)
    for inner in reversed(chain):
        if isinstance(inner, OSError) and inner.strerror:
            return str(inner.strerror)
    return str(chain[-1]).strip().rstrip(".") or type(chain[-1]).__name__
