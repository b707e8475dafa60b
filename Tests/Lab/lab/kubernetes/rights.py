"""The users: who may do what.

`full` and `read-only` have exactly the rights that calico.md 8 says a console needs, so that a right which is
forgotten there shows here. The lab's own daemons use `admin`.
"""
from __future__ import annotations

import base64
import json
import os
import secrets
from pathlib import Path

from .api import Json
from .calico_objects import GROUP, KINDS

#: User names by the names of their kubeconfigs.
USERS = {"admin": "lab-admin", "full": "ops", "read-only": "viewer", "none": "nobody"}

_READ = ["get", "list", "watch"]
_READING: list[Json] = [
    {"apiGroups": [""], "resources": ["nodes", "pods", "services", "events", "namespaces"], "verbs": _READ},
    {"apiGroups": ["discovery.k8s.io"], "resources": ["endpointslices"], "verbs": _READ},
    {"apiGroups": ["policy"], "resources": ["poddisruptionbudgets"], "verbs": _READ},
    {"apiGroups": ["apps"], "resources": ["daemonsets"], "verbs": _READ},
    {"apiGroups": [GROUP], "resources": sorted(KINDS.values()), "verbs": _READ},
]
_CHANGING: list[Json] = [
    {"apiGroups": [""], "resources": ["pods/exec"], "verbs": ["create"]},
    {"apiGroups": [""], "resources": ["nodes"], "verbs": ["patch", "update"]},
    {"apiGroups": [""], "resources": ["pods/eviction"], "verbs": ["create"]},
    {"apiGroups": [GROUP], "resources": ["bgppeers"], "verbs": ["create", "update", "delete"]},
    {"apiGroups": ["coordination.k8s.io"], "resources": ["leases"], "verbs": ["get", "create", "update"]},
]


def objects() -> list[tuple[str, Json]]:
    """Cluster roles and their bindings, each with its collection."""
    made: list[tuple[str, Json]] = []
    for name, rules in (("read-only", _READING), ("full", _READING + _CHANGING)):
        role = f"bgpdeck-{name}"
        metadata = {"metadata": {"name": role}}
        api = {"apiVersion": "rbac.authorization.k8s.io/v1"}
        made.append((
            "/apis/rbac.authorization.k8s.io/v1/clusterroles", {**api, "kind": "ClusterRole", **metadata,
                                                                "rules": rules}))
        made.append((
            "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", {
                **api, "kind": "ClusterRoleBinding", **metadata,
                "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role},
                "subjects": [
                    {"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": USERS[name]}]}))
    return made


def make_tokens(path: Path) -> dict[str, str]:
    """Writes the API server's list of tokens; the tokens by the names of the kubeconfigs."""
    tokens = {name: secrets.token_hex(16) for name in USERS}
    lines = []
    for name, user in USERS.items():
        group = ',"system:masters"' if name == "admin" else ""
        lines.append(f"{tokens[name]},{user},{user}{group}\n")
    _write_private(path, "".join(lines))
    return tokens


def write_kubeconfig(path: Path, server: str, authority: Path, user: str, token: str) -> None:
    """Writes a kubeconfig, as JSON, which is YAML."""
    encoded = base64.b64encode(authority.read_bytes()).decode()
    config = {
        "apiVersion": "v1", "kind": "Config", "current-context": "lab",
        "clusters": [{"name": "lab", "cluster": {"server": server, "certificate-authority-data": encoded}}],
        "users": [{"name": user, "user": {"token": token}}],
        "contexts": [{"name": "lab", "context": {"cluster": "lab", "user": user}}],
    }
    _write_private(path, json.dumps(config, indent=1) + "\n")


def _write_private(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
