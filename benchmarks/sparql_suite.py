"""The W3C's tests of SPARQL 1.1 queries, updates, syntax and result formats, run in-process.

`load_cases` reads the manifests; `run_case` runs one test on an engine and says in one line what
was wrong, or nothing. Two engines: devcoop's own path to pyoxigraph, and rdflib's.

Answers are compared as the suite asks: rows in any order unless the query orders them, blank
nodes by a one-to-one mapping. Numbers and truth values are compared by datatype and value, since
engines may write 1.0 as 1; everything else by its characters.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import pyoxigraph as ox
import rdflib
import rdflib.plugins.sparql

from devcoop.errors import QueryError, QueryRefusedError
from devcoop.queries import refuse_outside
from devcoop.store import Answer, Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from devcoop.store.terms import Term

FOLDER = "rdf-tests/sparql/sparql11"  # below suites/
OTHER_SUITES = {  # tests of servers, of reasoners, and of asking other servers
    "entailment",
    "graph-store-protocol",
    "http-rdf-update",
    "protocol",
    "service",
    "service-description",
}
BASE = "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
UT = "http://www.w3.org/2009/sparql/tests/test-update#"
RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
XSD = "http://www.w3.org/2001/XMLSchema#"
LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
PROLOGUE = re.compile(r"(\s+|#.*|BASE\s*<[^>]*>|PREFIX\s*[^\s:]*:\s*<[^>]*>)*", re.IGNORECASE)
SYNTAXES = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".rdf": ox.RdfFormat.RDF_XML,
}
RESULTS = {
    ".srx": ox.QueryResultsFormat.XML,
    ".srj": ox.QueryResultsFormat.JSON,
    ".tsv": ox.QueryResultsFormat.TSV,
}
GROUPS = {
    "QueryEvaluationTest": "query evaluation",
    "CSVResultFormatTest": "results as CSV",
    "PositiveSyntaxTest11": "query syntax",
    "NegativeSyntaxTest11": "query syntax",
    "UpdateEvaluationTest": "update evaluation",
    "PositiveUpdateSyntaxTest11": "update syntax",
    "NegativeUpdateSyntaxTest11": "update syntax",
}

Cell = object  # a term made comparable; a blank node stays one
Row = tuple[Cell, ...]
Data = tuple[tuple["Path", str], ...]  # files and the graph each goes into; "" is the default graph


@dataclass(frozen=True)
class Case:
    """One test of the suite.

    Attributes:
        name: Folder and name, such as `aggregates/agg01`.
        kind: The class that the manifest gives it.
        action: The file with the query or update.
        data: What is in the store before.
        result: The file with the answer of a query.
        after: What is in the store after an update.
    """

    name: str
    kind: str
    action: Path
    data: Data = ()
    result: Path | None = None
    after: Data = ()

    @property
    def group(self) -> str:
        """What the test is about, in plain words."""
        return GROUPS[self.kind]

    @property
    def is_update(self) -> bool:
        """Whether it is an update; the manifests call some of them queries."""
        return self.action.suffix == ".ru"

    @property
    def is_valid_query(self) -> bool:
        """Whether it is a query that an engine has to read."""
        return not self.is_update and not self.kind.startswith("Negative")

    @cached_property
    def text(self) -> str:
        """The query or update, with the address that its relative IRIs start from."""
        return f"BASE <{identify(self.action)}>\n{self.action.read_text(encoding='utf-8')}"


class Engine(Protocol):
    """What runs queries and updates."""

    def add(self, data: Data) -> None:
        """Put files into the store, each into its graph, which may be empty."""

    def query(self, text: str) -> Answer:
        """Answer a query."""

    def query_csv(self, text: str) -> bytes:
        """Answer a query as CSV."""

    def update(self, text: str) -> None:
        """Change the store."""

    def parse(self, text: str, *, is_update: bool) -> None:
        """Read a query or update; raise if it is none."""

    def quads(self) -> list[ox.Quad]:
        """Give all that is in the store."""


class Devcoop:
    """What devcoop answers queries with; updates go to its store."""

    def __init__(self) -> None:
        self.graph = Store()
        # The engine itself: our door to it knows no updates.
        self._engine = self.graph._engine

    def add(self, data: Data) -> None:
        """Put files into the store."""
        for _, graph in data:
            if graph:
                self._engine.add_graph(ox.NamedNode(graph))
        self._engine.extend(read_quads(data))

    def query(self, text: str) -> Answer:
        """Answer a query from the default graph alone, as the suite means it."""
        return self.graph.query(text, union=False)

    def query_csv(self, text: str) -> bytes:
        """Answer a query as CSV."""
        return self.graph.query_csv(text)

    def update(self, text: str) -> None:
        """Change the store."""
        self._engine.update(text)

    def parse(self, text: str, *, is_update: bool) -> None:
        """Read a query or update without carrying it out."""
        # What was read, and then could not be carried out, raises a RuntimeError. An update is
        # made to: its first step fails, so that no LOAD of it reaches the network.
        start = PROLOGUE.match(text).end() if is_update else 0  # type: ignore[union-attr]
        with suppress(RuntimeError):
            if is_update:
                failing = f"CLEAR GRAPH <{BASE}nothing>;"
                self._engine.update(f"{text[:start]} {failing} {text[start:]}")
            else:
                self._engine.query(text)

    def quads(self) -> list[ox.Quad]:
        """Give all that is in the store."""
        return list(self.graph)


class Rdflib:
    """The engine of rdflib, kept from fetching what a FROM names."""

    def __init__(self) -> None:
        rdflib.plugins.sparql.SPARQL_LOAD_GRAPHS = False
        self.dataset = rdflib.Dataset()

    def add(self, data: Data) -> None:
        """Put files into the store."""
        for _, graph in data:
            if graph:
                self.dataset.graph(rdflib.URIRef(graph))
        text = ox.serialize(read_quads(data), format=ox.RdfFormat.N_QUADS) or b""
        self.dataset.parse(data=text, format="nquads")

    def query(self, text: str) -> Answer:
        """Answer a query."""
        result = self.dataset.query(text)
        if result.type == "ASK":
            return Answer(("answer",), [(ox.Literal(bool(result.askAnswer)),)])
        rows = [tuple(map(to_oxigraph, row)) for row in result]  # type: ignore[arg-type]
        if result.type in ("CONSTRUCT", "DESCRIBE"):
            return Answer(("subject", "predicate", "object"), rows, is_graph=True)
        return Answer(tuple(map(str, result.vars or ())), rows)

    def query_csv(self, text: str) -> bytes:
        """Answer a query as CSV."""
        return self.dataset.query(text).serialize(format="csv") or b""

    def update(self, text: str) -> None:
        """Change the store."""
        self.dataset.update(text)

    def parse(self, text: str, *, is_update: bool) -> None:
        """Read a query or update and turn it into algebra, where some faults show only."""
        if is_update:
            rdflib.plugins.sparql.prepareUpdate(text)
        else:
            rdflib.plugins.sparql.prepareQuery(text)

    def quads(self) -> list[ox.Quad]:
        """Give all that is in the store."""
        text = self.dataset.serialize(format="nquads", encoding="utf-8")
        return list(ox.parse(text, format=ox.RdfFormat.N_QUADS))


def to_oxigraph(term: object) -> Term | None:
    """Turn a term of rdflib into one of pyoxigraph; None stays None."""
    if isinstance(term, rdflib.URIRef):
        return ox.NamedNode(str(term))
    if isinstance(term, rdflib.BNode):
        return ox.BlankNode(re.sub(r"\W", "_", str(term)))
    if not isinstance(term, rdflib.Literal):
        return None
    if term.language:
        return ox.Literal(str(term), language=term.language)
    datatype = ox.NamedNode(str(term.datatype or rdflib.XSD.string))
    return ox.Literal(str(term), datatype=datatype)


def identify(path: Path) -> str:
    """Give the IRI of a file of the suite: its place at the W3C."""
    return f"{BASE}{path.parent.name}/{path.name}"


def load_cases(folder: Path) -> list[Case]:
    """Read the tests of all manifests, in the order of folder and manifest.

    Args:
        folder: The folder `sparql11` of the suite.
    """
    manifests = sorted(folder.glob("*/manifest.ttl"))
    return [
        case
        for manifest in manifests
        if manifest.parent.name not in OTHER_SUITES
        for case in load_manifest(manifest)
    ]


def load_manifest(manifest: Path) -> list[Case]:
    """Read the tests of one manifest, sorted by name."""
    store, folder = ox.Store(), manifest.parent
    store.load(path=manifest, format=ox.RdfFormat.TURTLE, base_iri=identify(manifest))
    cases = [
        read_case(store, quad.subject, str(quad.object.value).removeprefix(MF), folder)
        for quad in store.quads_for_pattern(None, TYPE, None)
        if isinstance(quad.object, ox.NamedNode) and quad.object.value.removeprefix(MF) in GROUPS
    ]
    return sorted(cases, key=lambda case: case.name)


def read_case(store: ox.Store, test: Any, kind: str, folder: Path) -> Case:
    """Read one test."""
    action, result = find(store, test, MF + "action")[0], find(store, test, MF + "result")
    # A syntax test names its file straight away, all others in a node of its own.
    named = find(store, action, QT + "query") + find(store, action, UT + "request") or [action]
    is_update = kind == "UpdateEvaluationTest"
    return Case(
        f"{folder.name}/{re.split('[#/]', str(test.value))[-1]}",
        kind,
        locate(named[0], folder),
        read_data(store, action, folder),
        locate(result[0], folder) if result and not is_update else None,
        read_data(store, result[0], folder) if result and is_update else (),
    )


def find(store: ox.Store, node: Any, predicate: str) -> list[Any]:
    """Find the values of a property."""
    quads = store.quads_for_pattern(node, ox.NamedNode(predicate), None)
    return sorted((quad.object for quad in quads), key=str)


def locate(node: Any, folder: Path) -> Path:
    """Find the file that an IRI of a manifest means."""
    return folder / str(node.value).rsplit("/", 1)[-1]


def read_data(store: ox.Store, node: Any, folder: Path) -> Data:
    """Read which files a test loads and into which graphs."""
    plain = [
        (locate(file, folder), "")
        for vocabulary in (QT, UT)
        for file in find(store, node, vocabulary + "data")
    ]
    named = []
    for graph in find(store, node, QT + "graphData") + find(store, node, UT + "graphData"):
        inner = find(store, graph, UT + "graph")
        file = locate(inner[0] if inner else graph, folder)
        label = find(store, graph, LABEL.value)
        named.append((file, str(label[0].value) if label else identify(file)))
    return (*plain, *named)


def read_quads(data: Data) -> list[ox.Quad]:
    """Read files into their graphs; blank nodes of different files are different."""
    quads = []
    for file, graph in data:
        home = ox.NamedNode(graph) if graph else ox.DefaultGraph()
        parsed = ox.parse(
            file.read_bytes(),
            format=SYNTAXES[file.suffix],
            base_iri=identify(file),
            rename_blank_nodes=True,
        )
        quads += [ox.Quad(quad.subject, quad.predicate, quad.object, home) for quad in parsed]
    return quads


def run_case(case: Case, start: Callable[[], Engine]) -> str:
    """Run one test on a fresh engine.

    Args:
        case: The test.
        start: Makes an engine with nothing in it.

    Returns:
        What was wrong, in one line; empty if the test passed.
    """
    if "Syntax" in case.kind:
        return judge_syntax(case, start())
    try:
        return judge_update(case, start()) if case.is_update else judge_query(case, start())
    # Whatever an engine raises is a failure of the test, not of the benchmark.
    except Exception as error:  # noqa: BLE001
        return tell(error)


def tell(error: Exception) -> str:
    """Say in one line what an engine raised."""
    said = " ".join(str(error).split())
    return f"{type(error).__name__}: {said[:160]}"


def judge_syntax(case: Case, engine: Engine) -> str:
    """Say whether an engine wrongly reads or wrongly refuses a text."""
    is_negative = case.kind.startswith("Negative")
    try:
        engine.parse(case.text, is_update=case.is_update)
    except Exception as error:  # noqa: BLE001
        return "" if is_negative else f"refused: {tell(error)}"
    return "read, though it is no SPARQL" if is_negative else ""


def read_by_guard(case: Case) -> str:
    """Say why devcoop's guard cannot read a query; that it refuses one is in order."""
    try:
        refuse_outside(case.text)
    except QueryRefusedError:
        return ""
    except QueryError as error:
        return tell(error)
    return ""


def judge_update(case: Case, engine: Engine) -> str:
    """Say how the store after an update differs from what it should be."""
    engine.add(case.data)
    engine.update(case.text)
    return compare_rows(
        [tuple(map(make_comparable, quad)) for quad in engine.quads()],
        [tuple(map(make_comparable, quad)) for quad in set(read_quads(case.after))],
    )


def judge_query(case: Case, engine: Engine) -> str:
    """Say how an answer differs from what it should be."""
    engine.add(case.data)
    if re.search(r"\bFROM\s+(NAMED\s+)?<", case.text):
        # The suite means the file itself by FROM: it is there under its name as well.
        engine.add(tuple((file, identify(file)) for file, _ in case.data))
    if case.kind == "CSVResultFormatTest":
        return compare_csv(engine.query_csv(case.text), read_expected_bytes(case))
    is_ordered = "ORDER BY" in case.text.rpartition("}")[2].upper()
    return compare_answers(engine.query(case.text), read_expected(case), is_ordered=is_ordered)


def read_expected_bytes(case: Case) -> bytes:
    """Read the file with the answer that is right."""
    if case.result is None:
        raise ValueError(f"{case.name}: the manifest names no result")
    return case.result.read_bytes()


def read_expected(case: Case) -> Answer:
    """Read the answer that is right."""
    content, suffix = read_expected_bytes(case), case.result.suffix if case.result else ""
    if suffix not in RESULTS:
        quads = list(ox.parse(content, format=SYNTAXES[suffix], base_iri=identify(case.action)))
        if any(quad.predicate.value.startswith(RS) for quad in quads):
            return read_result_set(quads)
        triples: list[tuple[Term | None, ...]] = [tuple(quad.triple) for quad in quads]
        return Answer(("subject", "predicate", "object"), triples, is_graph=True)
    result = ox.parse_query_results(content, format=RESULTS[suffix])
    if isinstance(result, ox.QueryBoolean):
        return Answer(("answer",), [(ox.Literal(bool(result)),)])
    columns = tuple(variable.value for variable in result.variables)
    return Answer(columns, [tuple(row[column] for column in columns) for row in result])


def read_result_set(quads: Iterable[ox.Quad]) -> Answer:
    """Read an answer that is written as RDF."""
    store = ox.Store()
    store.extend(quads)
    node = next(store.quads_for_pattern(None, TYPE, ox.NamedNode(RS + "ResultSet"))).subject
    columns = tuple(one.value for one in find(store, node, RS + "resultVariable"))
    rows: list[tuple[Term | None, ...]] = []
    for solution in find(store, node, RS + "solution"):
        bound = {
            find(store, one, RS + "variable")[0].value: find(store, one, RS + "value")[0]
            for one in find(store, solution, RS + "binding")
        }
        rows.append(tuple(bound.get(column) for column in columns))
    return Answer(columns, rows)


def compare_answers(actual: Answer, expected: Answer, *, is_ordered: bool) -> str:
    """Say how two answers differ; empty if they do not."""
    if sorted(actual.columns) != sorted(expected.columns):
        return f"columns {sorted(actual.columns)} instead of {sorted(expected.columns)}"
    left, right = list_rows(actual), list_rows(expected)
    if actual.is_graph:
        left, right = list(dict.fromkeys(left)), list(dict.fromkeys(right))
    what = compare_rows(left, right)
    if what or not is_ordered:
        return what
    known: dict[Cell, Cell] | None = {}
    for one, other in zip(left, right, strict=True):
        known = None if known is None else match_row(one, other, known)
    return "the rows are not in the order asked for" if known is None else ""


def list_rows(answer: Answer) -> list[Row]:
    """List the rows of an answer, its columns by name."""
    order = sorted(range(len(answer.columns)), key=lambda place: answer.columns[place])
    return [tuple(make_comparable(row[place]) for place in order) for row in answer.rows]


def compare_rows(actual: Sequence[Row], expected: Sequence[Row]) -> str:
    """Say how two bags of rows differ, apart from the names of blank nodes."""
    left, right = Counter(map(hide_blank, actual)), Counter(map(hide_blank, expected))
    if left != right:
        missing, extra = right - left, left - right
        return f"{missing.total()} rows missing and {extra.total()} too many, of {right.total()}"
    # Rows without blank nodes are matched by now; the others are tried from the plainest on.
    open_left = sorted(filter(has_blank, actual), key=count_blank)
    open_right = list(filter(has_blank, expected))
    return "" if can_map(open_left, open_right, {}) else "the blank nodes are joined differently"


def can_map(left: Sequence[Row], right: Sequence[Row], known: dict[Cell, Cell]) -> bool:
    """Tell whether a one-to-one renaming of blank nodes turns the left rows into the right."""
    if not left:
        return True
    for place, candidate in enumerate(right):
        extended = match_row(left[0], candidate, known)
        rest = [*right[:place], *right[place + 1 :]]
        if extended is not None and can_map(left[1:], rest, extended):
            return True
    return False


def match_row(left: Row, right: Row, known: dict[Cell, Cell]) -> dict[Cell, Cell] | None:
    """Extend a renaming of blank nodes so that one row becomes another; None if it cannot."""
    extended = dict(known)
    for one, other in zip(left, right, strict=True):
        if not (isinstance(one, ox.BlankNode) and isinstance(other, ox.BlankNode)):
            if one != other:
                return None
        elif extended.setdefault(one, other) != other:
            return None
    return extended if len(set(extended.values())) == len(extended) else None


def count_blank(row: Row) -> int:
    """Count the blank nodes of a row."""
    return sum(isinstance(cell, ox.BlankNode) for cell in row)


def has_blank(row: Row) -> bool:
    """Tell whether a row has a blank node."""
    return count_blank(row) > 0


def hide_blank(row: Row) -> Row:
    """Put one mark in the place of every blank node."""
    return tuple("_:" if isinstance(cell, ox.BlankNode) else cell for cell in row)


def make_comparable(term: object) -> Cell:
    """Give what a term is equal by: its parts, and for a number its value.

    Examples:
        >>> make_comparable(ox.Literal("1.0", datatype=ox.NamedNode(XSD + "decimal")))
        (Decimal('1'), 'http://www.w3.org/2001/XMLSchema#decimal')
    """
    if not isinstance(term, ox.Literal):
        return term
    if term.language:
        return term.value, term.language.lower()
    return read_value(term.value, term.datatype.value), term.datatype.value


def read_value(lexical: str, datatype: str) -> object:
    """Read a number or a truth value; anything else stays text."""
    reader = READERS.get(datatype.removeprefix(XSD))
    try:
        return reader(lexical) if reader else lexical
    except (ValueError, ArithmeticError):
        return lexical


def read_float(lexical: str) -> object:
    """Read a binary number; what is not a number equals itself here."""
    value = float(lexical)
    return "NaN" if math.isnan(value) else value


READERS: dict[str, Callable[[str], object]] = {
    "boolean": lambda lexical: {"1": "true", "0": "false"}.get(lexical, lexical),
    "decimal": lambda lexical: Decimal(lexical).normalize(),
    "double": read_float,
    "float": read_float,
    "integer": int,
}


def compare_csv(actual: bytes, expected: bytes) -> str:
    """Say how two CSV answers differ; a blank node may have any name in CSV."""
    left, right = (list(csv.reader(io.StringIO(text.decode()))) for text in (actual, expected))
    if sorted(left[0]) != sorted(right[0]):
        return f"columns {left[0]} instead of {right[0]}"
    return compare_rows(*map(list_csv_rows, (left, right)))


def list_csv_rows(table: list[list[str]]) -> list[Row]:
    """List the rows of a CSV answer, its columns by name, since SELECT * may give them anyhow."""
    order = sorted(range(len(table[0])), key=lambda place: table[0][place])
    return [tuple(read_csv_cell(row[place]) for place in order) for row in table[1:]]


def read_csv_cell(text: str) -> Cell:
    """Read a cell of CSV, where nothing but its letters tells a blank node."""
    return ox.BlankNode(text[2:]) if re.fullmatch(r"_:\w+", text) else text
