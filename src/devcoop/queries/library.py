"""The query library.

A query is a file that runs as it stands on any engine. Its header, YAML in `#+` lines,
says which question it answers, what its parameters mean and what one row of the answer
is. A parameter is a line `VALUES ?name { … }`; binding replaces the line's content by a
term that the RDF library wrote, so that no value can change the query's structure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import yaml

from devcoop import assets, names
from devcoop.errors import QueryError, suggest
from devcoop.store.terms import Literal, NamedNode

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from devcoop.store.terms import Term

_DATATYPES = {
    "date": names.term("xsd:date"),
    "decimal": names.term("xsd:decimal"),
    "integer": names.term("xsd:integer"),
}
# The loader in C reads a header in a tenth of the time; both are safe loaders.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# What these folders ask is counted over, or taken out of, all that is published.
_OF_DATASET = ("catalog", "export")
_PREFIXED, _WHOLE = re.compile(r"\b[a-z]+:\w+"), re.compile(r"(?<!: )<([^<>\s]+)>")
"""IRIs as queries write them, but for those that prefixes stand for."""
_OPEN = re.compile(r"^[ \t]*VALUES \?\w+ \{ UNDEF \}[ \t]*\n", re.MULTILINE)
_SLOT = r"VALUES\s+\?{name}\s*\{{[^}}]*\}}"


@dataclass(frozen=True)
class Query:
    """A question that can be asked of the graph.

    Attributes:
        name: The file's stem, unique in the library.
        topic: The folder it lies in.
        text: The SPARQL, header included.
        header: The header as YAML gives it: title, question, grain, params, columns.
    """

    name: str
    topic: str
    text: str
    header: dict[str, Any]

    @property
    def title(self) -> str:
        """What the query is called."""
        return str(self.header.get("title", self.name))

    @property
    def question(self) -> str:
        """The question it answers, in plain words."""
        return str(self.header.get("question", ""))

    @property
    def params(self) -> dict[str, dict[str, str]]:
        """Name, type and meaning of each parameter."""
        return dict(self.header.get("params") or {})

    @property
    def needs_findings(self) -> bool:
        """Whether it is about what was found or published, and not about the plans alone.

        Examples:
            >>> get_query("overlap-table").needs_findings, get_query("plan-periods").needs_findings
            (True, False)
        """
        return self.topic in _OF_DATASET or self.header.get("needs") == "findings"

    @property
    def named(self) -> frozenset[str]:
        """IRIs that it names, so those of all properties and classes that it looks at.

        Examples:
            >>> names.expand("devc:inPlan") in get_query("undertakings-without-actor").named
            True
        """
        return frozenset(map(names.expand, _PREFIXED.findall(self.text))) | frozenset(
            _WHOLE.findall(self.text)
        )

    def can_be_unset(self, name: str) -> bool:
        """Tell whether a parameter may be left open, which its header says in so many words.

        Args:
            name: One of the parameters.

        Examples:
            >>> get_query("results-chain").can_be_unset("plan")
            True
            >>> get_query("group-members-at-date").can_be_unset("date")
            False
        """
        return "unset" in str(self.params[name].get("about", ""))

    def bind(self, values: Mapping[str, str]) -> str:
        """Put values into the query's parameters.

        Args:
            values: Text by parameter name; an IRI may be written with a known prefix. Empty
                text leaves a parameter open if its header says that it can be unset.

        Returns:
            SPARQL that runs as it stands.

        Raises:
            QueryError: There is no such parameter, or the value is not of its type.

        Examples:
            >>> query = get_query("undertakings-by-theme")
            >>> "theme/metrology" in query.bind({"theme": "th:metrology"})
            True
            >>> "VALUES ?theme { UNDEF }" in query.bind({"theme": ""})
            True
        """
        text = self.text
        for name, value in values.items():
            if name not in self.params:
                known = ", ".join(self.params) or "none"
                hint = suggest(name, {one: one for one in self.params})
                raise QueryError(f"{self.name} has no parameter {name!r}{hint}; it has: {known}")
            is_open = not value and self.can_be_unset(name)
            kind = self.params[name].get("type", "string")
            term = "UNDEF" if is_open else read_term(value, kind, name=name)
            before, slot, after = re.split(f"({_SLOT.format(name=name)})", text, maxsplit=1)
            text = f"{before}VALUES ?{name} {{ {term} }}{after}" if slot else text
        return text

    def bind_for_others(self, values: Mapping[str, str]) -> str:
        """Put values into the parameters, and leave out the lines of those that stay open.

        A line of UNDEF alone joins with everything, so nothing is lost; Virtuoso 7 takes it for
        a value that is nothing, and gives wrong rows.

        Args:
            values: As for `bind`.

        Returns:
            SPARQL that runs as it stands, on servers that have no UNDEF too.

        Raises:
            QueryError: There is no such parameter, or the value is not of its type.

        Examples:
            >>> "UNDEF" in get_query("undertakings-by-theme").bind_for_others({"theme": ""})
            False
        """
        return _OPEN.sub("", self.bind(values))


def load_topic(topic: str) -> dict[str, Query]:
    """Read the queries of one topic alone, which takes a part of the time.

    Args:
        topic: Name of the folder.

    Raises:
        QueryError: As of `load_library`.

    Examples:
        >>> {one.topic for one in load_topic("gaps").values()}
        {'gaps'}
    """
    return load_library(assets.QUERIES / topic)


def load_library(folder: Path = assets.QUERIES) -> dict[str, Query]:
    """Read every query of the library.

    Args:
        folder: Where the `.rq` files lie, in it or in its folders.

    Returns:
        Queries by name, in the order of topic and name.

    Raises:
        QueryError: A header is not YAML, or two files share a name.

    Examples:
        >>> "plan-periods" in load_library()
        True
    """
    library: dict[str, Query] = {}
    for path in sorted(folder.rglob("*.rq")):
        if path.stem in library:
            raise QueryError(f"{path}: another query is called {path.stem}, too")
        library[path.stem] = read_query(path)
    return library


@cache
def read_query(path: Path) -> Query:
    """Read one query with its header; the file is read once, since it goes with the program.

    Args:
        path: A `.rq` file.

    Raises:
        QueryError: The header is not a YAML mapping.
    """
    text = path.read_text(encoding="utf-8")
    lines = (line[3:] for line in text.splitlines() if line.startswith("#+ "))
    try:
        header = yaml.load("\n".join(lines), Loader=_LOADER) or {}  # noqa: S506
    except yaml.YAMLError as error:
        raise QueryError(f"{path}: the header is no YAML: {error}") from error
    if not isinstance(header, dict):
        raise QueryError(f"{path}: the header is no list of `key: value` lines")
    return Query(path.stem, path.parent.name, text, header)


def get_query(name: str) -> Query:
    """Get a query of the library.

    Args:
        name: Its name, such as `plan-periods`.

    Raises:
        QueryError: The library has none of this name.
    """
    for path in sorted(assets.QUERIES.rglob(f"{name}.rq")):
        return read_query(path)
    known = {path.stem: path.stem for path in assets.QUERIES.rglob("*.rq")}
    hint = suggest(name, known)
    raise QueryError(f"there is no query {name!r}{hint}; `devcoop query --list` shows them all")


def read_term(value: str, kind: str, *, name: str) -> Term:
    """Turn a parameter's text into an RDF term.

    Args:
        value: What the user wrote.
        kind: `iri`, `string`, `date`, `decimal` or `integer`.
        name: The parameter, for the message.

    Raises:
        QueryError: The text is not of that kind.

    Examples:
        >>> read_term("th:metrology", "iri", name="theme")
        <NamedNode value=https://w3id.org/devcoop/theme/metrology>
    """
    if kind == "iri":
        return _read_iri(value, name)
    if kind not in _DATATYPES:
        return Literal(value)
    if not _LEXICAL[kind].fullmatch(value):
        raise QueryError(f"{name}={value}: this is no {kind}")
    return Literal(value, datatype=NamedNode(_DATATYPES[kind]))


_LEXICAL = {
    "date": re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"),
    "decimal": re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)"),
    "integer": re.compile(r"[+-]?\d+"),
}


def _read_iri(value: str, name: str) -> NamedNode:
    value = names.expand(value)
    try:
        node = NamedNode(value)
    except ValueError as error:
        raise QueryError(f"{name}={value}: this is no IRI and no prefixed name") from error
    if not re.match(r"(https?|urn):", value):
        prefix = value.partition(":")[0]
        raise QueryError(f"{name}={value}: the prefix {prefix!r} is not known")
    return node
