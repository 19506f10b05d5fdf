"""Rows that are kept source by source are those that all sources together give."""

from __future__ import annotations

import hashlib
import shutil
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest
from generated_activities import write_activities
from generated_plans import PLAN_SIZE, Plans

from devcoop import names
from devcoop.errors import ComparisonError
from devcoop.facets import (
    ROOT_WORD,
    SIDE_WORK,
    SPOKEN_PURPOSE,
    TEXT_TERM,
    list_table_queries,
    partitions,
    read_facet_table,
)
from devcoop.facets.partitions import ACROSS, Partitions, list_types
from devcoop.facets.tables import FiledTable, WrittenTable, write_csv
from devcoop.graph import build_graph
from devcoop.load import Wishes, load_files, unload
from devcoop.parquet import ParquetDoor
from devcoop.scratch import open_scratch
from devcoop.store import Source
from devcoop.store.folder import change_store, open_store
from devcoop.store.rdf import parse_rdf

if TYPE_CHECKING:
    from devcoop.facets import FacetTable
    from devcoop.store import Store

FOURTH = Path(__file__).parents[1] / "load" / "fourth.ttl"
WORDS = (TEXT_TERM, ROOT_WORD, SPOKEN_PURPOSE, SIDE_WORK)
TABLES = sorted(set(list_table_queries()) - set(ACROSS))


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of the built-in plans, a fourth, and two that nobody made."""
    folder = tmp_path_factory.mktemp("partitions")
    generated = folder / "generated.nq"
    plans = Plans(read_facet_table(build_graph()), 1)
    generated.write_text("".join(plans.iter_lines(PLAN_SIZE + 50)), encoding="utf-8")
    load_files(folder / "store", [FOURTH, generated], Wishes(built_in=True))
    return folder / "store"


@pytest.fixture
def folder(loaded: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    return Path(shutil.copytree(loaded, tmp_path / "store"))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The graphs of each partition that is asked, as it is asked."""
    asked: list[list[str]] = []
    keep = Partitions._keep

    def note(self: Partitions, folder: Path, parts: dict[str, tuple[list[str], object]]) -> None:
        asked.extend(sorted(graphs) for graphs, _ in parts.values())
        keep(self, folder, parts)  # type: ignore[arg-type]

    monkeypatch.setattr(Partitions, "_keep", note)
    return asked


def read_parts(folder: Path) -> dict[str, bytes | None]:
    """Read each table out of partitions."""
    with open_store(folder, most_copied=0) as store:
        return {table: read_part(store, table) for table in list_table_queries()}


def read_part(store: Store, table: str) -> bytes | None:
    """Read a table out of partitions; None if it has to be asked over all."""
    door, queries = ParquetDoor(), list_table_queries()
    parts, types = Partitions(store, queries, lambda: door), list_types(queries[table])
    with open_scratch() as folder, suppress(ComparisonError):
        if parts.may_hold(table):
            parts.write(table, folder / "table.parquet")
            return write_csv(types, door.iter_rows(folder / "table.parquet", tuple(types)))
    return None


def read_over_all(folder: Path) -> dict[str, bytes]:
    with open_store(folder) as store:
        return {table: store.query_csv(one.text) for table, one in list_table_queries().items()}


def count_rows(content: bytes | None) -> Counter[bytes]:
    assert content is not None
    return Counter(content.splitlines())


def check(folder: Path) -> None:
    parts, over_all = read_parts(folder), read_over_all(folder)
    for table in TABLES:
        assert count_rows(parts[table]) == count_rows(over_all[table]), table
    assert all(parts[table] is None for table in ACROSS)


def test_tables_are_those_over_all(folder: Path) -> None:
    check(folder)
    # What was kept is read the second time.
    check(folder)


def test_facet_table_is_the_same_from_files_as_in_memory(folder: Path) -> None:
    def read(most_copied: int) -> FacetTable:
        shutil.rmtree(folder / "derived", ignore_errors=True)
        with open_store(folder, most_copied=most_copied) as store:
            return read_facet_table(store)

    from_files, in_memory = read(0), read(1 << 40)
    assert from_files.left_out == in_memory.left_out
    assert {name: table.records for name, table in from_files.tables.items()} == {
        name: table.records for name, table in in_memory.tables.items()
    }


def test_words_are_the_same_from_files_as_in_memory(tmp_path: Path) -> None:
    listed = tmp_path / "activities.nq"
    write_activities(120, listed)
    load_files(tmp_path / "store", [listed], Wishes(built_in=True))
    read = []
    for most_copied in (0, 1 << 40):
        shutil.rmtree(tmp_path / "store" / "derived", ignore_errors=True)
        with open_store(tmp_path / "store", most_copied=most_copied) as store:
            facets = read_facet_table(store)
        read.append({name: table.records for name, table in facets.tables.items()})
        kinds = {type(facets.tables[name]) for name in WORDS}
        assert kinds == {WrittenTable if most_copied else FiledTable}
    assert read[0] == read[1]
    assert all(read[0][name] for name in WORDS[:3])


def test_only_what_is_new_is_asked(folder: Path, asked: list[list[str]]) -> None:
    check(folder)
    assert len(asked) == len(list((folder / "derived" / "facets").iterdir()))
    asked.clear()
    mentions = folder / "derived" / "mentions"
    known = len(list(mentions.iterdir()))
    one = names.mint_plan_graph(f"{names.BASE}plan/generated-1")
    unload(folder, one)
    check(folder)
    assert asked == []
    assert len(list(mentions.iterdir())) == known - 1
    lines = "".join(Plans(read_facet_table(build_graph()), 2).iter_lines(2 * PLAN_SIZE))
    wanted = [line for line in lines.splitlines() if line.endswith(f"<{one}> .")]
    (folder.parent / "one.nq").write_text("\n".join(wanted), encoding="utf-8")
    load_files(folder, [folder.parent / "one.nq"])
    check(folder)
    assert asked == [[one]]


def test_partitions_are_the_same_asked_at_once_and_alone(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_files() -> dict[tuple[str, str], list[tuple[object, ...]]]:
        shutil.rmtree(folder / "derived", ignore_errors=True)
        read_parts(folder)
        made = (folder / "derived" / "facets").glob("*/*.parquet")
        read = duckdb.connect().read_parquet
        return {(one.parent.name, one.name): read(str(one)).fetchall() for one in made}

    at_once = read_files()
    monkeypatch.setattr(partitions, "_MOST_TOLD", 0)
    assert at_once == read_files()
    assert len({partition for partition, _ in at_once}) > 3


def test_small_store_is_asked_over_all(folder: Path) -> None:
    with open_store(folder) as store:
        assert store.is_in_memory
        assert read_part(store, "facet") is None
    assert not (folder / "derived" / "facets").exists()


@pytest.mark.series(one_in=4)
@pytest.mark.parametrize("spoil", [lambda path: path.unlink(), lambda path: path.write_bytes(b"")])
@pytest.mark.parametrize("name", ["facet.parquet", "partition.json"])
def test_broken_partition_is_asked_anew(folder: Path, spoil: object, name: str) -> None:
    read_parts(folder)
    for path in (folder / "derived" / "facets").glob(f"*/{name}"):
        spoil(path)  # type: ignore[operator]
    check(folder)


def test_folder_that_cannot_be_written_keeps_nothing(folder: Path) -> None:
    (folder / "derived").write_bytes(b"")
    assert set(read_parts(folder).values()) == {None}


def test_files_are_read_by_any_program(folder: Path) -> None:
    read_parts(folder)
    read = duckdb.connect().read_parquet(f"{folder}/derived/facets/*/undertaking.parquet")
    assert dict(zip(read.columns, map(str, read.dtypes), strict=True)) == {
        "undertaking": "VARCHAR",
        "identifier": "VARCHAR",
        "agency": "VARCHAR",
        "plan": "VARCHAR",
        "isUmbrella": "BOOLEAN",
        "status": "VARCHAR",
        "start": "DATE",
        "end": "DATE",
        "periodBasis": "VARCHAR",
    }
    with open_store(folder) as store:
        assert len(read.fetchall()) == len(read_facet_table(store).records("undertaking"))


# What one source may say of what another speaks of

HEAD = "\n".join(f"@prefix {name}: <{iri}> ." for name, iri in names.PREFIXES.items())
SHARED = """
<urn:theme> skos:inScheme <https://w3id.org/devcoop/theme> .
<urn:field> a devc:Place . <urn:KEN> a devc:Place ; skos:notation "KEN" ; skos:broader <urn:field> .
<urn:home> devc:isOwnHouse true . <urn:g> a devc:Place .
"""
PLAN = """
<urn:plan-{0}> a devc:Plan ; devc:issuedBy <urn:agency> ; devc:targetArea <urn:field> ;
  dcterms:temporal <urn:period-{0}> .
<urn:period-{0}> dcat:startDate "2020-01-01"^^xsd:date .
<urn:{0}> a devc:Undertaking ; devc:inPlan <urn:plan-{0}> ; dcterms:identifier "{0}" ;
  devc:theme <urn:theme> .
<urn:{0}2> a devc:Undertaking ; devc:inPlan <urn:plan-{0}> ; devc:arena <urn:house-{0}> ;
  devc:targetArea <urn:g> , <urn:place-{0}> .
<urn:ref-{0}> devc:referenceOf <urn:{0}> .
<urn:rule-{0}> a devc:AllocationRule ; devc:inPlan <urn:plan-{0}> ; devc:targetArea <urn:g> .
"""
SAID = {
    "nothing": "",
    "a theme of another's": "<urn:a> devc:theme <urn:other> .",
    "a purpose through a part": "<urn:b> devc:partOf <urn:a> ; devc:purpose <urn:p> .",
    "a purpose through a whole": "<urn:a> devc:partOf <urn:b> . <urn:b> devc:purpose <urn:p> .",
    "a place through a part": "<urn:b> devc:partOf <urn:a> ; devc:targetArea <urn:KEN> .",
    "another's end": '<urn:period-a> dcat:endDate "2021-01-01"^^xsd:date .',
    "another's period": "<urn:plan-a> dcterms:temporal <urn:period-b> .",
    "an initiative for another's plan": "<urn:b3> a devc:Undertaking ; devc:inPlan <urn:plan-a> .",
    "a plan that nobody states": "<urn:b> devc:inPlan <urn:plan-c> .",
    "who issues another's plan": "<urn:plan-a> devc:issuedBy <urn:b-agency> .",
    "members of a shared group": "<urn:m> devc:ofGroup <urn:g> ; devc:memberPlace <urn:KEN> .",
    "members of another's place": "<urn:m> devc:ofGroup <urn:place-a> ;"
    " devc:memberPlace <urn:KEN> .",
    "a country of a shared place": '<urn:X> skos:notation "XXX" ; skos:broader <urn:field> .',
    "a code of a shared place": '<urn:field> skos:notation "FLD" .',
    "a place of a shared place": "<urn:place-b> skos:broader <urn:field> .",
    "where another's place lies": "<urn:place-a> skos:broader <urn:KEN> .",
    "that another's place is one": "<urn:place-a> a devc:Place .",
    "which days a group is listed for": '<urn:g> devc:listedFrom "2020-01-01"^^xsd:date .',
    "what a shared arena is": "<urn:house-a> devc:isOwnHouse true .",
    "a word of a shared scheme": "<urn:theme> skos:broader <urn:upper> .",
    "a word of its own": "<urn:own> skos:inScheme <https://w3id.org/devcoop/theme> .",
    "a suggestion for another's": "<urn:s> a devc:Suggestion ; devc:suggestedFor <urn:a2> ;"
    " devc:suggestedFacet devc:theme ; devc:suggestedConcept <urn:theme> ; devc:confidence 0.5 .",
    "how another is known": "<urn:r> a devc:ActivityReference ; devc:referenceOf <urn:a> ;"
    ' devc:referenceKind <urn:/reference-kind/own> ; dcterms:identifier "A" .',
    "an initiative twice": "<urn:a> a devc:Undertaking ; devc:inPlan <urn:plan-b> .",
    "two periods alike": "<urn:plan-b> dcterms:temporal <urn:period-b2> ."
    ' <urn:period-b2> dcat:startDate "2020-01-01"^^xsd:date .',
    "a day that is none": '<urn:period-b2> dcat:endDate "soon" . '
    "<urn:plan-b> dcterms:temporal <urn:period-b2> .",
}
"""What plan b says beside its own, by what it is."""


@pytest.fixture(scope="module", params=SAID)
def crossed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of three small plans, of which one says something of what others speak of."""
    folder = tmp_path_factory.mktemp("crossed")
    texts = {name: PLAN.format(name) for name in "abc"}
    texts["b"] += SAID[request.param]
    graphs = {names.mint_plan_graph(f"{names.BASE}plan/{one}"): text for one, text in texts.items()}
    with change_store(folder) as store:
        for graph, text in {"urn:shared": SHARED, **graphs}.items():
            content = f"{HEAD}\n{text}".encode()
            digest = hashlib.sha256(content).hexdigest()
            store.replace(Source(graph, digest), parse_rdf(Path("a.ttl"), content))
    return folder


def test_rows_that_hang_on_two_sources_are_not_lost(crossed: Path) -> None:
    over_all = read_over_all(crossed)
    for table, content in read_parts(crossed).items():
        if content is not None:
            assert count_rows(content) == count_rows(over_all[table]), table


def test_what_one_source_says_of_others_is_in_the_facet_table(crossed: Path) -> None:
    with open_store(crossed, most_copied=0) as store:
        from_files = read_facet_table(store)
    with open_store(crossed) as store:
        shutil.rmtree(crossed / "derived")
        in_memory = read_facet_table(store)
    assert from_files.left_out == in_memory.left_out
    for name, table in in_memory.tables.items():
        assert from_files.records(name) == table.records, name
