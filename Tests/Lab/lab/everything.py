"""`Tests/Lab/all`: the whole lab from start to end, and one table of what came of it.

Each step is a row: what, whether, how long, and what was measured. A step that fails does not keep the others from
running; the exit status is 1 if any failed.
"""
from __future__ import annotations

import argparse
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable, Iterator

from . import instance, leaf, measure
from .run import ROOT, LabError, instances, members, open_run, until
from .topology import FIGURES

_LAB = Path(__file__).resolve().parent.parent
_PACKAGE = _LAB.parent.parent
#: What the lab has to keep: seconds until it has converged, and memory.
UP_SECONDS, MEMORY_BYTES = 60.0, 3 << 30
#: The Swift suites that need a lab, in the order of their cost.
SUITES = (
    "AgreementTests", "DesignLabTests", "ControllerTests", "ClusterLabTests", "OperationsLabTests", "RackLabTests",
    "FaultTests", "LikenessTests", "KillLabTests")


@dataclass
class Row:
    """One line of the table."""

    name: str
    outcome: str
    seconds: float
    detail: str


@dataclass
class Table:
    """The rows so far; a step's own detail is what its body hands back."""

    rows: list[Row] = field(default_factory=list)

    def step(self, name: str, body: Callable[[], str]) -> bool:
        """Runs a step; False where it failed."""
        print(f"== {name}", file=sys.stderr, flush=True)
        started = time.monotonic()
        try:
            detail, outcome = body(), "ok"
        except (LabError, AssertionError, OSError, subprocess.SubprocessError, KeyError, ValueError) as error:
            detail, outcome = (str(error) or type(error).__name__).strip().splitlines()[-1], "FAILED"
        self.rows.append(Row(name, outcome, time.monotonic() - started, detail))
        return outcome == "ok"

    def skip(self, name: str, reason: str) -> None:
        """Notes a step that cannot run here."""
        self.rows.append(Row(name, "skipped", 0, reason))

    @property
    def failed(self) -> bool:
        """Whether any step failed."""
        return any(row.outcome == "FAILED" for row in self.rows)

    def __str__(self) -> str:
        width = max((len(row.name) for row in self.rows), default=4)
        lines = [f"{'STEP':{width}}  RESULT   SECONDS  WHAT"]
        lines += [f"{row.name:{width}}  {row.outcome:8} {row.seconds:7.0f}  {row.detail}" for row in self.rows]
        return "\n".join(lines)


def main(arguments: list[str]) -> int:
    """`all [--figure F]… [--suite S]… [--third N] [--without-kubernetes] [--quick]`"""
    parser = argparse.ArgumentParser(prog="Tests/Lab/all", description="Run everything and print one table.")
    parser.add_argument("--figure", action="append", choices=sorted(FIGURES), help="instead of both")
    parser.add_argument("--suite", action="append", choices=SUITES, help="instead of all")
    parser.add_argument("--third", type=int, choices=[0, 1, 2], help="only every third fault, from this one on")
    parser.add_argument("--without-kubernetes", action="store_true")
    parser.add_argument("--quick", action="store_true", help="no five minutes of quiet, no loss measurement")
    given = parser.parse_args(arguments)
    # What was begun is ended: the lab and the tests that run on it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Tests/Lab/all: ended by a signal"))
    table = Table()
    reason = instance.missing()
    if reason:
        print(f"Tests/Lab/all: skipped: {reason}")
        return 0
    table.step("the stand-ins' own tests", _unit_tests)
    kubernetes = not given.without_kubernetes
    if kubernetes and not table.step("control plane", _prepare):
        kubernetes = False
    for figure in given.figure or sorted(FIGURES, reverse=True):
        _figure(table, figure, kubernetes, given)
    table.step("starter killed by SIGKILL", _killed_starter)
    table.step("nothing is left", _nothing_left)
    print(table)
    return 1 if table.failed else 0


def _figure(table: Table, figure: str, kubernetes: bool, given: argparse.Namespace) -> None:
    with _lab(table, figure, kubernetes) as is_up:
        if not is_up:
            return
        table.step(f"{figure}: memory", lambda: _memory(figure))
        if not given.quick:
            table.step(f"{figure}: a second lab beside it", lambda: _beside(f"{figure}-beside"))
        environment = {"BGPDECK_LAB": figure}
        if given.third is not None:
            environment["BGPDECK_LAB_THIRD"] = str(given.third)
        if not given.quick:
            environment["BGPDECK_LAB_FULL"] = "1"
        for suite in given.suite or SUITES:
            table.step(f"{figure}: {suite}", lambda: _swift(suite, environment))
        if not given.quick and kubernetes:
            for name, body in measure.MEASUREMENTS.items():
                table.step(f"{figure}: {name}", lambda: body(open_run(figure)))


@contextmanager
def _lab(table: Table, figure: str, kubernetes: bool) -> Iterator[bool]:
    took = 0.0

    def start() -> str:
        nonlocal took
        started = time.monotonic()
        instance.up(figure, None, kubernetes, None, lambda text: print(f"   {text}", file=sys.stderr))
        took = time.monotonic() - started
        return f"converged after {took:.1f} s" + ("" if kubernetes else ", without Kubernetes")

    def in_time() -> str:
        assert took <= UP_SECONDS, f"up after {took:.0f} s, more than {UP_SECONDS:.0f}"
        return f"{UP_SECONDS:.0f} s at most"

    try:
        is_up = table.step(f"{figure}: up", start)
        # Too late is a failure of its own, and no reason to try nothing else.
        if is_up:
            table.step(f"{figure}: up in time", in_time)
        yield is_up
    finally:
        table.step(f"{figure}: down", lambda: _down(figure))


def _down(name: str) -> str:
    instance.down(name)
    return _nothing_left(name)


def _unit_tests() -> str:
    done = subprocess.run(
        [sys.executable, "-m", "unittest", "discover", "-s", "tests", "-t", "."], cwd=_LAB, capture_output=True,
        text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    ran = re.search(r"Ran (\d+) tests?", done.stderr)
    return f"{ran[1] if ran else '?'} tests"


def _prepare() -> str:
    from . import cluster

    return str(cluster.prepare())


def _memory(name: str) -> str:
    total = 0
    for pid in members(ROOT / name):
        try:
            text = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        total += int(re.search(r"Pss:\s+(\d+)", text)[1]) * 1024  # type: ignore[index]
    assert total <= MEMORY_BYTES, f"{total >> 20} MB, more than {MEMORY_BYTES >> 20}"
    return f"{total >> 20} MB in {len(members(ROOT / name))} processes"


def _beside(name: str) -> str:
    """Another lab of the same figures, with sessions of its own, while the first goes on."""
    instance.up("figure-2", name, False, None, lambda text: None)
    try:
        return f"{' and '.join(instances())} run side by side"
    finally:
        instance.down(name)


def _swift(suite: str, environment: dict[str, str]) -> str:
    # Nothing is built: a build in the same checkout need not wait for the end of it.
    # A session of its own, so that whoever ends this ends the tests with it.
    tests = subprocess.Popen(
        ["swift", "test", "--skip-build", "--ignore-lock", "--filter", f"LabTests.{suite}"], cwd=_PACKAGE, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=os.environ | environment, start_new_session=True)
    try:
        text, _ = tests.communicate(timeout=5400)
    except BaseException:
        os.killpg(tests.pid, signal.SIGTERM)
        raise
    found = re.findall(r"Test run with .*", text)
    if tests.returncode != 0:
        # An issue's line, and under it, behind an arrow, what the test said of it.
        told = re.findall(r".* recorded an issue .*(?:\n\S* *↳ .*)*", text)
        issues = [line.strip() for line in told]
        print("\n".join(issues), file=sys.stderr)
        raise AssertionError(f"{found[-1] if found else 'no run'}; {len(issues)} issues")
    assert found, text[-300:]
    return found[-1].removesuffix(".")


def _killed_starter() -> str:
    """A starter that dies in the middle leaves what the next start, or `down`, finds and removes."""
    name = f"orphan-{os.getpid()}"
    starter = subprocess.Popen(
        [str(_LAB / "up"), "figure-2", "--name", name, "--without-kubernetes"], stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL)
    try:
        assert until(lambda: len(members(ROOT / name)) >= 4, 20), "no process came up"
        starter.send_signal(signal.SIGKILL)
        starter.wait()
        left = len(members(ROOT / name))
        instance.up("figure-2", name, False, None, lambda text: None)
        run = open_run(name)
        peers = leaf.ask(run, run.topology.leaves[0], "show bgp ipv4 unicast summary")["peers"]
        assert all(peer["state"] == "Established" for peer in peers.values()), "the second lab has not converged"
    finally:
        instance.down(name)
    return f"{left} processes left by it were replaced; {_nothing_left(name)}"


def _nothing_left(name: str = "") -> str:
    """No process, namespace, mount or file of an instance; without a name of any."""
    assert not members(ROOT / name), f"processes are left: {members(ROOT / name)}"
    spaces = Path("/run/netns")
    names = [entry.name for entry in spaces.iterdir()] if spaces.is_dir() else []
    left = [space for space in names if space.startswith(f"bgpdeck-{name}-" if name else "bgpdeck-")]
    if not name:
        left = [space for space in left if not any(space.startswith(f"bgpdeck-{known}-") for known in instances())]
    assert not left, f"namespaces are left: {left}"
    mounts = Path("/proc/mounts").read_text()
    assert not name or f"{ROOT}/{name}" not in mounts, "mounts are left"
    assert not name or not (ROOT / name).exists(), f"{ROOT / name} is left"
    return "no process, namespace, mount or file is left"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
