"""The three kinds of tables that calicoctl draws."""
from __future__ import annotations

_WRAP = 30


def plain(rows: list[list[str]]) -> str:
    """`get`: columns of at least five characters and three blanks, also after the last, and an empty line."""
    widths = [max(5, max(len(row[column]) for row in rows) + 3) for column in range(len(rows[0]))]
    lines = ["".join(cell.ljust(width) for cell, width in zip(row, widths)) for row in rows]
    return "\n".join(lines) + "\n\n"


def bordered(head: list[str], rows: list[list[str]], wrapped: bool) -> str:
    """`node status`: up to v3.32 (`wrapped`) headings are centred and cells broken at 30 characters; later neither."""
    broken = [[broken_text(cell) if wrapped else [cell] for cell in row] for row in rows]
    def width_of(cell: str) -> int:
        return min(len(cell), _limit(cell)) if wrapped else len(cell)

    widths = [max([len(title)] + [width_of(row[column]) for row in rows]) for column, title in enumerate(head)]
    rule = "+" + "".join("-" * (width + 2) + "+" for width in widths)
    lines = [rule, _line([_centred(title, width) if wrapped else title for title, width in zip(head, widths)], widths),
             rule]
    for row in broken:
        for number in range(max(len(cell) for cell in row)):
            lines.append(_line([cell[number] if number < len(cell) else "" for cell in row], widths))
    return "\n".join([*lines, rule]) + "\n"


def _line(cells: list[str], widths: list[int]) -> str:
    return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths)) + " |"


def _centred(text: str, width: int) -> str:
    return " " * ((width - len(text)) // 2) + text


def _limit(text: str) -> int:
    """The widest that a cell becomes: 30 characters, or its longest word. A cell that is broken is as wide as that,
    even where no line of it is."""
    return max([_WRAP] + [len(word) for word in text.split()])


def broken_text(text: str) -> list[str]:
    """Words in lines of at most 30 characters (or of the longest word), the lines before the last as even as can be:
    of all ways the one with the smallest sum of squared gaps."""
    words = text.split()
    if not words:
        return [""]
    limit = _limit(text)
    best: list[tuple[float, list[str]]] = [(0, [])]
    for start in reversed(range(len(words))):
        whole = " ".join(words[start:])
        choices: list[tuple[float, list[str]]] = [(0, [whole])] if len(whole) <= limit else []
        if not choices:
            for end in range(start + 1, len(words)):
                line = " ".join(words[start:end])
                if len(line) > limit:
                    break
                cost, rest = best[len(words) - end]
                choices.append((cost + (limit - len(line)) ** 2, [line, *rest]))
        best.append(min(choices, key=lambda choice: choice[0]))
    return best[-1][1]
