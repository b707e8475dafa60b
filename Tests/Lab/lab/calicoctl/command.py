"""calicoctl's command line."""
from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import Callable

from ..kubernetes.api import Api, ApiError, Unreachable
from . import documents, listing, status
from .convert import V3, Json, Kind, kind
from .resources import Client, Refused, problem, unreachable

_VALUED = {
    "-o": "output", "--output": "output", "-f": "filename", "--filename": "filename", "-c": "config",
    "--config": "config", "--context": "context", "-p": "patch", "--patch": "patch", "-n": "namespace",
    "--namespace": "namespace", "-l": "log", "--log-level": "log", "-t": "type", "--type": "type"}
_FLAGS = {"--allow-version-mismatch", "--export", "-A", "--all-namespaces", "--skip-exists", "--skip-not-exists",
          "--skip-empty", "-d", "--force"}
_DONE = {"apply": "applied", "create": "created", "replace": "replaced", "delete": "deleted"}


class _Failed(Exception):
    """A command that ends with status 1, and its text."""


class _Command:
    """One call: words, options, and the version that this calicoctl pretends to have."""

    def __init__(self, arguments: list[str]) -> None:
        self.words: list[str] = []
        self.options: dict[str, str] = {}
        self.flags: set[str] = set()
        rest = list(arguments)
        while rest:
            word = rest.pop(0)
            name, _, value = word.partition("=")
            if name in _VALUED:
                if not _ and not rest:
                    raise _Failed(_invalid(arguments))
                self.options[_VALUED[name]] = value if _ else rest.pop(0)
            elif word in _FLAGS:
                self.flags.add(word)
            elif word.startswith("-") and word != "-":
                raise _Failed(_invalid(arguments))
            else:
                self.words.append(word)
        self.version = _version()

    @property
    def number(self) -> tuple[int, int]:
        found = re.match(r"v(\d+)\.(\d+)", self.version)
        return (int(found[1]), int(found[2])) if found else (3, 29)

    def client(self) -> Client:
        """The cluster, after the check that it is of this version."""
        api = _api(self.options)
        if "--allow-version-mismatch" not in self.flags:
            _check_version(api, self.version)
        return Client(api)


def main(arguments: list[str]) -> int:
    """Runs a command."""
    try:
        command = _Command(arguments)
        verb = command.words[0] if command.words else ""
        if command.words[:2] == ["node", "status"]:
            return status.run(command.number)
        if verb == "version":
            return _print_version(command)
        if verb == "get" and len(command.words) > 1:
            return _get(command)
        if verb in _DONE and ("filename" in command.options or (verb == "delete" and len(command.words) > 2)):
            return _write(command, verb)
        if verb == "patch" and len(command.words) == 3 and "patch" in command.options:
            return _patch(command)
        raise _Failed(_invalid(arguments))
    except (_Failed, documents.DocumentError) as failure:
        print(failure, file=sys.stderr)
        return 1


def _invalid(arguments: list[str]) -> str:
    line = " ".join(["calicoctl", *arguments])
    return f"Invalid option: '{line}'. Use flag '--help' to read about a specific subcommand."


def _version() -> str:
    """The version that is pretended: BGPDECK_LAB_CALICOCTL_VERSION, or the run folder's file `calicoctl-version`."""
    told = os.environ.get("BGPDECK_LAB_CALICOCTL_VERSION")
    run = os.environ.get("BGPDECK_LAB_RUN")
    if not told and run and (Path(run) / "calicoctl-version").exists():
        told = (Path(run) / "calicoctl-version").read_text(encoding="ascii").strip()
    return told or "v3.29.0"


def _api(options: dict[str, str]) -> Api:
    path = os.environ.get("KUBECONFIG") or os.path.expanduser("~/.kube/config")
    try:
        return Api.from_kubeconfig(path, options.get("context"), documents.kubectl())
    except Exception as error:
        print(f"Failed to create Calico API client: {error}")
        raise SystemExit(1) from error


def _check_version(api: Api, version: str) -> None:
    hint = "Use --allow-version-mismatch to override."
    path = "/apis/crd.projectcalico.org/v1/clusterinformations/default"
    failed = "Unable to get Cluster Information to verify version mismatch: "
    try:
        cluster = api.get(path)["spec"].get("calicoVersion", "")
    except Unreachable as error:
        raise _Failed(f"{failed}{unreachable(api, path, error)}\n{hint}") from error
    except ApiError as error:
        if error.status == 404:
            return
        kinds = {401: "connection is unauthorized: ", 403: "connection is unauthorized: "}
        raise _Failed(f"{failed}{kinds.get(error.status, '')}{error.message}\n{hint}") from error
    if cluster and cluster != version:
        raise _Failed(f"Version mismatch.\nClient Version:   {version}\nCluster Version:  {cluster}\n{hint}")


def _print_version(command: _Command) -> int:
    print(f"Client Version:    {command.version}\nGit commit:        0000000")
    try:
        spec = _api(command.options).get("/apis/crd.projectcalico.org/v1/clusterinformations/default")["spec"]
    except (ApiError, Unreachable) as error:
        print(f"Unable to retrieve Cluster Version or Type: {error}")
        return 1
    print(f"Cluster Version:   {spec.get('calicoVersion', '')}\nCluster Type:      {spec.get('clusterType', '')}")
    return 0


def _known(word: str, verb: str) -> Kind:
    found = kind(word)
    if found is None:
        raise _Failed(f"Failed to {verb} resources: resource type '{word}' is not supported")
    return found


def _get(command: _Command) -> int:
    wanted = _known(command.words[1], "get")
    client = command.client()
    try:
        if len(command.words) > 2:
            found, version = [client.get(wanted, name) for name in command.words[2:]], ""
        else:
            found, version = client.all(wanted)
        default_as = listing.default_as(client, wanted, command.options.get("output"))
    except Refused as refusal:
        raise _Failed(f"Failed to get resources: {refusal}") from refusal
    value: Json = found[0] if len(command.words) == 3 else {
        "kind": f"{wanted.name}List", "apiVersion": V3, "metadata": {"resourceVersion": version} if version else {},
        "items": found}
    output = command.options.get("output", "ps")
    if output == "json":
        print(documents.to_json(value))
    elif output == "yaml":
        sys.stdout.write(documents.to_yaml(value))
    else:
        sys.stdout.write(listing.table(wanted, found, output == "wide", default_as, command.number))
    return 0


def _write(command: _Command, verb: str) -> int:
    if "filename" in command.options:
        resources = documents.read(command.options["filename"])
    else:
        resources = [{"kind": command.words[1], "metadata": {"name": name}} for name in command.words[2:]]
    pairs = []
    for resource in resources:
        wanted = _known(resource.get("kind", ""), verb)
        if not (resource.get("metadata") or {}).get("name"):
            raise _Failed(f"error with field Metadata.Name = '' (resource name may not be empty): {wanted.name}")
        pairs.append((wanted, resource))
    client = command.client()
    actions: dict[str, Callable[[Kind, Json], None]] = {
        "apply": client.apply, "create": client.create, "replace": client.replace,
        "delete": lambda wanted, resource: client.delete(wanted, resource["metadata"]["name"])}
    for done, (wanted, resource) in enumerate(pairs):
        try:
            reason = problem(wanted, resource) if verb != "delete" else None
            if reason:
                raise Refused(reason)
            actions[verb](wanted, resource)
        except Refused as refusal:
            raise _Failed(_partly(verb, done, pairs) + f"Failed to {verb} '{wanted.name}' resource: [{refusal}]"
                          ) from refusal
    kinds = {wanted.name for wanted, _ in pairs}
    named = f"'{pairs[0][0].name}' " if len(kinds) == 1 else ""
    plural = "(s)" if verb != "delete" or "filename" in command.options else ""
    print(f"Successfully {_DONE[verb]} {len(pairs)} {named}resource{plural}")
    return 0


def _partly(verb: str, done: int, pairs: list[tuple[Kind, Json]]) -> str:
    if done == 0:
        return ""
    named = f"'{pairs[0][0].name}' " if len({wanted.name for wanted, _ in pairs}) == 1 else ""
    return f"Partial success: {_DONE[verb]} the first {done} out of {len(pairs)} {named}resources:\n"


def _patch(command: _Command) -> int:
    wanted, name = _known(command.words[1], "patch"), command.words[2]
    try:
        change = json.loads(command.options["patch"])
    except ValueError as error:
        raise _Failed(f"Failed to patch '{wanted.name}' resource: [{error}]") from error
    try:
        command.client().patch(wanted, name, change)
    except Refused as refusal:
        raise _Failed(f"Failed to patch '{wanted.name}' resource: [{refusal}]") from refusal
    print(f"Successfully patched 1 '{wanted.name}' resource")
    return 0
