"""The files in a ZIP archive, archives within it included. Names in an archive are names only: nothing is unpacked.

Each member is a file of its own, at `archive.zip!folder/letter.pdf`. The archive itself has a row only where there is
something to say of it as a whole.
"""

from __future__ import annotations

import hashlib
import io
import lzma
import stat
import struct
import tempfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import BinaryIO, cast

from orchestration.files.arrival import Arrival, unread, whole
from orchestration.files.kinds import is_archive

MAX_DEPTH = 3
"""Archives within one another that are opened; the outermost is the first."""
MAX_NESTED_BYTES = 1 << 30
"""Of an archive within an archive. The outermost may have any size: it is read where it lies."""
_IN_MEMORY = 32 << 20
_CHUNK = 1 << 20
_END = struct.Struct("<4s4H2LH")  # the end record; its fifth field counts the files
_END_MARK = b"PK\x05\x06"
_LONGEST_END = _END.size + 0xFFFF  # with its comment
_SEE_ZIP64 = 0xFFFF  # the count stands in another record
_LOCAL_HEADER = 30  # bytes, without the name
_ENCRYPTED = 0x1
_UTF_8 = 0x800
# What the standard library raises on bytes that are no archive, or not all of one.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
    IndexError,
)


def members(handle: BinaryIO, uri: str, max_bytes: int, depth: int = 1) -> Iterator[Arrival]:
    """Every file in an open archive, by name. `max_bytes` is the limit for a letter: no more of a member is inflated.

    An archive that cannot be listed, holds nothing or is an office document in disguise is one arrival itself.
    """
    try:
        archive = zipfile.ZipFile(handle)
        listed = archive.infolist()
    except (*_DAMAGE, RuntimeError) as error:
        yield whole(uri, handle, "damaged_file", f"The archive is damaged and cannot be listed ({_words(error)}).")
        return
    with archive:
        if _is_office(archive):
            detail = "The file is an office document (Word, Excel or the like); save it as PDF or as plain text."
            yield whole(uri, handle, "not_text", detail)
            return
        promised = _promised(handle)
        if promised is not None and promised != len(listed):
            detail = f"The archive is damaged: it promises {promised:,} files, and its list holds {len(listed):,}."
            yield whole(uri, handle, "damaged_file", detail)
            return
        if _overlap(listed):
            yield whole(uri, handle, "damaged_file", "The archive is damaged: its files lie upon one another.")
            return
        infos = [info for info in listed if _is_ours(info)]
        if not infos:
            yield whole(uri, handle, "empty_file", "The archive holds no files.")
            return
        for info, name in _named(infos):
            yield from _member(archive, info, f"{uri}!{name}", max_bytes, depth)


def count(handle: BinaryIO) -> int:
    """About how many files an open archive holds; archives within it count as one."""
    try:
        with zipfile.ZipFile(handle) as archive:
            return max(1, sum(_is_ours(info) for info in archive.infolist()))
    except (*_DAMAGE, RuntimeError):
        return 1


def _is_ours(info: zipfile.ZipInfo) -> bool:
    """Whether a member is a file, and not what other programs leave beside files. '..' is a part of a name like any."""
    name = info.filename.replace("\\", "/")
    if name.endswith("/") and not info.file_size:
        return False
    parts = name.split("/")
    return "__MACOSX" not in parts and not any(part.startswith(".") and part.strip(".") for part in parts)


def _is_office(archive: zipfile.ZipFile) -> bool:
    names = archive.NameToInfo
    if "[Content_Types].xml" in names and "_rels/.rels" in names:  # docx, xlsx, pptx
        return True
    return "mimetype" in names and ("content.xml" in names or "META-INF/container.xml" in names)  # odt, epub


def _promised(handle: BinaryIO) -> int | None:
    """How many files the end of an open archive says that its list holds; None where it does not say.

    The standard library skips what damage in the list hides.
    """
    size = handle.seek(0, io.SEEK_END)
    start = max(0, size - _LONGEST_END)
    handle.seek(start)
    tail = handle.read()
    at = tail.rfind(_END_MARK)
    if at < 0 or len(tail) < at + _END.size:
        return None
    entries = int(_END.unpack_from(tail, at)[4])
    return entries if entries < _SEE_ZIP64 else None


def _overlap(infos: list[zipfile.ZipInfo]) -> bool:
    """Whether two members share bytes: small archives that inflate without end are made so."""
    spans = sorted((info.header_offset, info.header_offset + _LOCAL_HEADER + info.compress_size) for info in infos)
    return any(end > start for (_, end), (start, _) in pairwise(spans))


def _named(infos: list[zipfile.ZipInfo]) -> Iterator[tuple[zipfile.ZipInfo, str]]:
    """Members by name; of several with one name, the second is told by '#2' behind it, and so on."""
    names = sorted(((_name(info), at) for at, info in enumerate(infos)))
    given = {name for name, _ in names}
    seen: Counter[str] = Counter()
    for name, at in names:
        seen[name] += 1
        told = name if seen[name] == 1 else f"{name}#{seen[name]}"
        while seen[name] > 1 and told in given:  # another member has that very name
            seen[name] += 1
            told = f"{name}#{seen[name]}"
        yield infos[at], told


def _name(info: zipfile.ZipInfo) -> str:
    """The member's name. Many programs write UTF-8 and do not say so; what is none is in the code page of DOS."""
    name = info.filename
    if not info.flag_bits & _UTF_8 and not name.isascii():
        try:
            return name.encode("cp437").decode("utf-8")
        except UnicodeError:
            pass
    return name.encode("utf-8", errors="backslashreplace").decode("utf-8")


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, uri: str, max_bytes: int, depth: int) -> Iterator[Arrival]:
    refusal = _refusal(info)
    if refusal is not None:
        yield unread(uri, "unreadable", refusal, info.file_size)
        return
    try:
        with archive.open(info) as stream:
            found = _read(cast(BinaryIO, stream), info, uri, max_bytes)
    except NotImplementedError:
        detail = f"The archive packs this file by a method that is not supported (number {info.compress_type})."
        yield unread(uri, "unreadable", detail, info.file_size)
    except OSError as error:
        yield unread(uri, "unreadable", f"The file cannot be read out of its archive ({_words(error)}).")
    except (*_DAMAGE, RuntimeError) as error:
        detail = f"The archive is damaged: this file in it cannot be read ({_words(error)})."
        yield unread(uri, "damaged_file", detail, info.file_size)
    else:
        if isinstance(found, Arrival):
            yield found
            return
        with found:
            if depth < MAX_DEPTH:
                yield from members(found, uri, max_bytes, depth + 1)
            else:
                detail = f"The archive lies in {depth} others; at most {MAX_DEPTH} within one another are opened."
                yield whole(uri, found, "unreadable", detail)


def _refusal(info: zipfile.ZipInfo) -> str | None:
    if info.flag_bits & _ENCRYPTED:
        return "The file is encrypted in its archive; a password is needed."
    if stat.S_ISLNK(info.external_attr >> 16):
        return "The file is a link; links in an archive are not followed."
    return None


def _read(stream: BinaryIO, info: zipfile.ZipInfo, uri: str, max_bytes: int) -> Arrival | BinaryIO:
    """A member whole, or as an open file where it is an archive. Inflates one byte more than a letter may have, so that
    a larger one is known; what the archive says of sizes is not relied upon."""
    data = stream.read(max_bytes + 1)  # compares the checksum where it comes to the end
    if is_archive(io.BytesIO(data)):
        return _spooled(data, stream) or unread(
            uri,
            "too_large",
            f"The archive within the archive has more than {MAX_NESTED_BYTES:,} bytes; no more are read.",
            info.file_size,
        )
    if len(data) <= max_bytes:
        return Arrival(uri, hashlib.sha256(data).hexdigest(), len(data), data)
    detail = f"The file has more than {max_bytes:,} bytes, {info.file_size:,} by its archive; no more are read."
    return unread(uri, "too_large", detail, info.file_size)


def _spooled(head: bytes, stream: BinaryIO) -> BinaryIO | None:
    """A copy that can be read from any place, gone when it is closed; None where it would have too many bytes."""
    copy = cast(BinaryIO, tempfile.SpooledTemporaryFile(_IN_MEMORY))  # noqa: SIM115 (the reader of it closes it)
    try:
        chunk, size = head, len(head)
        while chunk and size <= MAX_NESTED_BYTES:
            copy.write(chunk)
            chunk = stream.read(_CHUNK)
            size += len(chunk)
        if not chunk:
            copy.seek(0)
            return copy
    except BaseException:
        copy.close()
        raise
    copy.close()
    return None


def _words(error: Exception) -> str:
    return str(error).strip().rstrip(".") or type(error).__name__
