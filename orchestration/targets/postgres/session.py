"""A connection to PostgreSQL (ADBC): statements, rows, Arrow batches in, and errors in words that hold no password."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

import pyarrow as pa
from pydantic import SecretStr

from orchestration.targets.target import TargetError

# A server that is gone is noticed: a refresh holds the home for as long as it waits.
_OPTIONS = {
    "application_name": "imr-warehouse",
    "connect_timeout": "10",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "60000",
}
_SECRET_OPTIONS = ("password", "sslpassword")
_LIBRARY_WORDS = re.compile(
    r"^(?:[A-Z_]+: )?(?:\[libpq\] )?(?:Failed to \w+(?: query)?(?: '.*?')?: )?(?:ERROR:\s+)?|\s*\. SQLSTATE: \w+$",
    re.DOTALL,
)


class PostgresError(TargetError):
    """What the server, or the library on the way to it, said. `sqlstate` is empty where no statement was refused."""

    def __init__(self, words: str, sqlstate: str) -> None:
        super().__init__(words)
        self.sqlstate = sqlstate


class Session:
    """One connection. What is executed takes effect with `commit`."""

    def __init__(self, connection: Any, url: SecretStr) -> None:
        self._connection = connection
        self._url = url

    def execute(self, statement: str, parameters: Sequence[Any] | None = None) -> None:
        with self._told(), self._connection.cursor() as cursor:
            cursor.execute(statement, parameters)

    def rows(self, query: str, parameters: Sequence[Any] | None = None) -> list[tuple[Any, ...]]:
        with self._told(), self._connection.cursor() as cursor:
            cursor.execute(query, parameters)
            found: list[tuple[Any, ...]] = cursor.fetchall()
            return found

    def load(self, temporary_table: str, batches: pa.RecordBatchReader) -> None:
        """Appends batches to a temporary table, as a stream."""
        with self._told(), self._connection.cursor() as cursor:
            cursor.adbc_ingest(temporary_table, batches, mode="append", temporary=True)

    def commit(self) -> None:
        with self._told():
            self._connection.commit()

    def rollback(self) -> None:
        with self._told():
            self._connection.rollback()

    @contextmanager
    def _told(self) -> Iterator[None]:
        with told_without_secrets(self._url):
            yield


@contextmanager
def connected(url: SecretStr) -> Iterator[Session]:
    """A connection to the database of an address. Raises PostgresError where there is none to be had."""
    from adbc_driver_postgresql import dbapi  # late: needed only where a publication is copied

    with told_without_secrets(url), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        connection = dbapi.connect(_with_options(url.get_secret_value()))
    with connection:
        yield Session(connection, url)


@contextmanager
def told_without_secrets(url: SecretStr) -> Iterator[None]:
    """Turns errors of the library into PostgresError. Their own text goes no further: it may quote the address."""
    from adbc_driver_manager import Error

    try:
        yield
    except Error as error:
        raise PostgresError(_words(str(error), url), error.sqlstate or "") from None


def shown(url: SecretStr) -> str:
    """An address without its password and options."""
    parts = urlsplit(url.get_secret_value())
    options = dict(parse_qsl(parts.query))
    user = unquote(parts.username) if parts.username else options.get("user", "")
    host = parts.hostname or options.get("host", "")
    port = parts.port or options.get("port", "")
    name = unquote(parts.path.lstrip("/")) or options.get("dbname", "")
    return f"postgresql://{f'{user}@' if user else ''}{host}{f':{port}' if port else ''}/{name}"


def _with_options(url: str) -> str:
    given = dict(parse_qsl(urlsplit(url).query))
    more = "&".join(f"{name}={quote(value)}" for name, value in _OPTIONS.items() if name not in given)
    return f"{url}{'&' if '?' in url else '?'}{more}"


def _words(said: str, url: SecretStr) -> str:
    said = _LIBRARY_WORDS.sub("", said.split("\n\nQuery was:")[0].strip())
    parts = urlsplit(url.get_secret_value())
    options = (option.partition("=") for option in parts.query.split("&"))
    hidden = [parts.password, *(value for name, _, value in options if unquote(name) in _SECRET_OPTIONS)]
    for secret in sorted({form for word in hidden if word for form in (word, unquote(word))}, key=len, reverse=True):
        said = said.replace(secret, "***")
    return " ".join(said.split())
