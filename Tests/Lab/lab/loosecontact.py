"""A path that loses what a node sends to a leaf, for four seconds of every twelve: longer than the hold time, and time
enough between for the session to come back.

Runs in the node's namespace. The node's frames go to a hardware address that nobody has; what the leaf sends arrives,
so that its NOTIFICATION is heard.
"""
from __future__ import annotations

import subprocess
import sys
import time

#: Seconds without and with a path.
LOST, FOUND = 4.0, 8.0
NOBODY = "02:00:00:00:00:01"


def lose(address: str) -> None:
    """Sends what is for the address to nobody."""
    subprocess.run(
        ["ip", "neigh", "replace", address, "lladdr", NOBODY, "dev", "eth0", "nud", "permanent"], check=True)


def find(address: str) -> None:
    """Lets the kernel ask for the address again."""
    subprocess.run(["ip", "neigh", "del", address, "dev", "eth0"], check=False, stderr=subprocess.DEVNULL)


def main(address: str) -> None:
    """Goes on until it is ended."""
    while True:
        lose(address)
        time.sleep(LOST)
        find(address)
        time.sleep(FOUND)


if __name__ == "__main__":
    main(sys.argv[1])
