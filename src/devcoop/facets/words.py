"""The words of titles and descriptions as tables: which there are, and how much each says.

It hides the engine in which they are counted. A store has many times as many words as initiatives,
so they stand as numbers in a file, and what has no room in memory goes there, too.
"""

from __future__ import annotations

from collections import Counter
from functools import cache, cached_property
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

import numpy as np

from devcoop import names
from devcoop.facets.subjects import Entries, Subjects
from devcoop.parquet import open_database, run
from devcoop.queries import get_query
from devcoop.store.terms import as_text
from devcoop.texts import TITLE_WEIGHT, are_of_side_work, count_roots, find_root, split_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    import duckdb
    from numpy.typing import NDArray

    from devcoop.store import Store

    Link = Sequence[str]

_TEXTS_AT_ONCE, _UNDERTAKINGS_AT_ONCE = 20_000, 10_000
_LABELS = tuple(map(names.term, ("rdfs:label", "skos:prefLabel")))
_CRS, _IN_SCHEME = names.PREFIXES["crs"].rstrip("/"), names.term("skos:inScheme")
_TABLES = """
CREATE TABLE text (undertaking INTEGER, "language" VARCHAR);
CREATE TABLE word (
  undertaking INTEGER, "language" VARCHAR, stem INTEGER, next_stem INTEGER, weight DOUBLE
);
CREATE TABLE side_work (undertaking INTEGER);
CREATE TABLE stem (number INTEGER, text VARCHAR, root VARCHAR);
CREATE TABLE undertaking (number INTEGER, iri VARCHAR);
CREATE TABLE known (undertaking INTEGER);
CREATE TABLE related (undertaking INTEGER, other INTEGER);
CREATE TABLE of_place (undertaking INTEGER, root VARCHAR);
CREATE TABLE purpose (number INTEGER, iri VARCHAR);
CREATE TABLE about (undertaking INTEGER, purpose INTEGER);
CREATE TABLE spoken (undertaking INTEGER, purpose INTEGER, weight DOUBLE);
"""
_WEIGHED = """
held AS (SELECT {term}, COUNT(*) AS texts FROM counted GROUP BY ALL),
raw AS (
  SELECT counted.*, texts,
    (CASE WHEN said > 1 THEN 1 + LN(said) ELSE said END) * (1 + LN((1 + $texts) / (1 + texts)))
      AS raw
  FROM counted JOIN held USING ({term})
),
whole AS (
  SELECT {text}, SQRT(SUM(ROUND(raw * raw * 1000000000)) / 1000000000) AS length
  FROM raw GROUP BY ALL
)
"""
"""How much each term of a text says: the more the more often it is there, and the fewer texts have
it; the squares of all terms of a text come to 1. They are added up as whole numbers, so that their
order does not matter."""
_COUNT_TEXTS = 'SELECT COUNT(*) FROM (SELECT DISTINCT undertaking, "language" FROM text)'
_TERMS = f"""
WITH term AS (
  SELECT undertaking, "language", stem, -1 AS next_stem, weight FROM word
  UNION ALL
  SELECT undertaking, "language", stem, next_stem, weight FROM word WHERE next_stem >= 0
),
counted AS (
  SELECT undertaking, "language", stem, next_stem, SUM(weight) AS said FROM term GROUP BY ALL
),
{_WEIGHED.format(term="stem, next_stem", text='undertaking, "language"')}
SELECT undertaking.iri AS undertaking, raw."language",
  CONCAT_WS(' ', one.text, other.text) AS term, ROUND(raw / length, 6) AS weight
FROM raw
JOIN whole USING (undertaking, "language")
JOIN undertaking ON undertaking.number = raw.undertaking
JOIN stem AS one ON one.number = raw.stem
LEFT JOIN stem AS other ON other.number = raw.next_stem
WHERE texts > 1
ORDER BY ALL
"""  # noqa: S608
"""Of what two texts at least say: what one alone says brings no two together."""
_OF_RELATIVES = 0.5
"""How much a word of a whole counts for its components, and of these for the whole."""
_ROOTS = f"""
CREATE OR REPLACE TABLE root_word AS
WITH own AS (
  SELECT undertaking, root, SUM(weight) AS said
  FROM word JOIN stem ON stem.number = word.stem
  GROUP BY ALL
),
every AS (
  FROM own
  UNION ALL
  SELECT related.undertaking, root, said * {_OF_RELATIVES} AS said
  FROM related JOIN own ON own.undertaking = related.other
),
counted AS (
  SELECT undertaking, root, SUM(said) AS said
  FROM every
  SEMI JOIN known USING (undertaking)
  ANTI JOIN of_place USING (undertaking, root)
  GROUP BY ALL
),
{_WEIGHED.format(term="root", text="undertaking")}
SELECT raw.undertaking, root, ROUND(raw / length, 6) AS weight
FROM raw JOIN whole USING (undertaking)
ORDER BY ALL
"""  # noqa: S608
_HELD = """
CREATE OR REPLACE TABLE held AS
SELECT ROW_NUMBER() OVER (ORDER BY root) - 1 AS number, root, COUNT(*) AS texts
FROM root_word
GROUP BY root
"""
_LIST_HELD = "SELECT root, texts FROM held ORDER BY number"
_COUNT_WORDED = "SELECT COUNT(DISTINCT undertaking) FROM root_word"
_GIVEN_ROOTS = """
SELECT undertaking.iri AS undertaking, root, weight
FROM root_word JOIN undertaking ON undertaking.number = root_word.undertaking
ORDER BY ALL
"""
_ON_PURPOSES = """
WITH share AS (SELECT undertaking, COUNT(*) AS purposes FROM about GROUP BY ALL)
SELECT held.number AS "rows", about.purpose AS "columns",
  SUM(ROUND(weight / purposes * 1000000000)) / 1000000000 AS weights
FROM about
JOIN share USING (undertaking)
JOIN root_word USING (undertaking)
JOIN held USING (root)
WHERE about.purpose >= 0
GROUP BY ALL
"""
"""What texts say that state a purpose; one that states several speaks of each in part."""
_SOME_TEXTS = """
SELECT undertaking AS "rows", held.number AS "columns", weight AS weights
FROM root_word JOIN held USING (root)
WHERE undertaking >= ? AND undertaking < ?
ORDER BY undertaking, root
"""
_SPOKEN = """
SELECT undertaking.iri AS undertaking, purpose.iri AS purpose, ROUND(weight, 6) AS weight
FROM spoken
JOIN undertaking ON undertaking.number = spoken.undertaking
JOIN purpose ON purpose.number = spoken.purpose
ORDER BY ALL
"""
_SIDE_WORK = """
SELECT DISTINCT undertaking.iri AS undertaking
FROM side_work
JOIN undertaking ON undertaking.number = side_work.undertaking
WHERE side_work.undertaking IN (SELECT undertaking FROM root_word)
ORDER BY ALL
"""


class Words:
    """The words of all initiatives of a store; they are read when they are first asked for.

    Args:
        graph: The store.
        known: IRIs of the initiatives of which a purpose is stated or suggested.
        areas: IRIs of initiatives and of places that they are for.
        stated: IRIs of initiatives and of purposes that they state.

    Examples:
        >>> from devcoop.graph import build_graph
        >>> from devcoop.parquet import ParquetDoor
        >>> from devcoop.scratch import open_scratch
        >>> with open_scratch() as folder:
        ...     file = folder / "text_term.parquet"
        ...     Words(build_graph(), (), (), ()).write_terms(file)
        ...     terms = {term for (term,) in ParquetDoor().iter_rows(file, ["term"])}
        >>> "train" in terms
        True
    """

    def __init__(
        self, graph: Store, known: Iterable[str], areas: Iterable[Link], stated: Iterable[Link]
    ) -> None:
        self._graph, self._known, self._areas, self._stated = graph, known, areas, stated
        self._numbers: dict[str, int] = {}
        self._stems: dict[str, int] = {}

    # What is written: a Parquet file each

    def write_terms(self, path: Path) -> None:
        """Write what titles and descriptions say by each word, and each two that are neighbours.

        Args:
            path: One row per initiative, language and term: undertaking (IRI), language, term,
                weight (0 to 1), in this order. Terms that one text alone has are left out.

        Raises:
            ComparisonError: The engine refused it.
        """
        [(texts,)] = run(self._read, _COUNT_TEXTS).fetchall()
        self._write(_TERMS.replace("$texts", str(texts)), path)

    def write_roots(self, path: Path) -> None:
        """Write what initiatives that have a purpose say by each root of a word.

        Half of the words of its whole and of its components are an initiative's. Names of the
        places that it is for are left out: where it works is not what it does. Names of purposes
        are no words: that both have one purpose is known already.

        Args:
            path: One row per initiative and root: undertaking (IRI), root, weight (0 to 1).

        Raises:
            ComparisonError: The engine refused it.
        """
        _ = self._weighed
        self._write(_GIVEN_ROOTS, path)

    def write_spoken(self, path: Path) -> None:
        """Write of which purposes these words speak, by their names and by what others say.

        Codes lie, and words differ where the subject is one: what the words of both speak of can
        meet all the same, in all languages in which purposes have names.

        Args:
            path: One row per initiative and purpose: undertaking, purpose (IRI), weight (0 to 1).

        Raises:
            ComparisonError: The engine refused it.
        """
        self._measure_subjects(self._weighed)
        self._write(_SPOKEN, path)

    def write_side_work(self, path: Path) -> None:
        """Write which initiatives that have such words prepare or check the work of others.

        Args:
            path: One row per initiative: undertaking (IRI).

        Raises:
            ComparisonError: The engine refused it.
        """
        _ = self._weighed
        self._write(_SIDE_WORK, path)

    def _write(self, sql: str, path: Path) -> None:
        database = self._read
        run(database, "TRUNCATE undertaking")
        numbers = np.arange(len(self._numbers))
        _add(database, "undertaking", number=numbers, iri=_texts(self._numbers))
        run(
            database,
            f"COPY ({sql}) TO '{str(path).replace(chr(39), 2 * chr(39))}' (FORMAT parquet)",
        )

    # How they are read

    @cached_property
    def _read(self) -> duckdb.DuckDBPyConnection:
        """The engine, with all words."""
        database = open_database(self, "words.duckdb")
        run(database, _TABLES)
        rows = self._graph.iter_rows(get_query("texts").text)
        while texts := [*islice(rows, _TEXTS_AT_ONCE)]:
            self._take_in(database, texts)
        _add(
            database,
            "stem",
            number=np.arange(len(self._stems)),
            text=_texts(self._stems),
            root=_texts(map(find_root, self._stems)),
        )
        return database

    def _take_in(self, database: duckdb.DuckDBPyConnection, texts: Sequence[Sequence[str]]) -> None:
        """Take in the words of some texts: undertaking, kind, language and text of each."""
        said, known = [split_words(text) for *_, text in texts], self._stems
        number = np.array([self._number(row[0]) for row in texts])
        is_title = np.array([row[1] == "title" for row in texts])
        length = np.array([len(words) for words in said])
        stem = np.array([known.setdefault(one, len(known)) for one in chain(*said)], dtype=np.int64)
        next_stem = np.append(stem[1:], -1)[: len(stem)]
        # The last word of a text is no neighbour of the first of the next.
        next_stem[np.cumsum(length)[length > 0] - 1] = -1
        language = _texts(row[2] for row in texts)
        is_side_work = is_title & np.array([are_of_side_work(words) for words in said])
        _add(database, "text", undertaking=number, language=language)
        _add(database, "side_work", undertaking=number[is_side_work])
        _add(
            database,
            "word",
            undertaking=np.repeat(number, length),
            language=np.repeat(language, length),
            stem=stem,
            next_stem=next_stem,
            weight=np.repeat(np.where(is_title, TITLE_WEIGHT, 1.0), length),
        )

    def _number(self, undertaking: str) -> int:
        return self._numbers.setdefault(undertaking, len(self._numbers))

    # How they are weighed

    @cached_property
    def _weighed(self) -> duckdb.DuckDBPyConnection:
        """The engine, with how much each root says."""
        database = self._read
        known = sorted(map(self._number, self._known))
        _add(database, "known", undertaking=np.array(known, dtype=np.int64))
        self._add_links(database, "related", "other", self._iter_related())
        self._add_links(database, "of_place", "root", self._iter_place_roots())
        run(database, _ROOTS.replace("$texts", str(len(known))))
        run(database, _HELD)
        return database

    def _add_links(
        self,
        database: duckdb.DuckDBPyConnection,
        table: str,
        column: str,
        links: Iterable[tuple[str, str | int]],
    ) -> None:
        """Add undertakings to a table, each with something else."""
        rows = [(self._number(undertaking), other) for undertaking, other in links]
        undertakings = np.array([number for number, _ in rows], dtype=np.int64)
        _add(database, table, undertaking=undertakings, **{column: _texts(row[1] for row in rows)})

    def _iter_related(self) -> Iterator[tuple[str, int]]:
        """Iterate over components and wholes, each with the other."""
        for quad in self._graph.quads(predicate=str(names.DEVC.partOf)):
            part, whole = as_text(quad.subject), as_text(quad.object)
            yield part, self._number(whole)
            yield whole, self._number(part)

    def _iter_place_roots(self) -> Iterator[tuple[str, str]]:
        """Iterate over undertakings, each with the words of a place that it is for."""
        list_roots = cache(self._count_names)
        for undertaking, area in self._areas:
            if names.kind_of(area) == "place":
                yield from ((undertaking, root) for root in list_roots(area))

    def _count_names(self, thing: str) -> Counter[str]:
        """Count the roots of the names of something, in all their languages."""
        found = {
            (as_text(quad.object), getattr(quad.object, "language", None) or "")
            for label in _LABELS
            for quad in self._graph.quads(subject=thing, predicate=label)
        }
        counted: Counter[str] = Counter()
        for text, _ in found:
            counted.update(count_roots(text))
        return counted

    # What they speak of

    def _measure_subjects(self, database: duckdb.DuckDBPyConnection) -> None:
        in_scheme = self._graph.quads(predicate=_IN_SCHEME, object=_CRS)
        purposes = sorted({as_text(quad.subject) for quad in in_scheme})
        places = {purpose: place for place, purpose in enumerate(purposes)}
        links = ((undertaking, places.get(purpose, -1)) for undertaking, purpose in self._stated)
        self._add_links(database, "about", "purpose", links)
        _add(database, "purpose", number=np.arange(len(places)), iri=_texts(places))
        [(worded,)] = run(database, _COUNT_WORDED).fetchall()
        subjects = Subjects(
            {purpose: self._count_names(purpose) for purpose in purposes},
            dict(run(database, _LIST_HELD).fetchall()),
            worded,
            _read_entries(database, _ON_PURPOSES),
        )
        for first in range(0, len(self._numbers), _UNDERTAKINGS_AT_ONCE):
            some = (first, first + _UNDERTAKINGS_AT_ONCE)
            found = subjects.measure(_read_entries(database, _SOME_TEXTS, some))
            _add(
                database,
                "spoken",
                undertaking=found.rows,
                purpose=found.columns,
                weight=found.weights,
            )


def _texts(texts: Iterable[Any]) -> NDArray[np.object_]:
    return np.array([*texts], dtype=object)


def _add(database: duckdb.DuckDBPyConnection, table: str, **columns: NDArray[Any]) -> None:
    """Add rows to a table: arrays of one length, by the names of its columns."""
    database.register("added", columns)
    run(database, f'INSERT INTO "{table}" BY NAME SELECT * FROM added')  # noqa: S608
    database.unregister("added")


def _read_entries(
    database: duckdb.DuckDBPyConnection, sql: str, values: Sequence[int] = ()
) -> Entries:
    found = run(database, sql, values).fetchnumpy()
    rows, columns = (found[one].astype(np.int64) for one in ("rows", "columns"))
    return Entries(rows, columns, found["weights"].astype(np.float32))
