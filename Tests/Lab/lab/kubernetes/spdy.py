"""SPDY/3.1 as far as `kubectl exec` needs it from a kubelet: streams that the client opens, and data to them."""
from __future__ import annotations

import re
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

_VERSION = 0x8003
_SYN_STREAM, _SYN_REPLY, _PING, _GOAWAY = 1, 2, 6, 7
_FIN = 0x01
_CHUNK = 32 << 10


class Sink(Protocol):
    """Where frames are written."""

    def sendall(self, data: bytes) -> None:
        """Writes all of it."""


@dataclass(frozen=True)
class Opened:
    """A stream that the client opened, with its headers."""

    stream: int
    headers: dict[str, str]


def dictionary(source: Path) -> bytes:
    """The protocol's compression dictionary, out of the sources that the control plane was built from."""
    text = source.read_text(encoding="utf-8")
    return bytes(int(number, 16) for number in re.findall(r"0x[0-9a-f]{2}\b", text[text.index("{"):]))


class Session:
    """The server's side of a connection. Headers share one compression context per direction."""

    def __init__(self, source: BinaryIO, sink: Sink, words: bytes) -> None:
        self.source, self.sink = source, sink
        self._inflate = zlib.decompressobj(zdict=words)
        self._deflate = zlib.compressobj(zdict=words)

    def next_stream(self) -> Opened | None:
        """The next stream that the client opens, answered; None at the connection's end. Data on the way is dropped:
        nothing here reads standard input."""
        while True:
            head = self.source.read(8)
            if len(head) < 8:
                return None
            first, second = struct.unpack("!II", head)
            length = second & 0xFFFFFF
            body = self.source.read(length)
            if len(body) < length or first == _VERSION << 16 | _GOAWAY:
                return None
            if first == _VERSION << 16 | _PING:
                self._control(_PING, body)
            elif first == _VERSION << 16 | _SYN_STREAM:
                stream = struct.unpack("!I", body[:4])[0] & 0x7FFFFFFF
                opened = Opened(stream, self._headers(body[10:]))
                block = self._deflate.compress(struct.pack("!I", 0)) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
                self._control(_SYN_REPLY, struct.pack("!I", stream) + block)
                return opened

    def write(self, stream: int, data: bytes, last: bool = True) -> None:
        """Sends data to a stream; `last` ends it."""
        pieces = [data[place:place + _CHUNK] for place in range(0, len(data), _CHUNK)] or [b""]
        for number, piece in enumerate(pieces):
            flags = _FIN if last and number == len(pieces) - 1 else 0
            self.sink.sendall(struct.pack("!II", stream, flags << 24 | len(piece)) + piece)

    def _control(self, kind: int, body: bytes) -> None:
        self.sink.sendall(struct.pack("!HHI", _VERSION, kind, len(body)) + body)

    def _headers(self, block: bytes) -> dict[str, str]:
        text = self._inflate.decompress(block)
        place = 4

        def part() -> str:
            nonlocal place
            size = struct.unpack_from("!I", text, place)[0]
            place += 4 + size
            return text[place - size:place].decode()

        return {part().lower(): part() for _ in range(struct.unpack_from("!I", text)[0])}
