"""What changed between two exports, told in plain words or as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from devcoop.export.changes import Changes, FieldChange, GroupChanges, ThingChange

MOST = 100
"""Most things of one kind that are listed in words; the JSON has them all."""
_MOST_VALUES = 5


def render_words(changes: Changes) -> str:
    """Tell in words what changed, most important things first.

    Args:
        changes: As `compare_editions` gives them.
    """
    return "".join(f"{line}\n" for line in _tell(changes))


def render_changes(changes: Changes) -> str:
    """Render what changed as JSON.

    Args:
        changes: As `compare_editions` gives them.
    """
    return json.dumps(asdict(changes), ensure_ascii=False, indent=2) + "\n"


def _tell(changes: Changes) -> Iterator[str]:
    if changes.old == changes.new:
        yield f"Nothing changed: both are version {changes.new[:16]}, {changes.after} statements."
        return
    yield f"From version {changes.old[:16]} to version {changes.new[:16]}"
    yield (
        f"Statements: {changes.added} new, {changes.deleted} gone;"
        f" {changes.after} now, {changes.before} before"
    )
    for group in changes.groups:
        yield ""
        yield from _tell_group(group)
    if changes.blank:
        yield ""
        yield f"Statements about nodes without a name (rules of the ontology): {changes.blank}"


def _tell_group(group: GroupChanges) -> Iterator[str]:
    counts = f"{len(group.new)} new, {len(group.gone)} gone, {len(group.changed)} changed"
    heading = f"{group.name[0].upper()}{group.name[1:]}"
    yield f"{heading}: {counts}; {group.after} now, {group.before} before"
    yield from _list("new", group.new)
    yield from _list("gone", group.gone)
    for thing in group.changed[:MOST]:
        said = "; ".join(map(tell_field, thing.fields))
        yield f"  changed: {_flatten(thing.label)}: {said}"
    yield from _tell_rest(group.changed)


def _list(word: str, things: Sequence[ThingChange]) -> Iterator[str]:
    for thing in things[:MOST]:
        yield f"  {word}: {_flatten(thing.label)}"
    yield from _tell_rest(things)


def _tell_rest(things: Sequence[ThingChange]) -> Iterator[str]:
    if len(things) > MOST:
        yield f"  and {len(things) - MOST} more; -f json lists all"


def tell_field(change: FieldChange) -> str:
    """Tell how a field changed.

    Args:
        change: The field with what is new and what is gone.

    Examples:
        >>> from devcoop.export.changes import FieldChange
        >>> tell_field(FieldChange("", "period ends", ("2020",), ("2021",)))
        'period ends 2021 instead of 2020'
        >>> tell_field(FieldChange("", "theme", (), ("metrology",)))
        'theme: metrology added'
    """
    if len(change.new) == len(change.gone) == 1:
        return f"{change.field} {_flatten(change.new[0])} instead of {_flatten(change.gone[0])}"
    words = []
    if change.new:
        words.append(f"{_join(change.new)} added")
    if change.gone:
        words.append(f"{_join(change.gone)} taken out")
    return f"{change.field}: {', '.join(words)}"


def _join(values: Sequence[str]) -> str:
    rest = f" and {len(values) - _MOST_VALUES} more" if len(values) > _MOST_VALUES else ""
    return ", ".join(map(_flatten, values[:_MOST_VALUES])) + rest


def _flatten(text: str) -> str:
    """Put a text on one line, and keep a terminal from taking orders from it."""
    flat = " ".join(text.split())
    return "".join(char if char.isprintable() else "\ufffd" for char in flat)
