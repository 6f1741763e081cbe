"""Landing places with a URL, held against a real server of the S3 protocol on this machine."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from orchestration.landing.places import LandingError, look, open_file
from orchestration.landing.receiving import receive
from orchestration.settings import load_settings
from orchestration.workers import Workers
from tests.unit.test_landing import NOW, found


@pytest.fixture(scope="module")
def store() -> Iterator[str]:
    server = ThreadedMotoServer(port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture()
def bucket(store: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("AWS_ENDPOINT_URL", store)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "somebody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "something")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    client = boto3.client("s3")
    client.create_bucket(Bucket="letters")
    yield "letters"
    for held in client.list_objects_v2(Bucket="letters").get("Contents", []):
        client.delete_object(Bucket="letters", Key=held["Key"])


def put(key: str, data: bytes) -> None:
    boto3.client("s3").put_object(Bucket="letters", Key=key, Body=data)


def test_a_bucket_is_listed_at_any_depth_without_hidden_names(bucket: str) -> None:
    for key in ("in/b.txt", "in/2015/a.txt", "in/.tmp/c.txt", "other/d.txt"):
        put(key, key.encode())
    files = found(f"s3://{bucket}/in")
    assert [(file.path, file.size) for file in files] == [
        ("s3://letters/in/2015/a.txt", 13),
        ("s3://letters/in/b.txt", 8),
    ]
    assert [file.path for file in found(f"s3://{bucket}/in/b.txt", f"s3://{bucket}/in")] == [
        "s3://letters/in/2015/a.txt",
        "s3://letters/in/b.txt",
    ]
    with open_file(files[1].path) as handle:
        assert handle.read() == b"in/b.txt"


def test_another_state_of_an_object_is_told_from_the_one_before(bucket: str) -> None:
    put("in/a.txt", b"first")
    before = look("s3://letters/in/a.txt")
    assert before == found(f"s3://{bucket}/in")[0] == look("s3://letters/in/a.txt")
    put("in/a.txt", b"other")  # as long, and in the same second
    assert look("s3://letters/in/a.txt") != before
    assert not look("s3://letters/in/gone.txt").is_regular


def test_letters_and_archives_of_a_bucket_become_rows(bucket: str) -> None:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr("folder/one.txt", "in the archive")
    put("in/all.zip", packed.getvalue())
    put("in/alone.txt", b"alone")
    with Workers(1) as workers:
        parts = list(receive(found(f"s3://{bucket}/in"), 1000, NOW, workers))
    assert [(row["source_uri"], row["text"]) for part in parts for row in part.rows] == [
        ("s3://letters/in/all.zip!folder/one.txt", "in the archive"),
        ("s3://letters/in/alone.txt", "alone"),
    ]


def test_a_place_that_is_not_there_is_named(bucket: str, tmp_path: Path) -> None:
    with pytest.raises(LandingError, match="s3://letters/nothing"):
        found(f"s3://{bucket}/nothing")
    with pytest.raises(LandingError, match=r"s3://no-such-bucket/in"):
        found("s3://no-such-bucket/in")
    with pytest.raises(LandingError, match="odd://in"):
        found("odd://in")
    with pytest.raises(LandingError, match="make setup EXTRAS=gcs"):
        found("gs://bucket/in")
    with pytest.raises(LandingError, match="nowhere"):
        found(str(tmp_path / "nowhere"))


def test_urls_and_folders_are_told_apart_in_one_setting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for places in (
        (str(tmp_path), "s3://letters/in", "/srv/letters"),
        ("/a", "https://127.0.0.1:8765/"),
        ("https://127.0.0.1:8765/in", "http://localhost:80", "/a", "s3://letters"),
        ("http://[::1]:8000/in/", "/2015", "https://user:pass@host:8443/x", "/b"),
        ("s3://letters", "/8765", "https://host/in/", "https://host"),
    ):
        monkeypatch.setenv("IMR_LETTERS", ":".join(places))
        assert load_settings().letters == places
    monkeypatch.setenv("IMR_LETTERS", ":/a::/b:")
    assert load_settings().letters == ("/a", "/b")
