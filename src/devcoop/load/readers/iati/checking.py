"""A file of IATI held against the schema and the rules in a folder that a person gives.

The folder, or one in it that is named after the version of the file (`2.03` or `2-03`), has the
files of the standard: `iati-activities-schema.xsd` or `iati-organisations-schema.xsd` with what
they include, and a file of rules, `*ruleset*.json`. Items are looked at one by one, so that a
file may be large.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from devcoop.errors import SourceError
from devcoop.load.markup import LAST_LINE, iter_children, open_xml, read_name
from devcoop.load.readers.iati.rules import read_rules
from devcoop.load.readers.iati.stretches import AROUND, ITEMS
from devcoop.load.readers.iati.texts import squeeze_code
from devcoop.load.records import Told, Where
from devcoop.load.schemas import Schema

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from devcoop.load.content import Content
    from devcoop.load.markup import Tag
    from devcoop.load.readers.iati.rules import Rule

KIND = "broken"
_MOST = 500
"""So many different things are told of one file."""


def check_file(path: Path, content: Content, folder: Path) -> tuple[Told, ...]:
    """Hold a file against the schema and the rules of a folder, in this process.

    Args:
        path: Names it in messages.
        content: What it holds, which may be packed and may be large.
        folder: Where schema and rules are.

    Returns:
        What it breaks, the same things together, with the place of the first; and what could not
        be looked at.

    Raises:
        SourceError: The file is not well-formed, or a file of rules of the folder is none.
    """
    tags = iter_children(path, open_xml(path, content), AROUND, ITEMS)
    root = next(tags, None)
    if root is None:
        return ()
    version = squeeze_code(root.get("version"))
    home = _find_home(folder, version)
    schema, rules, missing = _read_folder(home, read_name(root))
    if home == folder and missing and version:
        missing = (*missing, f"{folder.name} has no folder for version {version}, either")
    numbers: Counter[str] = Counter()
    first: dict[str, Where] = {}
    for what, where in _iter_broken(root, tags, schema, rules):
        if what in first or len(first) < _MOST:
            first.setdefault(what, where)
            numbers[what] += 1
        else:
            numbers[""] += 1
    told = [Told(KIND, what, where, numbers[what]) for what, where in first.items()]
    if numbers[""]:
        told.append(Told(KIND, "More is broken than is told here.", number=numbers[""]))
    return (*told, *(Told("unknown", f"Not checked: {what}.") for what in missing))


def _find_home(folder: Path, version: str) -> Path:
    """Find the folder of a version; the given one if it has none."""
    named = (folder / one for one in (version, version.replace(".", "-")) if one)
    return next((one for one in named if one.is_dir()), folder)


def _read_folder(home: Path, root: str) -> tuple[Schema | None, tuple[Rule, ...], tuple[str, ...]]:
    """Read schema and rules of a folder, and say what of it cannot be looked at."""
    kind = "organisations" if "organisation" in root else "activities"
    file = home / f"iati-{kind}-schema.xsd"
    schema, problem = _read_schema(file)
    missing = [problem] if problem else []
    rulesets = sorted(home.glob("*ruleset*.json"))
    if not rulesets:
        missing.append("no file of rules, *ruleset*.json, is in the folder")
    rules: list[Rule] = []
    for one in rulesets:
        found, others = read_rules(one)
        rules += found
        missing += [f"the rule {other} of {one.name}" for other in others]
    return schema, tuple(rules), tuple(missing)


def _read_schema(file: Path) -> tuple[Schema | None, str]:
    """Read a schema, or say why it cannot be: a parser may refuse one that others read."""
    if not file.is_file():
        return None, f"{file.name} is not in the folder"
    try:
        return Schema(file), ""
    except SourceError as error:
        return None, f"{file.name}: {error.problem}"


def _iter_broken(
    root: Tag, tags: Iterator[Tag], schema: Schema | None, rules: tuple[Rule, ...]
) -> Iterator[tuple[str, Where]]:
    """Iterate over what is broken, each with its place."""
    number = 0
    for node in tags:
        if node.tag not in ITEMS:
            continue
        number += 1
        xpath = f"/{read_name(root)}/{node.tag}[{number}]" if node is not root else f"/{node.tag}"
        around = root if number == 1 and node is not root else None
        for breach in schema.find_breaches(node, around) if schema else ():
            yield f"The schema is broken: {breach.problem}", _place(breach.line, xpath)
        for rule in rules:
            for broken in rule.iter_broken(node):
                yield f"The rule is broken: {rule}", _place(broken.sourceline or 0, xpath)


def _place(line: int, xpath: str) -> Where:
    return Where(line=line if line < LAST_LINE else 0, xpath=xpath)
