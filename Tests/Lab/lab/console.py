"""What `bgpdeck --config` needs to read the lab: one context that knows the figure as the paper plans it."""
from __future__ import annotations

import json
import os
from pathlib import Path

from .run import RUN_VARIABLE, Run, write

_LAB = Path(__file__).resolve().parent.parent


def write_configuration(run: Run, with_cluster: bool, changes: bool = True) -> Path:
    """Writes `config.yaml` and the programs that it names; gives the configuration's path."""
    wrap(run, "calicoctl", [str(_LAB / "bin" / "calicoctl")])
    path = run.path / "config.yaml"
    write(path, render(run, with_cluster, changes), 0o600)
    return path


def wrap(run: Run, name: str, command: list[str]) -> Path:
    """A program in the run folder's `bin`, which is on the nodes' path, that serves this instance."""
    words = " ".join(command)
    program = run.path / "bin" / name
    write(program, f'#!/bin/sh\n: "${{{RUN_VARIABLE}:={run.path}}}"\nexport {RUN_VARIABLE}\nexec {words} "$@"\n', 0o755)
    return program


def render(run: Run, with_cluster: bool, changes: bool) -> str:
    """The configuration's text; strings are written as JSON, which YAML reads."""
    topology, state = run.topology, run.state
    options = state.get("options", {})
    lines = [
        "# Written by the lab's starter; gone when the lab is.", "contexts:", f"- name: {run.name}",
        f"  apic: {{controllers: [{topology.controller}], reach: ssh}}", f"  vrf: {topology.vrf}",
        f"  release: {json.dumps(topology.release)}",
        f"  multipath_relax: {json.dumps(options.get('multipath_relax', topology.multipath_relax))}",
        f"  ecmp_limit: {options.get('maximum_paths', topology.maximum_paths)}",
        f"  pod_subnets: [{topology.pod_subnet}]", f"  service_subnets: [{topology.service_subnet}]", "  racks:",
    ]
    for rack in topology.racks:
        leaves = ", ".join(f"{{id: {leaf.id}, name: {leaf.name}}}" for leaf in rack.leaves)
        lines.append(f"  - {{name: {rack.name}, as: {rack.asn}, leaves: [{leaves}]}}")
    lines.append("  nodes:")
    for node in topology.nodes:
        lines.append(f"  - {{name: {node.name}, address: {node.address}, as: {node.asn}, rack: {node.rack}}}")
    lines += ["  node_reach: ssh"]
    if with_cluster:
        lines += [
            f"  kubeconfig: {run.path}/kubeconfig.admin", f"  calico_namespace: {topology.calico_namespace}",
            f"  allow_changes: {json.dumps(changes)}"]
    else:
        lines.append("  read_cluster: false")
    tools = {"ssh": ["ssh", "-F", f"{run.path}/ssh/config"], "calicoctl": [f"{run.path}/bin/calicoctl"]}
    if with_cluster and "programs" in state:
        tools["kubectl"] = [os.path.join(state["programs"], "kubectl")]
    lines.append("  tools:")
    lines += [f"    {name}: {json.dumps(words)}" for name, words in tools.items()]
    lines.append("  intervals: {apic: 2s, routes: 5s, nodes: 5s, cluster: 10s}")
    return "\n".join(lines) + "\n"
