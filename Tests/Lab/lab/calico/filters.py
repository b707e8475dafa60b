"""BGPFilters as functions of BIRD (calico.md 3.5)."""
from __future__ import annotations

import re

from .resources import Json, Resources, named

_OPERATORS = {"Equal": "=", "NotEqual": "!=", "In": "~", "NotIn": "!~"}


def function_name(name: str, direction: str) -> str:
    """BIRD's name for a filter's rules in one direction, `import` or `export`."""
    return f"bgp_{re.sub('[^A-Za-z0-9]', '_', name)}_{direction}FilterV4"


def rules(resources: Resources, name: str, direction: str) -> list[Json]:
    """The IPv4 rules of a filter, none where there is no such filter."""
    item = named(resources.filters, name)
    return ((item or {}).get("spec") or {}).get(f"{direction}V4") or []


def functions(resources: Resources, names: list[str]) -> list[str]:
    """The functions of the filters that a node's peers use. The first rule that matches decides."""
    lines = []
    for name in names:
        for direction in ("import", "export"):
            chosen = rules(resources, name, direction)
            if chosen:
                lines.append(f"function {function_name(name, direction)}() {{")
                lines += [f"  {_rule(rule)}" for rule in chosen]
                lines.append("}")
    return lines


def _rule(rule: Json) -> str:
    conditions = []
    if rule.get("cidr"):
        length = rule.get("prefixLength") or {}
        pattern = rule["cidr"]
        if length:
            own = pattern.split("/")[1]
            pattern = f"[ {pattern}{{{length.get('min', own)},{length.get('max', 32)}}} ]"
        conditions.append(f"(net {_OPERATORS[rule.get('matchOperator', 'In')]} {pattern})")
    if rule.get("source") == "RemotePeers":
        conditions.append("(defined(source)) && (source ~ [ RTS_BGP ])")
    action = rule.get("action", "Accept").lower()
    return f"if ({' && '.join(conditions)}) then {{ {action}; }}" if conditions else f"{action};"
