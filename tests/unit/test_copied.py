"""The copy that publication takes: begun ahead or not, it is whole, or an error says why there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.copied import Copy


@pytest.fixture
def source(tmp_path: Path) -> Path:
    source = tmp_path / "marts.duckdb"
    source.write_bytes(b"rows" * 100_000)
    return source


def test_a_copy_begun_ahead_is_taken_once_and_whole(source: Path, tmp_path: Path) -> None:
    with Copy() as copy:
        copy.begin(source, tmp_path / "imr.duckdb")
        copy.take(source, tmp_path / "one")
        assert (tmp_path / "one").read_bytes() == source.read_bytes()
        source.write_bytes(b"newer")
        copy.take(source, tmp_path / "other")
    assert (tmp_path / "other").read_bytes() == b"newer"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["marts.duckdb", "one", "other"]


def test_what_nobody_took_goes(source: Path, tmp_path: Path) -> None:
    with Copy() as copy:
        copy.begin(source, tmp_path / "imr.duckdb")
        copy.begin(source, tmp_path / "imr.duckdb")
    assert list(tmp_path.iterdir()) == [source]


def test_what_could_not_be_copied_ahead_is_copied_then_or_told(source: Path, tmp_path: Path) -> None:
    with Copy() as copy:
        copy.begin(source, tmp_path / "nowhere" / "imr.duckdb")
        copy.take(source, tmp_path / "one")
        assert (tmp_path / "one").read_bytes() == source.read_bytes()
        copy.begin(tmp_path / "gone", tmp_path / "imr.duckdb")
        with pytest.raises(FileNotFoundError, match="gone"):
            copy.take(tmp_path / "gone", tmp_path / "other")


def test_a_copy_that_ended_midway_is_never_taken(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def half(source: Path, place: Path) -> None:
        place.write_bytes(source.read_bytes()[:1000])
        raise OSError("No space left on device")

    with Copy() as copy:
        with monkeypatch.context() as patched:
            patched.setattr("orchestration.copied.shutil.copyfile", half)
            copy.begin(source, tmp_path / "imr.duckdb")
            with pytest.raises(OSError, match="No space left"):
                copy.take(source, tmp_path / "one")
        copy.take(source, tmp_path / "other")
    assert (tmp_path / "other").read_bytes() == source.read_bytes()
    assert not list(tmp_path.glob(".*"))
