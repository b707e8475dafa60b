"""The kubelet's side of SPDY/3.1 against frames made here, by the draft's layout."""
import io
import struct
import tempfile
import unittest
import zlib
from pathlib import Path

from lab.kubernetes import spdy

WORDS = b"streamtype stdout stderr error"


class Sink:
    """What was written."""

    def __init__(self) -> None:
        self.data = b""

    def sendall(self, data: bytes) -> None:
        self.data += data


class Client:
    """Makes a client's frames, with one compression context as a client has."""

    def __init__(self) -> None:
        self.deflate = zlib.compressobj(zdict=WORDS)

    def open(self, stream: int, **headers: str) -> bytes:
        """A SYN_STREAM."""
        block = struct.pack("!I", len(headers))
        for name, value in headers.items():
            for part in (name, value):
                block += struct.pack("!I", len(part)) + part.encode()
        body = struct.pack("!IIBB", stream, 0, 0, 0)
        body += self.deflate.compress(block) + self.deflate.flush(zlib.Z_SYNC_FLUSH)
        return struct.pack("!HHI", 0x8003, 1, len(body)) + body

    @staticmethod
    def ping(number: int) -> bytes:
        """A PING."""
        return struct.pack("!HHII", 0x8003, 6, 4, number)


class SpdyTests(unittest.TestCase):
    """Streams in, data out."""

    def test_streams_are_answered_in_their_order(self) -> None:
        client, sink = Client(), Sink()
        sent = client.open(1, Streamtype="error") + client.ping(7) + client.open(3, Streamtype="stdout")
        session = spdy.Session(io.BytesIO(sent + struct.pack("!II", 3, 2) + b"in"), sink, WORDS)
        self.assertEqual(session.next_stream(), spdy.Opened(1, {"streamtype": "error"}))
        self.assertEqual(session.next_stream(), spdy.Opened(3, {"streamtype": "stdout"}))
        self.assertIsNone(session.next_stream())
        inflate, place, seen = zlib.decompressobj(zdict=WORDS), 0, []
        while place < len(sink.data):
            _, kind, size = struct.unpack_from("!HHI", sink.data, place)
            body = sink.data[place + 8:place + 8 + size]
            seen.append((kind, struct.unpack("!I", body[:4])[0]))
            if kind == 2:
                self.assertEqual(inflate.decompress(body[4:]), struct.pack("!I", 0))
            place += 8 + size
        self.assertEqual(seen, [(2, 1), (6, 7), (2, 3)])

    def test_a_cut_connection_ends_the_session(self) -> None:
        whole = Client().open(1, Streamtype="error")
        for size in range(len(whole)):
            self.assertIsNone(spdy.Session(io.BytesIO(whole[:size]), Sink(), WORDS).next_stream(), size)

    def test_data_is_sent_in_pieces_and_the_last_ends_the_stream(self) -> None:
        for size, expected in ((0, [(1, 0)]), (5, [(1, 5)]), (70_000, [(0, 32768), (0, 32768), (1, 4464)])):
            sink, seen, place = Sink(), [], 0
            spdy.Session(io.BytesIO(), sink, WORDS).write(5, b"x" * size)
            while place < len(sink.data):
                stream, rest = struct.unpack_from("!II", sink.data, place)
                self.assertEqual(stream, 5)
                seen.append((rest >> 24, rest & 0xFFFFFF))
                place += 8 + (rest & 0xFFFFFF)
            self.assertEqual(seen, expected)

    def test_the_dictionary_is_read_from_go(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "dictionary.go"
            path.write_text("// 0xff\nvar d = []byte{\n\t0x00, 0x6f, 0x70,\n\t0x2e, // a\n}\n", encoding="ascii")
            self.assertEqual(spdy.dictionary(path), b"\x00op.")
