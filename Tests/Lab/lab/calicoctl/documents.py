"""Resources in and out: YAML or JSON in, read by kubectl since Python has no YAML; JSON and YAML out."""
from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

Json = dict[str, Any]
_YAML_WORDS = ("true", "false", "null", "yes", "no", "on", "off", "y", "n")


class DocumentError(Exception):
    """A file that holds no resources."""


def read(name: str) -> list[Json]:
    """The resources of a file, or of standard input for `-`; lists are taken apart."""
    if name == "-":
        text = sys.stdin.read()
    else:
        try:
            text = Path(name).read_text(encoding="utf-8")
        except OSError as error:
            raise DocumentError(f"open {name}: {os.strerror(error.errno or 0).lower()}") from error
    found = []
    for document in _parsed(text):
        found += document["items"] if document.get("kind", "").endswith("List") else [document]
    if not found:
        raise DocumentError("No resources specified in file")
    return found


def _parsed(text: str) -> list[Json]:
    try:
        value = json.loads(text)
        return value if isinstance(value, list) else [value]
    except ValueError:
        pass
    documents = []
    for part in text.replace("\r\n", "\n").split("\n---"):
        if any(line.strip() and not line.startswith(("#", "---")) for line in part.split("\n")):
            documents.append(_from_yaml(part))
    return documents


def _from_yaml(text: str) -> Json:
    """kubectl turns YAML into JSON without asking a server when it patches a local file with nothing."""
    words = [kubectl(), "patch", "--local", "-f", "-", "--type=merge", "-p", "{}", "-o", "json"]
    environment = {"PATH": os.environ.get("PATH", ""), "HOME": "/nonexistent", "KUBECONFIG": "/dev/null"}
    result = subprocess.run(words, input=text, env=environment, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise DocumentError(result.stderr.strip().removeprefix("error: "))
    return json.loads(result.stdout)


def kubectl() -> str:
    """The lab's kubectl, or the one on the path."""
    run = os.environ.get("BGPDECK_LAB_RUN")
    try:
        programs = json.loads((Path(run or "/nonexistent") / "state.json").read_text(encoding="utf-8"))["programs"]
        return f"{programs}/kubectl"
    except (OSError, ValueError, KeyError):
        return "kubectl"


def to_json(value: Json) -> str:
    """JSON as Go indents it."""
    return json.dumps(value, indent=2, ensure_ascii=False)


def to_yaml(value: Any, indent: str = "") -> str:
    """YAML with sorted keys, lists at their key's own indent."""
    if isinstance(value, dict) and value:
        lines = []
        for key in sorted(value):
            item = value[key]
            if isinstance(item, dict) and item:
                lines.append(f"{indent}{key}:\n{to_yaml(item, indent + '  ')}")
            elif isinstance(item, list) and item:
                lines.append(f"{indent}{key}:\n{to_yaml(item, indent)}")
            else:
                lines.append(f"{indent}{key}: {_scalar(item)}\n")
        return "".join(lines)
    if isinstance(value, list):
        return "".join(f"{indent}- {to_yaml(item, indent + '  ').lstrip() or _scalar(item)}" for item in value)
    return f"{indent}{_scalar(value)}\n"


def _scalar(value: Any) -> str:
    if not isinstance(value, str):
        return json.dumps(value)
    is_plain = re.fullmatch(r"[A-Za-z][A-Za-z0-9_./-]*", value) and value.lower() not in _YAML_WORDS
    return value if is_plain else json.dumps(value, ensure_ascii=False)
