"""The stand-in for `birdcl` of calico-node's pod: speaks to BIRD's control socket and prints as the real one does.

    birdcl [-s SOCKET] [-v] [-r] [COMMAND]

Facts: calico.md 1.8 and 2.1, and the captures of birdcl's options. Without a command it reads lines from standard
input.
"""
from __future__ import annotations

import os
import socket
import sys
from typing import Iterator

#: Calico's socket in the pod and on the host.
DEFAULT_SOCKET = "/var/run/calico/bird.ctl"
#: The words that the client knows by itself; others it does not send. They may be abbreviated.
_KNOWN = (
    "configure", "debug", "disable", "down", "dump", "echo", "enable", "eval", "help", "mrtdump", "reload", "restart",
    "restrict", "show", "?")


def main(arguments: list[str]) -> int:
    """Runs the program; the exit status is 1 only where the socket cannot be opened."""
    path, verbose, restricted, words = _parse(arguments)
    try:
        bird = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        bird.settimeout(15)
        bird.connect(_real(path))
    except OSError as error:
        sys.stderr.write(f"Unable to connect to server control socket ({path}): {os.strerror(error.errno or 0)}")
        return 1
    with bird, bird.makefile("rw", encoding="utf-8", errors="replace", newline="\n") as stream:
        commands = iter([" ".join(words)]) if words else (line.strip() for line in sys.stdin)
        try:
            _show(stream, verbose)
            if restricted:
                _ask(stream, "restrict", verbose)
            for command in commands:
                if command:
                    _ask(stream, command, verbose)
        except (OSError, EOFError):
            sys.stdout.write("Connection closed by server.\n")
    return 0


def _parse(arguments: list[str]) -> tuple[str, bool, bool, list[str]]:
    path, flags = DEFAULT_SOCKET, set()
    rest = list(arguments)
    while rest and rest[0].startswith("-") and len(rest[0]) > 1:
        option = rest.pop(0)
        if option.startswith("-s"):
            path = option[2:] or (rest.pop(0) if rest else path)
        else:
            flags |= set(option[1:])
    return path, "v" in flags, "r" in flags, rest


def _real(path: str) -> str:
    """The instance's socket for Calico's usual path."""
    run, node = os.environ.get("BGPDECK_LAB_RUN"), os.environ.get("BGPDECK_LAB_NODE")
    if run and node and path in (DEFAULT_SOCKET, "/var/run/bird/bird.ctl", "/run/calico/bird.ctl"):
        return f"{run}/nodes/{node}/bird.ctl"
    return path


def _ask(stream, command: str, verbose: bool) -> None:
    if not any(known.startswith(command.split()[0]) for known in _KNOWN):
        sys.stdout.write("No such command. Press `?' for help.\n")
        return
    stream.write(command + "\n")
    stream.flush()
    _show(stream, verbose)


def _show(stream, verbose: bool) -> None:
    """Prints one reply. With codes, continuations are indented by five blanks; the closing 0000 is never printed."""
    for code, text in replies(stream):
        if code == "0000":
            continue
        sys.stdout.write(f"{code or '    '}{text}\n" if verbose else f"{text[1:]}\n")


def replies(stream) -> Iterator[tuple[str, str]]:
    """The lines of one reply: the code (empty for a continuation) and the text with the character before it."""
    for line in stream:
        line = line.rstrip("\n")
        if line[:4].isdigit() and line[4:5] in ("-", " "):
            yield line[:4], line[4:]
            if line[4] == " ":
                return
        elif line.startswith(" "):
            yield "", " " + line[1:]
        elif line.startswith("+"):
            yield "", " " + line[1:]
    raise EOFError


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
