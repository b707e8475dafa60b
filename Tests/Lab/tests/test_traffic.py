"""The client's bookkeeping, against servers of the test on loopback."""
from __future__ import annotations

import json
import socket
import threading
import unittest

from lab.maintenance import figures, judged
from lab.traffic import Client, Tally

_ANSWER = json.dumps({"pod": "gb/one", "node": "node-1", "entered": "node-1"}).encode() + b"\n"


class TrafficTests(unittest.TestCase):
    """Answers, refusals and silence."""

    def serve(self, kind: socket.SocketKind, answers: bool = True) -> str:
        server = socket.socket(type=kind)
        server.bind(("127.0.0.1", 0))
        self.addCleanup(server.close)

        def loop() -> None:
            try:
                while True:
                    if kind == socket.SOCK_DGRAM:
                        _, client = server.recvfrom(100)
                        if answers:
                            server.sendto(_ANSWER, client)
                    else:
                        connection, _ = server.accept()
                        with connection:
                            connection.sendall(_ANSWER)
            except OSError:
                return

        if kind == socket.SOCK_STREAM:
            server.listen()
        threading.Thread(target=loop, daemon=True).start()
        return f"127.0.0.1:{server.getsockname()[1]}"

    def run_client(self, targets: list[str], datagrams: bool) -> list[dict]:
        client = Client(targets, 0.3, datagrams)
        client.run(100, 0.2)
        return [tally.report(100) for tally in client.tallies]

    def test_connections(self) -> None:
        [report] = self.run_client([self.serve(socket.SOCK_STREAM)], datagrams=False)
        self.assertEqual((report["sent"], report["answered"], report["lost"]), (20, 20, 0))
        self.assertEqual(report["by_node"], {"node-1": 20})

    def test_datagrams_and_silence(self) -> None:
        good, mute = self.run_client(
            [self.serve(socket.SOCK_DGRAM), self.serve(socket.SOCK_DGRAM, answers=False)], datagrams=True)
        self.assertEqual((good["answered"], good["lost"]), (20, 0))
        self.assertEqual((mute["answered"], mute["lost"]), (0, 20))
        self.assertEqual({loss["error"] for loss in mute["losses"]}, {"timed out"})

    def test_outages(self) -> None:
        tally = Tally("10.0.0.1:80", sent=100, lost=[(2.0, "timed out"), (0.10, "timed out"), (0.11, "timed out")])
        self.assertEqual(tally.report(100)["outages"], [{"from": 0.10, "to": 0.11}, {"from": 2.0, "to": 2.0}])

    def test_refusal(self) -> None:
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            target = f"127.0.0.1:{closed.getsockname()[1]}"
            [report] = self.run_client([target], datagrams=False)
        self.assertEqual(report["lost"], 20)
        self.assertIn("refused", report["losses"][0]["error"])

    def test_stop(self) -> None:
        client = Client([self.serve(socket.SOCK_DGRAM)], 0.3, True)
        client.stop()
        client.run(100, 10)
        self.assertEqual(client.tallies[0].sent, 0)

    def test_only_datagrams_are_judged(self) -> None:
        reports = [
            {"kind": "datagrams", "policy": "Local", "lost": 0, "sent": 9},
            {"kind": "connections", "policy": "Local", "lost": 1, "sent": 3}]
        self.assertEqual(figures(reports), "Local 0/9, connections 1/3")
        self.assertEqual(judged(reports), reports[:1])


if __name__ == "__main__":
    unittest.main()
