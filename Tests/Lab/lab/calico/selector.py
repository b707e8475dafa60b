"""Calico's label selectors: `all()`, `has(l)`, `l == 'v'`, `l in {'a', 'b'}`, `contains` and their like, with `!`,
`&&`, `||` and parentheses."""
from __future__ import annotations

import re
from typing import Callable, Mapping

_TOKEN = re.compile(
    r"\s*(?:(?P<sign>&&|\|\||==|!=|[!(){},])|(?P<text>'[^']*'|\"[^\"]*\")|(?P<word>[A-Za-z0-9_.\-/]+))")
_COMPARISONS: dict[str, Callable[[str, str], bool]] = {
    "contains": lambda value, part: part in value,
    "starts with": lambda value, part: value.startswith(part),
    "ends with": lambda value, part: value.endswith(part),
}


class SelectorError(ValueError):
    """The text is no selector."""


def matches(selector: str, labels: Mapping[str, str]) -> bool:
    """Whether labels satisfy a selector; an empty one is satisfied by all."""
    reader = _Reader(selector, labels)
    if reader.at_end:
        return True
    result = reader.disjunction()
    if not reader.at_end:
        raise SelectorError(f"what is {reader.peek()!r} in {selector!r}?")
    return result


class _Reader:
    """Reads a selector and judges the labels on the way."""

    def __init__(self, selector: str, labels: Mapping[str, str]) -> None:
        self.selector, self.labels, self.position = selector, labels, 0
        self.tokens: list[str] = []
        text = selector.strip()
        place = 0
        while place < len(text):
            found = _TOKEN.match(text, place)
            if not found:
                raise SelectorError(f"what is {text[place:]!r} in {selector!r}?")
            self.tokens.append(found[0].strip())
            place = found.end()

    @property
    def at_end(self) -> bool:
        return self.position >= len(self.tokens)

    def peek(self) -> str:
        return "" if self.at_end else self.tokens[self.position]

    def take(self, wanted: str | None = None) -> str:
        token = self.peek()
        if not token or (wanted is not None and token != wanted):
            raise SelectorError(f"{wanted or 'more'} is missing in {self.selector!r}")
        self.position += 1
        return token

    def disjunction(self) -> bool:
        result = self.conjunction()
        while self.peek() == "||":
            self.take()
            result = self.conjunction() or result
        return result

    def conjunction(self) -> bool:
        result = self.term()
        while self.peek() == "&&":
            self.take()
            result = self.term() and result
        return result

    def term(self) -> bool:
        if self.peek() == "!":
            self.take()
            return not self.term()
        if self.peek() == "(":
            self.take()
            result = self.disjunction()
            self.take(")")
            return result
        name = self.take()
        if name in ("all", "global", "has") and self.peek() == "(":
            return self.function(name)
        return self.comparison(self.labels.get(name))

    def function(self, name: str) -> bool:
        self.take("(")
        result = self.take() in self.labels if name == "has" else True
        self.take(")")
        return result

    def comparison(self, value: str | None) -> bool:
        operator = self.take()
        if operator == "not":
            self.take("in")
            return value not in self.members()
        if operator == "in":
            return value in self.members()
        if operator in ("starts", "ends"):
            operator += " " + self.take("with")
        wanted = self.take().strip("'\"")
        if operator == "==":
            return value == wanted
        if operator == "!=":
            return value != wanted
        if operator not in _COMPARISONS:
            raise SelectorError(f"what is {operator!r} in {self.selector!r}?")
        return value is not None and _COMPARISONS[operator](value, wanted)

    def members(self) -> set[str]:
        self.take("{")
        found = set()
        while self.peek() != "}":
            found.add(self.take().strip("'\""))
            if self.peek() == ",":
                self.take()
        self.take("}")
        return found
