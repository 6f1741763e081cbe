"""Whether the packed parts of a PDF are whole. What reads a PDF shows what it can of a broken one and says nothing.

Pages, the meaning of their characters and the file's own index are packed with a checksum each. Pictures and the shapes
of letters are left out: what is broken there changes no word.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_PACKED = re.compile(rb"/Filter\s*\[?\s*/(?:FlateDecode|Fl)\b")
_NO_WORDS = re.compile(rb"/Subtype\s*/(?:Image|Type1C|CIDFontType0C|OpenType)\b|/Length[123]\b")
_SHOWS_TEXT = re.compile(rb"\bBT\b.*?(?:[)\]>]\s*(?:Tj|TJ|['\"]))", re.DOTALL)
_DICTIONARY = 4096  # bytes in front of a stream that may tell how it is packed
_BINARY = bytes([*range(9), *range(14, 32)])
_CHUNK = 1 << 20
_HEADER, _CHECKSUM = 2, 4  # bytes around what is packed


def has_broken_stream(data: bytes) -> bool:
    """Whether a packed part of the file, which is not encrypted, is cut off or differs from its checksum."""
    return any(is_packed and not _is_whole(stream) for stream, is_packed in _streams(data))


def count_texts(data: bytes) -> int:
    """How many parts of the file, which is not encrypted, print words or may do so. A page has one as a rule, a blank
    one none."""
    unopened = data.count(b"endstream") - len(_STREAM.findall(data))
    return max(0, unopened) + sum(_shows_text(stream, is_packed) for stream, is_packed in _streams(data))


def _streams(data: bytes) -> Iterator[tuple[bytes, bool]]:
    """The parts of a file that may matter to its words, and whether each is packed in the usual way."""
    at = 0
    while found := _STREAM.search(data, at):
        start = found.end()
        end = data.find(b"endstream", start)
        end = len(data) if end < 0 else end
        begin = data.rfind(b" obj", max(at, found.start() - _DICTIONARY), found.start())
        dictionary = data[begin : found.start()] if begin >= 0 else b""
        if not _NO_WORDS.search(dictionary):
            yield data[start:end], _PACKED.search(dictionary) is not None
        at = end


def _is_whole(packed: bytes) -> bool:
    unpacking = zlib.decompressobj()
    try:
        for _ in _unpacked(unpacking, packed):
            pass
        if unpacking.eof:
            return True
        # Some programs leave the checksum out. Without it, the end of what is packed can still be told.
        bare = zlib.decompressobj(-zlib.MAX_WBITS)
        for _ in _unpacked(bare, packed[_HEADER:]):
            pass
    except zlib.error:
        return False
    return bare.eof and len(bare.unused_data.strip()) < _CHECKSUM


def _shows_text(stream: bytes, is_packed: bool) -> bool:
    if not is_packed:
        is_legible = len(stream.translate(None, _BINARY)) == len(stream)
        return not is_legible or _SHOWS_TEXT.search(stream) is not None
    try:
        return any(_SHOWS_TEXT.search(chunk) for chunk in _unpacked(zlib.decompressobj(), stream))
    except zlib.error:
        return True


def _unpacked(unpacking: zlib._Decompress, packed: bytes) -> Iterator[bytes]:
    """What is packed, in pieces: a small file may hold a very large one."""
    while packed and not unpacking.eof:
        yield unpacking.decompress(packed, _CHUNK)
        packed = unpacking.unconsumed_tail
