"""What an activity is part of, where its parent stands in the same file."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from devcoop.load.readers.iati.draft import File
    from devcoop.load.records import Element

_DEEPEST = 100
"""Steps up from one activity to what it is part of."""


def link_parts(file: File, elements: Iterable[Element]) -> tuple[Element, ...]:
    """Make activities part of their parents, whichever of the two says it.

    An activity that names several parents is part of the first; a circle is told and not made.

    Args:
        file: Who is said to be the parent or the child of whom.
        elements: Elements of the file.
    """
    parts: dict[str, str] = {}
    said = [(key, file.first.get(parent, "")) for key, parent in file.parents]
    said += [(file.first.get(child, ""), key) for key, child in file.children]
    for part, whole in said:
        if not part or not whole or part in parts:
            continue
        if _is_within(whole, part, parts):
            file.told["read", "An activity is said to be a part of itself; it is made none."] += 1
        else:
            parts[part] = whole
    return tuple(
        replace(one, part_of=parts[one.key]) if one.key in parts else one for one in elements
    )


def _is_within(key: str, whole: str, parts: Mapping[str, str]) -> bool:
    """Tell whether an activity is another one or below it, or so deep that nobody can tell."""
    for _ in range(_DEEPEST):
        if key in ("", whole):
            return key == whole
        key = parts.get(key, "")
    return True
