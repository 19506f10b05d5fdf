from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import warnings
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from pyld import jsonld

from devcoop.dataset import restore_dataset
from devcoop.errors import GraphError
from devcoop.export import FORMATS, Writer
from devcoop.export.context import CONTEXT_FILE, load_context, render_context
from devcoop.export.jsonld import render_jsonld
from devcoop.export.rdf import render_rdfxml, render_trig, render_turtle
from devcoop.export.tables import METADATA_FILE, read_tables, render_tables
from devcoop.store import Store
from devcoop.store.canonical import canonical_lines, order_quads
from devcoop.store.rdf import parse_foreign

if TYPE_CHECKING:
    from pathlib import Path

    from devcoop.dataset import Dataset

P = ox.NamedNode("https://w3id.org/devcoop/ns#caveat")
S = ox.NamedNode("https://w3id.org/devcoop/element/x/1")
WITH_GRAPHS = ("devcoop.nq", "devcoop.trig", "devcoop.jsonld")
WITHOUT_GRAPHS = ("devcoop.ttl", "devcoop.rdf")
RDFLIB = {
    "nq": "nquads",
    "trig": "trig",
    "jsonld": "json-ld",
    "ttl": "turtle",
    "rdf": "xml",
}
_NODES = st.sampled_from(
    [
        S,
        ox.NamedNode("https://example.org/é#x"),
        *(ox.BlankNode(f"b{number}") for number in range(4)),
    ]
)
_PREDICATES = st.sampled_from(
    [
        P,
        *(
            ox.NamedNode(iri)
            for iri in (
                "http://www.w3.org/2000/01/rdf-schema#label",
                "https://w3id.org/devcoop/ns#theme",
                "https://w3id.org/devcoop/ns#score",
                "https://example.org/p",
            )
        ),
    ]
)
_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
_LITERALS = st.one_of(
    _TEXTS.map(ox.Literal),
    st.builds(
        lambda text, tag: ox.Literal(text, language=tag),
        _TEXTS,
        st.sampled_from(["en", "zh-hant", "und"]),
    ),
    st.builds(
        lambda text, name: ox.Literal(text, datatype=ox.NamedNode(name)),
        _TEXTS,
        st.sampled_from(["http://www.w3.org/2001/XMLSchema#decimal", "https://example.org/type"]),
    ),
)
_GRAPHS = st.sampled_from([ox.DefaultGraph(), ox.NamedNode("https://example.org/g"), S])
QUADS = st.lists(
    st.builds(ox.Quad, _NODES, _PREDICATES, st.one_of(_NODES, _LITERALS), _GRAPHS), max_size=9
)


def _lines_of(content: bytes, form: ox.RdfFormat) -> list[str]:
    return canonical_lines(ox.parse(io.BytesIO(content), format=form))


@given(QUADS)
@settings(max_examples=60, deadline=None)
def test_trig_and_jsonld_hold_the_dataset(quads: list[ox.Quad]) -> None:
    ordered = order_quads(quads)
    assert _lines_of(render_trig(ordered), ox.RdfFormat.TRIG) == canonical_lines(quads)
    assert _lines_of(render_jsonld(ordered), ox.RdfFormat.JSON_LD) == canonical_lines(quads)


@given(QUADS)
@settings(max_examples=60, deadline=None)
def test_turtle_and_rdfxml_hold_the_union_of_the_graphs(quads: list[ox.Quad]) -> None:
    union = canonical_lines({ox.Quad(*quad.triple) for quad in quads})
    ordered = order_quads(quads)
    assert _lines_of(render_turtle(ordered), ox.RdfFormat.TURTLE) == union
    try:
        content = render_rdfxml(ordered)
    except GraphError:
        return
    assert _lines_of(content, ox.RdfFormat.RDF_XML) == union


@given(QUADS, st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_order_and_labels_of_the_input_do_not_matter(quads: list[ox.Quad], random: object) -> None:
    again = [*reversed(quads), *quads]
    assert order_quads(again) == order_quads(quads)
    assert render_jsonld(order_quads(again)) == render_jsonld(order_quads(quads))


def test_jsonld_frames_findings_and_initiatives(dataset: Dataset) -> None:
    document = json.loads(Writer(dataset).render("jsonld")["devcoop.jsonld"])
    graphs = {node["id"]: node["@graph"] for node in document["@graph"] if "@graph" in node}
    findings = graphs["https://w3id.org/devcoop/graph/finding"]
    pairs = [one for one in findings if "PairFinding" in one.get("type", ())]
    assert pairs
    assert all(part["type"] == "FacetComparison" for one in pairs for part in _list(one["part"]))
    plan = graphs["https://w3id.org/devcoop/graph/plan/iso-2016-2020"]
    initiatives = [one for one in plan if "Undertaking" in one.get("type", ())]
    assert len(initiatives) == 42
    assert all("hasSelector" in p for one in initiatives for p in _list(one["hasEvidence"]))


def _list(value: object) -> list[dict[str, object]]:
    return value if isinstance(value, list) else [value]  # type: ignore[list-item]


def test_jsonld_needs_no_network(release: Path) -> None:
    def refuse(url: str, options: object) -> None:
        raise AssertionError(url)

    document = json.loads((release / "dcat.jsonld").read_bytes())
    options: Any = {"format": "application/n-quads", "documentLoader": refuse}
    text: Any = jsonld.to_rdf(document, options)
    turtle = (release / "dcat.ttl").read_bytes()
    assert _lines_of(text.encode(), ox.RdfFormat.N_QUADS) == _lines_of(turtle, ox.RdfFormat.TURTLE)


def test_a_context_that_would_be_fetched_is_not_what_we_write(release: Path) -> None:
    document = json.loads((release / "devcoop.jsonld").read_bytes())
    assert isinstance(document["@context"], dict)
    assert (
        document["@context"] == load_context() == json.loads(CONTEXT_FILE.read_bytes())["@context"]
    )


def test_context_is_that_of_the_ontology() -> None:
    assert CONTEXT_FILE.read_bytes() == render_context()


def test_context_names_every_term_of_the_ontology(dataset: Dataset) -> None:
    named = {v if isinstance(v, str) else v["@id"] for v in load_context().values() if v != 1.1}
    kinds = ("Class", "ObjectProperty", "DatatypeProperty")
    rdf, owl = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type", "http://www.w3.org/2002/07/owl#"
    ours = {
        str(quad.subject)[1:-1].replace("https://w3id.org/devcoop/ns#", "devc:")
        for kind in kinds
        for quad in dataset.store.quads(
            predicate=ox.NamedNode(rdf), object=ox.NamedNode(owl + kind)
        )
        if str(quad.subject).startswith("<https://w3id.org/devcoop/ns#")
    }
    assert ours
    assert ours - named == set()


@pytest.mark.parametrize("name", WITH_GRAPHS)
def test_a_format_with_graphs_reads_back_as_the_same_dataset(
    name: str, part: Dataset, release: Path
) -> None:
    again = restore_dataset(parse_foreign(release / name, (release / name).read_bytes()))
    assert again.lines == part.lines
    content = Writer(again).render({v: k for k, v in FORMATS.items()}[name])[name]
    assert content == (release / name).read_bytes()


@pytest.mark.parametrize("name", WITHOUT_GRAPHS)
def test_a_format_without_graphs_is_no_dataset(name: str, part: Dataset, release: Path) -> None:
    form = ox.RdfFormat.from_extension(name.rpartition(".")[2])
    assert form
    union = canonical_lines({ox.Quad(*quad.triple) for quad in part.store})
    assert _lines_of((release / name).read_bytes(), form) == union


@pytest.mark.series(one_in=2)
@pytest.mark.parametrize("name", [*WITH_GRAPHS, *WITHOUT_GRAPHS])
def test_rdflib_reads_the_same(name: str, release: Path) -> None:
    suffix = name.rpartition(".")[2]
    has_graphs = name in WITH_GRAPHS
    graph = rdflib.Dataset() if has_graphs else rdflib.Graph()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        graph.parse(release / name, format=RDFLIB[suffix])
        text = graph.serialize(format="nquads" if has_graphs else "nt")
    form = ox.RdfFormat.from_extension(suffix)
    ours = _lines_of((release / name).read_bytes(), form)  # type: ignore[arg-type]
    theirs = _lines_of(text.encode(), ox.RdfFormat.N_QUADS)
    assert theirs == ours


def test_rdfxml_says_what_it_cannot_hold() -> None:
    with pytest.raises(GraphError, match="control character"):
        render_rdfxml([ox.Quad(S, P, ox.Literal("a\x0bb"))])
    with pytest.raises(GraphError, match="property"):
        render_rdfxml([ox.Quad(S, ox.NamedNode("urn:x:1"), ox.Literal("a"))])


def test_rdfxml_keeps_every_end_of_line() -> None:
    quads = order_quads([ox.Quad(S, P, ox.Literal("a\r\nb\rc\nd"))])
    assert _lines_of(render_rdfxml(quads), ox.RdfFormat.RDF_XML) == canonical_lines(quads)
    told = ET.fromstring(render_rdfxml(quads))
    assert [node.text for node in told.iter() if node.text and "a" in node.text] == ["a\r\nb\rc\nd"]


def test_tables_keep_their_own_rules(release: Path) -> None:
    metadata = json.loads((release / METADATA_FILE).read_bytes())
    rows, heads = {}, {}
    for table in metadata["tables"]:
        with (release / table["url"]).open(newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            rows[table["url"]], heads[table["url"]] = list(reader), reader.fieldnames
    assert len(rows) == len(metadata["tables"]) >= 10
    for table in metadata["tables"]:
        schema, content = table["tableSchema"], rows[table["url"]]
        assert [column["name"] for column in schema["columns"]] == heads[table["url"]]
        keys = [tuple(row[name] for name in schema["primaryKey"]) for row in content]
        assert len(keys) == len(set(keys))
        assert all(all(key) for key in keys)
        for link in schema["foreignKeys"]:
            name, there = link["columnReference"][0], link["reference"]
            known = {row[there["columnReference"][0]] for row in rows[there["resource"]]}
            assert {row[name] for row in content} <= known, (table["url"], name)


def test_an_independent_reader_of_csvw_agrees(release: Path) -> None:
    csvw = pytest.importorskip("csvw")
    group = csvw.TableGroup.from_file(release / METADATA_FILE)
    assert group.check_referential_integrity()
    # Each row is read with the types of its columns; a table of a release may be empty.
    assert sum(len(list(table)) for table in group.tables) > 0


def test_a_formula_in_a_table_is_defused_and_the_description_says_so() -> None:
    store = Store()
    concept = ox.NamedNode("https://w3id.org/devcoop/theme/x")
    skos = "http://www.w3.org/2004/02/skos/core#"
    home = "https://example.org/g"
    label = ox.Literal('=HYPERLINK("x")', language="en")
    label_of, in_scheme = ox.NamedNode(skos + "prefLabel"), ox.NamedNode(skos + "inScheme")
    store.add(home, [ox.Triple(concept, label_of, label), ox.Triple(concept, in_scheme, S)])
    files = render_tables(read_tables(store).values())
    assert b"\"'=HYPERLINK" in files["concepts.csv"]
    assert "apostrophe" in json.loads(files[METADATA_FILE])["dc:description"]


def test_network_links_what_is_there(release: Path) -> None:
    root = ET.parse(release / "devcoop.graphml").getroot()
    space = "{http://graphml.graphdrawing.org/xmlns}"
    nodes = [node.get("id") for node in root.iter(f"{space}node")]
    ends = {edge.get(end) for edge in root.iter(f"{space}edge") for end in ("source", "target")}
    keys = {key.get("id") for key in root.iter(f"{space}key")}
    assert len(nodes) == len(set(nodes)) > 100
    assert ends <= set(nodes)
    assert {data.get("key") for data in root.iter(f"{space}data")} <= keys


def test_sssom_lists_the_findings_of_the_part_alone(part: Dataset, release: Path) -> None:
    text = (release / "devcoop.sssom.tsv").read_text(encoding="utf-8")
    rows = list(
        csv.DictReader((line for line in text.splitlines() if line[0] != "#"), delimiter="\t")
    )
    with (release / "overlaps.csv").open(newline="", encoding="utf-8") as file:
        findings = {row["finding"] for row in csv.DictReader(file)}
    base = "https://w3id.org/devcoop/finding/"
    assert {row["record_id"].replace("finding:", base) for row in rows} == findings


@pytest.mark.gate
@pytest.mark.parametrize("seed", ["0", "1"])
def test_bytes_do_not_depend_on_the_seed(seed: str, part: Dataset, release: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from devcoop.dataset import restore_dataset\n"
        "from devcoop.export import build_release; from devcoop.store.rdf import parse_rdf\n"
        "path = Path(sys.argv[1])\n"
        "files = build_release(restore_dataset(parse_rdf(path, path.read_bytes())))\n"
        "sys.stdout.buffer.write(files['SHA256SUMS'])"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, str(release / "devcoop.nq")],
        env=os.environ | {"PYTHONHASHSEED": seed},
        capture_output=True,
        check=True,
    )
    assert done.stdout == (release / "SHA256SUMS").read_bytes()
