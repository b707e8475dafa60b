"""A client beyond the leaves: requests at a steady pace, and what became of each.

    python3 -m lab.traffic TARGET:PORT… --rate 20 --seconds 30 [--datagrams]

Every request is a new flow, so that the kernels' hashes choose its leaf and its node anew. As a connection a request is
some packets, and a change of next hops may cut it in the middle, as on any fabric without resilient hashing; as a
datagram it is one packet there and one back, and what is lost was lost. Runs inside the client's namespace;
`Tests/Lab/traffic` starts it there. The report is one JSON object; SIGTERM brings it early.
"""
from __future__ import annotations

import argparse
import errno
import json
import os
import selectors
import signal
import socket
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from .dataplane import allow_flows

Json = dict[str, Any]


@dataclass
class Tally:
    """What became of the requests to one target."""

    target: str
    sent: int = 0
    by_node: Counter[str] = field(default_factory=Counter)
    by_pod: Counter[str] = field(default_factory=Counter)
    #: Seconds since the start at which a request was sent that got no answer, and why.
    lost: list[tuple[float, str]] = field(default_factory=list)
    slowest: float = 0.0

    def report(self, rate: float) -> Json:
        """The tally as JSON; `outages` are runs of losses with no more than one answer's gap."""
        lost = sorted(self.lost)
        outages: list[list[float]] = []
        for at, _ in lost:
            if outages and at - outages[-1][1] <= 2.5 / rate:
                outages[-1][1] = at
            else:
                outages.append([at, at])
        return {
            "target": self.target, "sent": self.sent, "answered": sum(self.by_node.values()), "lost": len(lost),
            "losses": [{"at": at, "error": error} for at, error in lost[:200]],
            "outages": [{"from": start, "to": end} for start, end in outages],
            "by_node": dict(sorted(self.by_node.items())), "by_pod": dict(sorted(self.by_pod.items())),
            "slowest_seconds": round(self.slowest, 3),
        }


@dataclass
class Request:
    """One that is under way."""

    tally: Tally
    flow: socket.socket
    began: float
    text: bytes = b""


class Client:
    """All requests in one thread: one that waits holds up no other."""

    def __init__(self, targets: list[str], timeout: float, datagrams: bool) -> None:
        self.tallies = [Tally(target) for target in targets]
        self.timeout, self.datagrams = timeout, datagrams
        self.selector = selectors.DefaultSelector()
        #: In the order in which they began.
        self.open: dict[int, Request] = {}
        self.start = time.monotonic()
        self.is_over = False

    def stop(self) -> None:
        """Sends nothing more."""
        self.is_over = True

    def run(self, rate: float, seconds: float) -> None:
        """Sends `rate` requests a second to each target, evenly, and waits for the last answers."""
        for step in range(int(rate * seconds)):
            self.wait(self.start + step / rate)
            if self.is_over:
                break
            for tally in self.tallies:
                self.send(tally)
        while self.open:
            self.wait(time.monotonic() + 0.05)

    def wait(self, until: float) -> None:
        """Takes answers until a moment."""
        while True:
            now = time.monotonic()
            for key, _ in self.selector.select(max(0.0, until - now)):
                self.take(key.data)
            self.give_up(time.monotonic() - self.timeout)
            if time.monotonic() >= until:
                return

    def send(self, tally: Tally) -> None:
        """Begins a request."""
        tally.sent += 1
        address, _, port = tally.target.rpartition(":")
        flow = socket.socket(type=socket.SOCK_DGRAM if self.datagrams else socket.SOCK_STREAM)
        flow.setblocking(False)
        request = Request(tally, flow, time.monotonic())
        try:
            failed = flow.connect_ex((address, int(port)))
            if failed not in (0, errno.EINPROGRESS):
                raise OSError(failed, os.strerror(failed))
            if self.datagrams:
                flow.send(b"?")
            self.selector.register(flow, selectors.EVENT_READ, request)
            self.open[id(request)] = request
        except OSError as error:
            self.end(request, str(error))

    def take(self, request: Request) -> None:
        """An answer, a part of it, or why there is none."""
        try:
            part = request.flow.recv(1500)
            request.text += part
            if part and not request.text.endswith(b"\n"):
                return
            answer = json.loads(request.text)
            request.tally.by_node[answer["entered"]] += 1
            request.tally.by_pod[answer["pod"]] += 1
            request.tally.slowest = max(request.tally.slowest, time.monotonic() - request.began)
            self.end(request, None)
        except BlockingIOError:
            return
        except (OSError, ValueError, KeyError) as error:
            self.end(request, str(error))

    def give_up(self, before: float) -> None:
        """Ends the requests that began before a moment."""
        for request in list(self.open.values()):
            if request.began > before:
                return
            self.end(request, "timed out")

    def end(self, request: Request, error: str | None) -> None:
        """Closes a request, and notes why it was lost."""
        if self.open.pop(id(request), None) is not None:
            self.selector.unregister(request.flow)
        request.flow.close()
        if error is not None:
            request.tally.lost.append((round(request.began - self.start, 3), error or "no answer"))


def main(arguments: list[str]) -> None:
    """Prints the report."""
    parser = argparse.ArgumentParser(prog="traffic")
    parser.add_argument("targets", nargs="+", metavar="ADDRESS:PORT")
    parser.add_argument("--rate", type=float, default=20, help="requests a second to each target")
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--timeout", type=float, default=1.0)
    parser.add_argument("--datagrams", action="store_true", help="one packet a request instead of a connection")
    given = parser.parse_args(arguments)
    allow_flows()
    started = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    client = Client(given.targets, given.timeout, given.datagrams)
    signal.signal(signal.SIGTERM, lambda *_: client.stop())
    client.run(given.rate, given.seconds)
    reports = [tally.report(given.rate) for tally in client.tallies]
    print(json.dumps({"started": started, "rate": given.rate, "seconds": given.seconds, "targets": reports}, indent=1))


if __name__ == "__main__":
    main(sys.argv[1:])
