"""Rules of a file of rules of the IATI standard, held against activities one by one.

Source:
    https://iatistandard.org/en/guidance/developer/rulesets/ for the form of the file.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from devcoop.errors import SourceError
from devcoop.load.schemas import Below

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from devcoop.load.markup import Tag

_NOW = "NOW"
_DAY = 10
_WHOLE_FILE = ("iati-activities", "iati-organisations")
"""Contexts that take the whole file at once, which is read item by item."""
_WANTED = {
    "date_order": ("less", "more"),
    "regex_matches": ("paths", "regex"),
    "regex_no_matches": ("paths", "regex"),
    "startswith": ("paths", "start"),
    "sum": ("paths", "sum"),
}
"""What a case of a rule must say; of other rules its paths."""


@dataclass(frozen=True)
class Rule:
    """One case of one rule.

    Attributes:
        name: Name of the rule, such as `atleast_one`.
        context: Path of the elements that it is about, as written.
        what: What it asks for, as written: paths, dates or a sum.
    """

    name: str
    context: str
    what: str
    _where: Below
    _case: Mapping[str, Any]
    _paths: tuple[Below, ...]
    _condition: Below | None

    def iter_broken(self, item: Tag) -> Iterator[Tag]:
        """Iterate over the elements of an item that break the rule.

        Args:
            item: An activity or organisation.
        """
        for node in self._where.iter_nodes(item):
            if self._condition and not self._condition.list_texts(node):
                continue
            if not _RULES[self.name](node, self._case, self._paths):
                yield node

    def __str__(self) -> str:
        """Say which rule it is, and about what."""
        return f"{self.name} for {self.context}: {self.what}"


def read_rules(path: Path) -> tuple[tuple[Rule, ...], tuple[str, ...]]:
    """Read a file of rules.

    Args:
        path: A file of JSON.

    Returns:
        The rules, and the names of what cannot be looked at: rules of another kind, and those
        about the whole file.

    Raises:
        SourceError: It is no file of rules.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        found = [*_iter_cases(content)]
    except (OSError, ValueError, AttributeError, TypeError, KeyError) as error:
        raise SourceError(path, f"this is no file of rules: {error}") from error
    rules, others = [], []
    for context, name, case in found:
        if name not in _RULES or _is_of_whole(context):
            others.append(f"{name} for {context}")
            continue
        try:
            rules.append(_make_rule(context, name, case))
        except (ValueError, TypeError, AttributeError, ArithmeticError, re.error) as error:
            raise SourceError(path, f"{name} for {context}: {error}") from error
    return tuple(rules), tuple(dict.fromkeys(others))


def _iter_cases(content: Any) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for context, rules in content.items():
        for name, rule in rules.items():
            for case in rule["cases"]:
                yield context, name, case


def _is_of_whole(context: str) -> bool:
    return context.strip("/").partition("/")[0] in _WHOLE_FILE


def _make_rule(context: str, name: str, case: Mapping[str, Any]) -> Rule:
    if lacking := [key for key in _WANTED.get(name, ("paths",)) if not case.get(key)]:
        raise ValueError(f"it does not say its {' and '.join(lacking)}")
    # The item is a part of the file, and paths from anywhere in it begin with the item itself.
    where = f"descendant-or-self::{context.lstrip('/')}"
    written = [
        *case.get("paths", ()),
        *(case[key] for key in ("less", "more", "start") if key in case),
    ]
    if "regex" in case:
        re.compile(case["regex"])
    if "sum" in case:
        Decimal(str(case["sum"]))
    condition = case.get("condition")
    more = [f"{key} {case[key]}" for key in ("sum", "regex") if key in case]
    paths = tuple(Below(one) for one in written if one != _NOW)
    what = "; ".join([", ".join(written), *more])
    only = Below(f"self::node()[{condition}]") if condition else None
    return Rule(name, context, what, Below(where), case, paths, only)


def _list_texts(node: Tag, paths: Sequence[Below]) -> list[str]:
    return [text for path in paths for text in path.list_texts(node)]


def _is_at_most_one(node: Tag, _case: Mapping[str, Any], paths: Sequence[Below]) -> bool:
    return len(_list_texts(node, paths)) <= 1


def _is_at_least_one(node: Tag, _case: Mapping[str, Any], paths: Sequence[Below]) -> bool:
    return bool(_list_texts(node, paths))


def _is_all_or_none(node: Tag, _case: Mapping[str, Any], paths: Sequence[Below]) -> bool:
    return len({bool(path.list_texts(node)) for path in paths}) <= 1


def _is_sum(node: Tag, case: Mapping[str, Any], paths: Sequence[Below]) -> bool:
    texts = _list_texts(node, paths)
    try:
        numbers = list(map(Decimal, texts))
    except InvalidOperation:
        # What is no number is for the schema to tell.
        return True
    return not numbers or sum(numbers) == Decimal(str(case["sum"]))


def _is_in_order(node: Tag, case: Mapping[str, Any], _paths: Sequence[Below]) -> bool:
    less, more = _read_days(node, case["less"]), _read_days(node, case["more"])
    return not less or not more or max(less) <= min(more)


def _read_days(node: Tag, path: str) -> list[date]:
    if path == _NOW:
        return [datetime.now(UTC).date()]
    found = []
    for text in Below(path).list_texts(node):
        try:
            found.append(date.fromisoformat(text[:_DAY]))
        except ValueError:
            # What is no day is for the schema to tell.
            continue
    return found


def _has_form(node: Tag, case: Mapping[str, Any], paths: Sequence[Below]) -> bool:
    return all(re.fullmatch(case["regex"], text) for text in _list_texts(node, paths))


def _has_not_form(node: Tag, case: Mapping[str, Any], paths: Sequence[Below]) -> bool:
    return not any(re.search(case["regex"], text) for text in _list_texts(node, paths))


def _starts_with(node: Tag, _case: Mapping[str, Any], paths: Sequence[Below]) -> bool:
    # The path of the start is the last one.
    starts = paths[-1].list_texts(node)
    return not starts or all(one.startswith(starts[0]) for one in _list_texts(node, paths[:-1]))


def _is_unique(node: Tag, _case: Mapping[str, Any], paths: Sequence[Below]) -> bool:
    texts = _list_texts(node, paths)
    return len(set(texts)) == len(texts)


_RULES: dict[str, Callable[[Tag, Mapping[str, Any], Sequence[Below]], bool]] = {
    "atleast_one": _is_at_least_one,
    "date_order": _is_in_order,
    "dependent": _is_all_or_none,
    "no_more_than_one": _is_at_most_one,
    "regex_matches": _has_form,
    "regex_no_matches": _has_not_form,
    "startswith": _starts_with,
    "sum": _is_sum,
    "unique": _is_unique,
}
