"""The run folder of an instance, and the processes that belong to it.

Everything that an instance has lies in `/run/bgpdeck-lab/INSTANCE`. Every process of it, whoever started it, carries
the folder's path in its environment (BGPDECK_LAB_RUN), which is how teardown finds all of them, even after the
starter was killed.
"""
from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Iterable, Mapping, Sequence

from . import topology as figures

#: The parent of all run folders.
ROOT = Path("/run/bgpdeck-lab")
#: The environment variables that tell a stand-in which instance and node it serves.
RUN_VARIABLE, NODE_VARIABLE = "BGPDECK_LAB_RUN", "BGPDECK_LAB_NODE"


class LabError(Exception):
    """What went wrong, in words for the person who typed the command."""


@dataclass(frozen=True)
class Run:
    """An instance: its name, its figure, and its folder."""

    name: str
    topology: figures.Topology

    @property
    def path(self) -> Path:
        """The run folder."""
        return ROOT / self.name

    def node(self, name: str) -> Path:
        """A node's folder: bird.cfg, bird.ctl, bird.pid."""
        return self.path / "nodes" / name

    def leaf(self, key: str) -> Path:
        """A leaf's folder: its daemons' configuration, sockets and logs."""
        return self.path / "leaves" / key

    def log(self, tag: str) -> Path:
        """The log of a process."""
        return self.path / "logs" / f"{tag}.log"

    def namespace(self, key: str) -> str:
        """The network namespace of a node, of a leaf (`leaf-101`), or of `wire`, `client`, `apic`."""
        return f"bgpdeck-{self.name}-{key}"

    def inside(self, key: str | None, command: Sequence[str]) -> list[str]:
        """A command as it runs in a namespace; nil: in the host's own."""
        words = [str(word) for word in command]
        return words if key is None else ["nsenter", f"--net=/run/netns/{self.namespace(key)}", "--"] + words

    def environment(self, node: str | None = None, extra: Mapping[str, str] | None = None) -> dict[str, str]:
        """The environment of every process of the instance."""
        environment = dict(os.environ)
        environment[RUN_VARIABLE] = str(self.path)
        environment["PYTHONPATH"] = str(Path(__file__).resolve().parent.parent)
        environment["PYTHONDONTWRITEBYTECODE"] = "1"
        if node is not None:
            environment[NODE_VARIABLE] = node
        environment.update(extra or {})
        return environment

    def call(self, key: str | None, *command: str, check: bool = True, timeout: float = 30) -> str:
        """Runs a command to its end and gives its standard output."""
        done = subprocess.run(
            self.inside(key, command), env=self.environment(), stdin=subprocess.DEVNULL, capture_output=True,
            text=True, timeout=timeout)
        if check and done.returncode != 0:
            raise LabError(f"{' '.join(command)}: {done.stderr.strip() or done.stdout.strip() or done.returncode}")
        return done.stdout

    def spawn(
        self, tag: str, command: Sequence[str], key: str | None = None, node: str | None = None,
        pid_file: Path | None = None, extra: Mapping[str, str] | None = None,
    ) -> int:
        """Starts a process of the instance in a session of its own and records its id under `pids/TAG`."""
        log = self.log(tag)
        log.parent.mkdir(parents=True, exist_ok=True)
        with open(log, "ab") as out:
            child = subprocess.Popen(
                self.inside(key, command), env=self.environment(node, extra), stdin=subprocess.DEVNULL, stdout=out,
                stderr=out, start_new_session=True, cwd="/", preexec_fn=fresh_signals)
        for file in filter(None, (self._pid_file(tag), pid_file)):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f"{child.pid}\n")
        return child.pid

    def _pid_file(self, tag: str) -> Path:
        return self.path / "pids" / tag

    def pid(self, tag: str) -> int | None:
        """The id of a process that runs; nil where it does not."""
        try:
            pid = int(self._pid_file(tag).read_text())
        except (OSError, ValueError):
            return None
        return pid if belongs(pid, self.path) else None

    def send(self, tag: str, number: signal.Signals) -> None:
        """Sends a signal to a process of the instance."""
        pid = self.pid(tag)
        if pid is None:
            raise LabError(f"{tag} does not run in {self.name}")
        os.kill(pid, number)

    def stop(self, tag: str, number: signal.Signals = signal.SIGTERM, patience: float = 3) -> bool:
        """Ends a process and waits for its end; False where it did not run."""
        pid = self.pid(tag)
        if pid is None:
            return False
        end([pid], number, patience)
        self._pid_file(tag).unlink(missing_ok=True)
        return True

    def tags(self) -> list[str]:
        """The names of all processes that were started."""
        folder = self.path / "pids"
        return sorted(file.name for file in folder.iterdir()) if folder.is_dir() else []

    @property
    def state(self) -> dict[str, Any]:
        """What `state.json` holds."""
        try:
            return json.loads((self.path / "state.json").read_text())
        except (OSError, ValueError):
            return {}

    def update_state(self, **fields: Any) -> None:
        """Writes fields into `state.json`, whole or not at all."""
        state = self.state
        state.update(fields)
        state["pids"] = {tag: pid for tag in self.tags() if (pid := self.pid(tag)) is not None}
        write(self.path / "state.json", json.dumps(state, indent=1, sort_keys=True) + "\n")

    def port(self, name: str) -> int:
        """A loopback port of the host that stays the instance's own for this name."""
        ports: dict[str, int] = self.state.get("ports", {})
        if name not in ports:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                ports[name] = probe.getsockname()[1]
            self.update_state(ports=ports)
        return ports[name]


def fresh_signals() -> None:
    """Lets a new process get every signal, whatever the shell or test that started the lab had blocked."""
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, signal.SIG_DFL)


def open_run(name: str) -> Run:
    """The instance of that name; LabError where there is none."""
    try:
        figure = json.loads((ROOT / name / "state.json").read_text())["figure"]
    except (OSError, ValueError, KeyError):
        raise LabError(f"no lab {name} is up; start one with Tests/Lab/up figure-1") from None
    return Run(name, figures.named(figure))


def instances() -> list[str]:
    """The names of all run folders."""
    return sorted(entry.name for entry in ROOT.iterdir()) if ROOT.is_dir() else []


def checked_name(name: str) -> str:
    """A name that may become part of paths and namespaces."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,19}", name):
        raise LabError(f"a lab's name has up to 20 small letters, digits and hyphens: {name!r} has not")
    return name


def write(path: Path, text: str, mode: int = 0o644) -> bool:
    """Writes a file in one step; False where it already held that text."""
    if path.is_file() and path.read_text() == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.{os.getpid()}")
    new.write_text(text)
    new.chmod(mode)
    new.rename(path)
    return True


def belongs(pid: int, path: Path) -> bool:
    """Whether a process lives and carries the run folder in its environment."""
    try:
        environment = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z" and f"{RUN_VARIABLE}={path}".encode() in environment


def members(path: Path) -> list[int]:
    """All processes of an instance, the caller and its ancestors excepted."""
    mine = set()
    pid = os.getpid()
    while pid > 1:
        mine.add(pid)
        pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    found = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return [pid for pid in found if pid not in mine and belongs(pid, path)]


def end(pids: Iterable[int], number: signal.Signals = signal.SIGTERM, patience: float = 3) -> None:
    """Sends a signal, waits, and kills what has not ended; stopped processes are continued so that they can end."""
    left = list(pids)
    for step, wait in ((number, patience), (signal.SIGKILL, 5.0)):
        for pid in left:
            try:
                os.kill(pid, step)
                os.kill(pid, signal.SIGCONT)
            except ProcessLookupError:
                pass
        until(lambda: not any(alive(pid) for pid in left), wait, 0.02)
        left = [pid for pid in left if alive(pid)]
        if not left:
            return


def alive(pid: int) -> bool:
    """Whether a process runs; a child of ours that has ended is reaped on the way."""
    try:
        os.waitpid(pid, os.WNOHANG)
    except (ChildProcessError, OSError):
        pass
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def until(condition: Callable[[], bool], seconds: float, pace: float = 0.1) -> bool:
    """Waits for a condition; False where it did not come about in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(pace)
    return True


def remove(path: Path) -> None:
    """Removes a folder, and the parent of all run folders when it was the last."""
    shutil.rmtree(path, ignore_errors=True)
    try:
        ROOT.rmdir()
    except OSError:
        pass
