"""A client beyond the leaves: requests at a steady pace, and what became of each.

    python3 -m lab.traffic TARGET:PORT… --rate 20 --seconds 30

Every request is a new flow, so that the kernels' hashes choose its leaf and its node anew. Runs inside the client's
namespace; `Tests/Lab/traffic` starts it there. The report is one JSON object.
"""
from __future__ import annotations

import argparse
import json
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from .dataplane import ask

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


def run(targets: list[str], rate: float, seconds: float, timeout: float) -> list[Json]:
    """Sends `rate` requests a second to each target, evenly, and waits for the last answers."""
    tallies = {target: Tally(target) for target in targets}
    lock = threading.Lock()
    start = time.monotonic()

    def request(tally: Tally, at: float) -> None:
        address, _, port = tally.target.rpartition(":")
        began = time.monotonic()
        try:
            answer = ask(address, int(port), timeout)
            with lock:
                tally.by_node[answer["entered"]] += 1
                tally.by_pod[answer["pod"]] += 1
                tally.slowest = max(tally.slowest, time.monotonic() - began)
        except (OSError, ValueError, KeyError) as error:
            with lock:
                tally.lost.append((round(at, 3), str(error) or type(error).__name__))

    threads: list[threading.Thread] = []
    for step in range(int(rate * seconds)):
        due = step / rate
        time.sleep(max(0.0, start + due - time.monotonic()))
        for tally in tallies.values():
            tally.sent += 1
            thread = threading.Thread(target=request, args=(tally, time.monotonic() - start), daemon=True)
            thread.start()
            threads.append(thread)
    for thread in threads:
        thread.join(2 * timeout + 1)
    return [tally.report(rate) for tally in tallies.values()]


def main(arguments: list[str]) -> None:
    """Prints the report."""
    parser = argparse.ArgumentParser(prog="traffic")
    parser.add_argument("targets", nargs="+", metavar="ADDRESS:PORT")
    parser.add_argument("--rate", type=float, default=20, help="requests a second to each target")
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--timeout", type=float, default=1.0)
    given = parser.parse_args(arguments)
    started = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    reports = run(given.targets, given.rate, given.seconds, given.timeout)
    print(json.dumps({"started": started, "rate": given.rate, "seconds": given.seconds, "targets": reports}, indent=1))


if __name__ == "__main__":
    main(sys.argv[1:])
