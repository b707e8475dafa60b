"""The command lines of `up`, `down`, `status`, `fault`, `traffic` and `controller`."""
from __future__ import annotations

import argparse
import subprocess
import sys

from . import instance, leaf, network
from .run import LabError, instances
from .topology import FIGURES, named


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def up(arguments: list[str]) -> int:
    """`up FIGURE [--name N] [--without-kubernetes] [--maximum-paths N] [--multipath-relax on|off]`"""
    parser = argparse.ArgumentParser(prog="Tests/Lab/up", description="Start a lab and wait until it has converged.")
    parser.add_argument("figure", choices=sorted(FIGURES))
    parser.add_argument("--name", help="the instance's name (the figure's without it)")
    parser.add_argument("--without-kubernetes", action="store_true", help="only leaves, speakers and ssh")
    parser.add_argument("--maximum-paths", type=int, metavar="N", help="next hops of one prefix at most")
    parser.add_argument("--multipath-relax", choices=["on", "off"], help="share load over paths of different AS")
    given = parser.parse_args(arguments)
    own = leaf.Options.of(named(given.figure))
    relax = own.multipath_relax if given.multipath_relax is None else given.multipath_relax == "on"
    options = leaf.Options(given.maximum_paths or own.maximum_paths, relax)
    run = instance.up(given.figure, given.name, not given.without_kubernetes, options, _say)
    print(f"bgpdeck watch --config {run.path}/config.yaml")
    return 0


def down(arguments: list[str]) -> int:
    """`down [NAME]`: ends one lab, or all."""
    parser = argparse.ArgumentParser(prog="Tests/Lab/down", description="End a lab, or all, and remove what it made.")
    parser.add_argument("name", nargs="?")
    given = parser.parse_args(arguments)
    for name in [given.name] if given.name else instances():
        _say(f"{name} is down" if instance.down(name) else f"{name} was not up")
    return 0


def status(arguments: list[str]) -> int:
    """`status [NAME]`: what leaves and speakers say."""
    parser = argparse.ArgumentParser(prog="Tests/Lab/status", description="What the speakers of a lab say now.")
    parser.add_argument("name", nargs="?")
    given = parser.parse_args(arguments)
    for name in [given.name] if given.name else instances():
        print(instance.status(instance.chosen(name)))
    return 0


def fault(arguments: list[str]) -> int:
    """`fault NAME [TARGET] [--undo] [--lab N]`, `fault --list [--lab N]`"""
    from . import faults

    parser = argparse.ArgumentParser(prog="Tests/Lab/fault", description="Make a fault for real, or undo it.")
    parser.add_argument("fault", nargs="?", metavar="NAME")
    parser.add_argument("target", nargs="?", help="NODE, LEAF, NODE/LEAF or NAMESPACE/NAME, as --list says")
    parser.add_argument("--undo", action="store_true")
    parser.add_argument("--lab", help="the instance, where several are up")
    parser.add_argument("--list", action="store_true")
    given = parser.parse_args(arguments)
    if given.list or given.fault is None:
        print(faults.listing(instance.chosen(given.lab) if given.lab else None))
        return 0
    print(faults.perform(instance.chosen(given.lab), given.fault, given.target, given.undo))
    return 0


def traffic(arguments: list[str]) -> int:
    """`traffic TARGET:PORT… [--rate R] [--seconds S] [--lab N]`: what the client beyond the leaves meets."""
    lab = None
    if "--lab" in arguments:
        at = arguments.index("--lab")
        lab, arguments = (arguments[at + 1:at + 2] or [None])[0], arguments[:at] + arguments[at + 2:]
    run = instance.chosen(lab)
    command = run.inside(network.CLIENT, [sys.executable, "-m", "lab.traffic", *arguments])
    return subprocess.run(command, env=run.environment()).returncode


def controller(arguments: list[str]) -> int:
    """`controller [NAME] [--stop]`: the simulated APIC over the lab's leaves, for `reach: rest`."""
    from . import controller as controllers

    parser = argparse.ArgumentParser(
        prog="Tests/Lab/controller", description="Serve the leaves' live state as an APIC does, by REST.")
    parser.add_argument("name", nargs="?")
    parser.add_argument("--stop", action="store_true")
    parser.add_argument("--program", help="the bgpdeck that serves (the debug build's without it)")
    given = parser.parse_args(arguments)
    run = instance.chosen(given.name)
    if given.stop:
        _say("ended" if controllers.stop(run) else "none ran")
        return 0
    print(f"bgpdeck watch --config {controllers.start(run, given.program)}")
    return 0


def main(name: str, arguments: list[str]) -> int:
    """Runs the command of that name; what went wrong is one line, with status 1."""
    try:
        commands = {
            "up": up, "down": down, "status": status, "fault": fault, "traffic": traffic, "controller": controller}
        return commands[name](arguments)
    except (LabError, KeyError) as error:
        _say(f"Tests/Lab/{name}: {error.args[0] if error.args else error}")
        return 1
