"""One machine that ssh reaches: a listener on a loopback port of the host that hands each connection to a real sshd
inside the machine's network namespace.

The listener binds in the host's namespace and then moves into the machine's; each connection becomes the standard
input of `sshd -i`, so that login, commands and stream-local forwarding happen in there. A mount namespace of its own
gives the machine its own `/run`, with Calico's folder where calico-node puts it.

Runs as `python3 -m lab.sshhost RUN NAME KEY PORT`.
"""
from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

CLONE_NEWNS, CLONE_NEWNET = 0x20000, 0x40000000
MS_BIND, MS_REC, MS_PRIVATE, MNT_DETACH = 0x1000, 0x4000, 0x40000, 2
_libc = ctypes.CDLL(None, use_errno=True)


def _check(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def enter_network(namespace: str) -> None:
    """Moves this thread into a network namespace."""
    with open(f"/run/netns/{namespace}", "rb") as file:
        _check(_libc.setns(file.fileno(), CLONE_NEWNET), f"enter {namespace}")


def mount(source: str, target: str | Path, kind: str | None, flags: int = 0) -> None:
    """mount(2) without options."""
    words = [source.encode(), str(target).encode(), kind.encode() if kind else None]
    _check(_libc.mount(*words, ctypes.c_ulong(flags), None), f"mount {target}")


def furnish(run: Path, node: Path) -> None:
    """Gives this process a `/run` that holds the run folder, Calico's folder and sshd's, and nothing else."""
    _check(_libc.unshare(CLONE_NEWNS), "unshare")
    mount("none", "/", None, MS_REC | MS_PRIVATE)
    mount("tmpfs", "/mnt", "tmpfs")
    os.mkdir("/mnt/run")
    mount("/run", "/mnt/run", None, MS_BIND | MS_REC)
    mount("tmpfs", "/run", "tmpfs")
    for folder, source in ((run, Path("/mnt/run") / run.relative_to("/run")),
                           (Path("/run/calico"), Path("/mnt/run") / node.relative_to("/run"))):
        folder.mkdir(parents=True)
        source.mkdir(parents=True, exist_ok=True)
        mount(str(source), folder, None, MS_BIND)
    os.mkdir("/run/sshd", 0o755)
    _check(_libc.umount2(b"/mnt", MNT_DETACH), "umount /mnt")


def serve(listener: socket.socket, configuration: Path) -> None:
    """Accepts for ever; each connection has its own sshd."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        connection, _ = listener.accept()
        with connection:
            subprocess.Popen(
                ["/usr/sbin/sshd", "-i", "-f", str(configuration)], stdin=connection, stdout=connection,
                stderr=subprocess.DEVNULL, close_fds=True)


def main(arguments: list[str]) -> None:
    """Binds, moves, serves."""
    run, name, key, port = Path(arguments[0]), arguments[1], arguments[2], int(arguments[3])
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(64)
    enter_network(f"bgpdeck-{name}-{key}")
    furnish(run, run / "nodes" / key)
    serve(listener, run / "ssh" / key / "sshd_config")


if __name__ == "__main__":
    main(sys.argv[1:])
