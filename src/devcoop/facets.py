"""The facet table: the one door from the graph to numbers.

Each query of `queries/facets/` whose header names a `table` makes one table of it; the
`columns` of the header say how the cells are typed. Every query runs once: records and the
comparison read the same rows. Of a large store the rows are kept source by source
(`devcoop.partitions`). What the tables cannot take is counted, never dropped silently.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections import Counter, defaultdict
from dataclasses import astuple, dataclass, replace
from datetime import date
from functools import cache, cached_property, partial
from itertools import chain, groupby
from typing import TYPE_CHECKING, Any

from devcoop import assets, names
from devcoop.joint import KIND, find_joint
from devcoop.model import LeftOut
from devcoop.partitions import Partitions, list_types, write_csv
from devcoop.queries import get_query, load_topic
from devcoop.store.terms import as_text
from devcoop.texts import (
    TITLE_WEIGHT,
    count_roots,
    count_terms,
    is_of_side_work,
    measure_rarity,
    weigh_terms,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from devcoop.queries import Query
    from devcoop.store import Store
    from devcoop.texts import Terms

TOPIC = "facets"
REFERENCE = "reference"
"""Table of what other activities undertakings name."""
TEXT_TERM = "text_term"
"""Table of how much the title and the description of each undertaking say by each term."""
ROOT_WORD = "root_word"
"""Table of how much they say by each root of a word, if they have a purpose of the aid."""
SPOKEN_PURPOSE = "spoken_purpose"
"""Table of how much these words speak of each purpose, whichever is stated."""
SIDE_WORK = "side_work"
"""Table of the undertakings that design, appraise or check the work of others, by their titles."""
_OF_RELATIVES = 0.5
"""How much a word of a whole counts for its components, and of these for the whole."""
_ROOT_WORD_TYPES = {"undertaking": "iri", "root": "string", "weight": "decimal"}
_SPOKEN_PURPOSE_TYPES = {"undertaking": "iri", "purpose": "iri", "weight": "decimal"}
_SIDE_WORK_TYPES = {"undertaking": "iri"}
_TEXT_TERM_TYPES = {
    "undertaking": "iri",
    "language": "string",
    "term": "string",
    "weight": "decimal",
}
_WEIGHT_DIGITS = 6
_UNIQUE = ("undertaking", "agency")
"""Tables with one row for each value of the column of their name."""


@dataclass(frozen=True)
class Table:
    """Rows that one query gave.

    Attributes:
        name: The table, as the steps of the comparison call it.
        types: Type of each column, by its name, as the query's header states it.
        content: The rows as CSV with a head line, as the store wrote them.
    """

    name: str
    types: dict[str, str]
    content: bytes

    @cached_property
    def records(self) -> list[dict[str, Any]]:
        """The rows as values: text, bool, int, date; None for a date or number that is none."""
        return self._read(self.rows())

    def choose_records(self, column: str, is_wanted: Callable[[str], bool]) -> list[dict[str, Any]]:
        """Give some of the records; the others cost little.

        Args:
            column: The column by which they are chosen.
            is_wanted: Tells of what is written in it whether a row is wanted.
        """
        if "records" in vars(self):
            return [one for one in self.records if is_wanted(one[column])]
        return self._read(self.choose_rows(column, is_wanted))

    def choose_rows(self, column: str, is_wanted: Callable[[str], bool]) -> Iterator[list[str]]:
        """Give the cells of some of the rows, as written.

        Args:
            column: As for `choose_records`.
            is_wanted: Likewise.
        """
        place = list(self.types).index(column)
        if place or self._has_quotes:
            return (row for row in self.rows() if is_wanted(row[place]))
        lines = self._list_lines()
        return (line.split(",") for line in lines if is_wanted(line.partition(",")[0]))

    def column(self, name: str) -> list[str]:
        """Give the cells of a column, as written.

        Args:
            name: The column.
        """
        if name == next(iter(self.types)) and not self._has_quotes:
            return [line.partition(",")[0] for line in self._list_lines()]
        return [cell for (cell,) in self.iter_columns(name)]

    def iter_columns(self, *names: str) -> Iterator[tuple[str, ...]]:
        """Iterate over the cells of some columns, as written, row by row.

        Args:
            names: The columns.
        """
        places = [list(self.types).index(name) for name in names]
        return (tuple([row[place] for place in places]) for row in self.rows())

    @property
    def _has_quotes(self) -> bool:
        """Whether a cell may have a comma or the end of a line in it, or a row may be one cell."""
        return len(self.types) == 1 or b'"' in self.content

    def _list_lines(self) -> list[str]:
        """List the rows, each one line where no cell is quoted."""
        return self.content.decode().split("\r\n")[1:-1]

    def _read(self, rows: Iterable[list[str]]) -> list[dict[str, Any]]:
        readers = {
            column: cache(_READERS[kind]) for column, kind in self.types.items() if kind in _READERS
        }
        records: list[dict[str, Any]] = [dict(zip(self.types, row, strict=True)) for row in rows]
        for record in records:
            for column, read in readers.items():
                record[column] = read(record[column])
        return records

    def rows(self) -> Iterator[list[str]]:
        """Iterate over the cells of each row, as written."""
        reader = csv.reader(io.StringIO(self.content.decode(), newline=""))
        next(reader)
        return reader


@dataclass(frozen=True)
class FacetTable:
    """All that is compared, as typed tables.

    Attributes:
        tables: By name.
        left_out: What the tables do not hold although the graph does, in the order of the IRIs.
    """

    tables: dict[str, Table]
    left_out: tuple[LeftOut, ...]

    def records(self, name: str) -> list[dict[str, Any]]:
        """Give the rows of a table.

        Args:
            name: The table.

        Returns:
            Values by column, in the order of the query that makes the table.
        """
        return self.tables[name].records

    def records_of(self, name: str, undertakings: Collection[str] | None) -> list[dict[str, Any]]:
        """Give the rows of a table about some undertakings.

        Args:
            name: The table.
            undertakings: Their IRIs; None for all.
        """
        if undertakings is None:
            return self.records(name)
        return self.tables[name].choose_records("undertaking", undertakings.__contains__)


def set_apart(facets: FacetTable, plan: str, others: Collection[str]) -> FacetTable:
    """Hold a plan against others of its own agency, as if another had written it.

    Args:
        facets: All that is compared.
        plan: IRI of the plan; it stands for the agency of its undertakings.
        others: IRIs of the undertakings that it is held against; all else is left out.

    Returns:
        The same tables with these undertakings alone.

    Examples:
        >>> from devcoop.graph import build_graph
        >>> table = read_facet_table(build_graph())
        >>> plan = table.records("undertaking")[0]["plan"]
        >>> {row["agency"] for row in set_apart(table, plan, ()).records("undertaking")} == {plan}
        True
    """
    undertakings, agencies = facets.tables["undertaking"], facets.tables["agency"]
    places = {name: place for place, name in enumerate(undertakings.types)}
    rows = []
    for row in undertakings.rows():
        if row[places["plan"]] == plan:
            row[places["agency"]] = plan
        elif row[places["undertaking"]] not in others:
            continue
        rows.append(row)
    made = {
        "undertaking": write_csv(undertakings.types, rows),
        "agency": write_csv(agencies.types, [*agencies.rows(), [plan, plan]]),
    }
    tables = {name: replace(facets.tables[name], content=one) for name, one in made.items()}
    return replace(facets, tables=facets.tables | tables)


def read_facet_table(graph: Store) -> FacetTable:
    """Read the facet table out of the graph.

    Args:
        graph: Where the plans are.

    Raises:
        QueryError: A query of the table is broken.

    Examples:
        >>> from devcoop.graph import build_graph
        >>> table = read_facet_table(build_graph())
        >>> len(table.records("undertaking")), table.left_out
        (165, ())
    """
    told, tables, queries = [], {}, list_table_queries()
    partitions = Partitions(graph, queries)
    for query in queries.values():
        table, repeated = _keep_first(_read_table(graph, query, partitions))
        told += repeated
        tables[table.name] = table
    left_out = _read_left_out(graph, told, tuple(tables.values()))
    tables[REFERENCE] = _add_joint(graph, tables[REFERENCE])
    tables[TEXT_TERM] = _read_text_terms(graph, tables["suggestion"])
    tables[ROOT_WORD] = _read_root_words(graph, tables)
    tables[SPOKEN_PURPOSE] = _read_spoken_purposes(graph, tables["facet"], tables[ROOT_WORD])
    tables[SIDE_WORK] = _read_side_work(graph, tables[ROOT_WORD])
    return FacetTable(tables, left_out)


def _read_left_out(
    graph: Store, repeated: Iterable[LeftOut], tables: Iterable[Table]
) -> tuple[LeftOut, ...]:
    """Read what the tables do not hold, with what is known of that already."""
    columns = ("undertaking", "reason", "value", "graph")

    def tell() -> bytes:
        records = graph.recall(get_query("left-out").text).records()
        told = [LeftOut(*(record[column] for column in columns)) for record in records]
        told += [*repeated, *chain.from_iterable(map(_find_unreadable, tables))]
        return write_csv(columns, map(astuple, sorted(_find_home(graph, one) for one in told)))

    content = graph.recall_made(_name_making("left-out"), tell)
    return tuple(LeftOut(*row) for row in Table("", dict.fromkeys(columns, "iri"), content).rows())


def _add_joint(graph: Store, references: Table) -> Table:
    """Add to references those of activities that two agencies report without saying so."""
    if next(references.rows(), None) is None:
        return references
    make = partial(_write_references, graph, references)
    return replace(references, content=graph.recall_made(_name_making(REFERENCE), make))


def _write_references(graph: Store, references: Table) -> bytes:
    joint = ([one.undertaking, KIND, one.identifier] for one in find_joint(graph))
    return write_csv(references.types, (*references.rows(), *joint))


def list_table_queries() -> dict[str, Query]:
    """List the queries that make a table, by the table's name.

    Examples:
        >>> list_table_queries()["facet"].name
        'undertaking-facets'
    """
    queries = load_topic(TOPIC).values()
    return {one.header["table"]: one for one in queries if "table" in one.header}


def _read_text_terms(graph: Store, suggestions: Table) -> Table:
    """Read what undertakings say of themselves, if facets are suggested for any of them.

    Where every facet is stated, words decide nothing, and the table is empty.
    """
    if next(suggestions.rows(), None) is None:
        return Table(TEXT_TERM, _TEXT_TERM_TYPES, write_csv(_TEXT_TERM_TYPES, ()))
    content = graph.recall_made(_name_making(TEXT_TERM), partial(_weigh_texts, graph))
    return Table(TEXT_TERM, _TEXT_TERM_TYPES, content)


def _weigh_texts(graph: Store) -> bytes:
    """Weigh the terms of titles and descriptions, by undertaking and language."""
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for undertaking, language, text, weight in _iter_texts(graph):
        counts[undertaking, language].update(count_terms(text, weight))
    rarity = measure_rarity(counts.values())
    rows = (
        [*key, term, f"{weight:.{_WEIGHT_DIGITS}f}"]
        for key in sorted(counts)
        for term, weight in weigh_terms(counts[key], rarity).items()
    )
    return write_csv(_TEXT_TERM_TYPES, rows)


def _read_root_words(graph: Store, tables: Mapping[str, Table]) -> Table:
    """Read the roots of the words of undertakings that have a purpose, in all their languages.

    A purpose that is suggested will do, but counts only beside one that is stated: where none is,
    the table is empty.

    Half of the words of its whole and of its components are an undertaking's. Names of the places
    that it is for are left out: where it works is not what it does. Names of purposes are none of
    its words: that both have one purpose is known already.
    """
    stated = _find_purposes(tables["facet"])
    if not stated:
        return Table(ROOT_WORD, _ROOT_WORD_TYPES, write_csv(_ROOT_WORD_TYPES, ()))
    known = sorted(stated | _find_purposes(tables["suggestion"]))
    weigh = partial(_weigh_roots, graph, known, tables["area"])
    return Table(ROOT_WORD, _ROOT_WORD_TYPES, graph.recall_made(_name_making(ROOT_WORD), weigh))


def _find_purposes(facets: Table) -> dict[str, list[str]]:
    """Find the purposes that a table has, stated or suggested, by undertaking."""
    found: dict[str, list[str]] = defaultdict(list)
    # Many stores have none, and a word is found sooner than rows are read.
    rows = facets.rows() if b"purpose" in facets.content else ()
    for undertaking, facet, concept, *_ in rows:
        if facet == "purpose":
            found[undertaking].append(concept)
    return found


def _read_spoken_purposes(graph: Store, facets: Table, words: Table) -> Table:
    """Read of which purposes the words of undertakings speak, if they state any.

    Codes lie, and words differ where the subject is one: what the words of both speak of can meet
    all the same, by the names of the purposes, in all their languages, and by what others say who
    state them.
    """
    if next(words.rows(), None) is None:
        content = write_csv(_SPOKEN_PURPOSE_TYPES, ())
    else:
        measure = partial(_measure_spoken, graph, facets, words)
        content = graph.recall_made(_name_making(SPOKEN_PURPOSE), measure)
    return Table(SPOKEN_PURPOSE, _SPOKEN_PURPOSE_TYPES, content)


def _measure_spoken(graph: Store, facets: Table, words: Table) -> bytes:
    # It wants numpy, which takes a while to load, and most plans state no purpose.
    from devcoop.subjects import Subjects  # noqa: PLC0415

    called: dict[str, Counter[str]] = defaultdict(Counter)
    for record in graph.recall(get_query("labels").text).records():
        if record["thing"].startswith(names.PREFIXES["crs"]):
            called[record["thing"]].update(count_roots(record["label"]))
    stated = _find_purposes(facets)

    def iter_texts() -> Iterator[tuple[Sequence[str], Terms]]:
        return ((stated[undertaking], text) for undertaking, text in _iter_weighed(words))

    subjects = Subjects(called, iter_texts)
    rows = (
        [undertaking, purpose, f"{weight:.{_WEIGHT_DIGITS}f}"]
        for undertaking, text in _iter_weighed(words)
        for purpose, weight in sorted(subjects.measure(text).items())
    )
    return write_csv(_SPOKEN_PURPOSE_TYPES, rows)


def _iter_weighed(words: Table) -> Iterator[tuple[str, Terms]]:
    """Iterate over undertakings, each with how much it says by each word."""
    for undertaking, rows in groupby(words.rows(), key=lambda row: row[0]):
        yield undertaking, {word: float(weight) for _, word, weight in rows}


def _read_side_work(graph: Store, words: Table) -> Table:
    """Read which undertakings that have a purpose prepare or check the work of others."""
    worded = {row[0] for row in words.rows()}
    found = {
        record["undertaking"]
        for record in (graph.recall(get_query("texts").text).records() if worded else ())
        if record["kind"] == "title"
        and record["undertaking"] in worded
        and is_of_side_work(record["text"])
    }
    rows = ([undertaking] for undertaking in sorted(found))
    return Table(SIDE_WORK, _SIDE_WORK_TYPES, write_csv(_SIDE_WORK_TYPES, rows))


def _name_making(table: str) -> str:
    # How letters fold hangs on the version of Unicode, all else on this program.
    return f"{table} {assets.hash_program()} {unicodedata.unidata_version}"


def _weigh_roots(graph: Store, undertakings: Sequence[str], areas: Table) -> bytes:
    said: dict[str, Counter[str]] = defaultdict(Counter)
    for undertaking, _, text, weight in _iter_texts(graph):
        said[undertaking].update(count_roots(text, weight))
    counts = {iri: said[iri].copy() for iri in undertakings}
    _add_of_relatives(graph, said, counts)
    _leave_out_places(graph, areas, counts)
    rarity = measure_rarity(counts.values())
    rows = (
        [iri, root, f"{weight:.{_WEIGHT_DIGITS}f}"]
        for iri, counted in counts.items()
        for root, weight in weigh_terms(counted, rarity).items()
    )
    return write_csv(_ROOT_WORD_TYPES, rows)


def _iter_texts(graph: Store) -> Iterator[tuple[str, str, str, float]]:
    """Iterate over titles and descriptions: undertaking, language, text and weight of its words."""
    for record in graph.recall(get_query("texts").text).records():
        weight = TITLE_WEIGHT if record["kind"] == "title" else 1.0
        yield record["undertaking"], record["language"], record["text"], weight


def _add_of_relatives(
    graph: Store, said: Mapping[str, Counter[str]], counts: Mapping[str, Counter[str]]
) -> None:
    """Add half of the words of wholes to those of their components, and the other way round."""
    for quad in graph.quads(predicate=str(names.DEVC.partOf)):
        part, whole = as_text(quad.subject), as_text(quad.object)
        for one, other in ((part, whole), (whole, part)):
            if one in counts and other in said:
                counts[one].update({root: n * _OF_RELATIVES for root, n in said[other].items()})


def _leave_out_places(graph: Store, areas: Table, counts: Mapping[str, Counter[str]]) -> None:
    named: dict[str, set[str]] = defaultdict(set)
    for record in graph.recall(get_query("labels").text).records():
        if names.kind_of(record["thing"]) == "place":
            named[record["thing"]] |= count_roots(record["label"]).keys()
    for area in areas.records:
        for root in named[area["area"]]:
            counts.get(area["undertaking"], Counter()).pop(root, None)


def _find_home(graph: Store, one: LeftOut) -> LeftOut:
    """Say which named graph states what was left out."""
    if one.graph:
        return one
    homes = (getattr(quad.graph_name, "value", "") for quad in graph.quads(subject=one.what))
    return replace(one, graph=min(homes, default=""))


def _read_table(graph: Store, query: Query, partitions: Partitions) -> Table:
    """Read a table as it is kept; else put it together, or ask for it over all sources."""
    name = query.header["table"]
    content = graph.recall_made(
        query.text, lambda: partitions.read(name) or graph.query_csv(query.text)
    )
    return Table(name, list_types(query), content)


def _keep_first(table: Table) -> tuple[Table, list[LeftOut]]:
    """Keep the first row of each thing, where one that says two things of itself has several."""
    if table.name not in _UNIQUE:
        return table, []
    things = table.column(table.name)
    if len(set(things)) == len(things):
        return table, []
    kept: dict[str, list[str]] = {}
    place = list(table.types).index(table.name)
    repeated = []
    for row in table.rows():
        thing = row[place]
        if thing in kept:
            repeated.append(LeftOut(thing, "second-row", "", ""))
        # Engines give rows that their query does not order in any order.
        kept[thing] = min(row, kept.get(thing, row))
    return Table(table.name, table.types, write_csv(table.types, kept.values())), repeated


def _find_unreadable(table: Table) -> list[LeftOut]:
    """Find dates and numbers that are none; the comparison takes them for unknown."""
    read = [(n, kind, cache(_READERS[kind])) for n, kind in _list_read(table)]
    return [
        LeftOut(row[0], f"unreadable-{kind}", row[place], "")
        for row in (table.rows() if read else ())
        for place, kind, reader in read
        if row[place] and reader(row[place]) is None
    ]


def _list_read(table: Table) -> list[tuple[int, str]]:
    """List the columns whose cells are more than texts: their places and types."""
    types = enumerate(table.types.values())
    return [(place, kind) for place, kind in types if kind in _READERS]


def _read_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _read_integer(text: str) -> int | None:
    try:
        return int(text) if text else None
    except ValueError:
        return None


def _read_decimal(text: str) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None


def _read_boolean(text: str) -> bool | None:
    return {"true": True, "1": True, "false": False, "0": False}.get(text)


_READERS: dict[str, Callable[[str], Any]] = {
    "date": _read_date,
    "integer": _read_integer,
    "decimal": _read_decimal,
    "boolean": _read_boolean,
}
