"""What is read of the files that others published, against counts made without devcoop."""

from __future__ import annotations

import csv
import gzip
import os
import re
from collections import Counter, defaultdict
from dataclasses import astuple
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lxml import etree

from devcoop.errors import SourceError
from devcoop.load.readers import iati, stratml
from devcoop.load.records import Head, Hints, Records

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devcoop.load.markup import Tag
    from devcoop.load.records import Element

ROOT = Path(__file__).resolve().parents[4]
SHARED = Path(os.environ.get("DEVCOOP_SHARED", ROOT.parent / "shared"))
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
NOT_COUNTS = ("version", "reporting orgs", "organisation id", "XSD errors")
"""What `EXPECTED.csv` says of a file that is no number of what is in it."""
DAC = "(not(@vocabulary) or @vocabulary='1' or @vocabulary='2' or starts-with(@vocabulary,'DAC'))"
PERSONAL = ("person-name", "email", "telephone", "job-title", "mailing-address")
READ_AS_SUCH = ("value", "transaction-date", "pos", "iati-identifier")
"""Elements whose text becomes a number, a day or a key."""
PLANNED = ("budget", "planned-disbursement")

pytestmark = pytest.mark.skipif(
    not (SHARED / "formats" / "EXPECTED.csv").exists(),
    reason="the files are not here; see DEVCOOP_SHARED",
)


def _expected() -> dict[str, dict[str, str]]:
    rows: dict[str, dict[str, str]] = defaultdict(dict)
    if (SHARED / "formats" / "EXPECTED.csv").exists():
        with (SHARED / "formats" / "EXPECTED.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["file"].startswith(("iati/", "iati-org/")):
                    rows["formats/" + row["file"]][row["what"]] = row["count"]
    return dict(rows)


EXPECTED = _expected()
READABLE = [name for name, rows in EXPECTED.items() if "parse error" not in rows]
MORE = sorted(f"iati/{path.name}" for path in (SHARED / "iati").glob("*.xml"))
ALL = [*READABLE, *MORE]
LISTS = [name for name in ALL if "-org" not in name]


@cache
def read(name: str) -> Records:
    path = SHARED / name
    content = path.read_bytes()
    assert iati.recognizes(path, content)
    return iati.read_records(path, content, Hints())[1]


@cache
def parse(name: str) -> Tag:
    content = (SHARED / name).read_bytes()
    return etree.fromstring(gzip.decompress(content) if name.endswith(".gz") else content)


def undertakings(name: str) -> list[Element]:
    return [one for one in read(name).elements if one.kind == "Undertaking"]


def activities(name: str) -> list[Tag]:
    root = parse(name)
    return [*root.iter("iati-activity")]


def line(text: str | None) -> str:
    return " ".join((text or "").split())


def texts(node: Tag, child: str) -> list[str]:
    found = [one.text for one in node.findall(child)]
    found += [one.text for one in node.findall(f"{child}/narrative")]
    return [line(one) for one in found if line(one)]


def test_there_are_files() -> None:
    assert len(READABLE) >= 13
    assert len(MORE) == 16


@pytest.mark.parametrize("name", READABLE)
def test_counts_are_those_of_others(name: str) -> None:
    wanted = {what: n for what, n in EXPECTED[name].items() if what not in NOT_COUNTS}
    languages = dict(one.split(":") for one in wanted.pop(NARRATIVES, "").split())
    counts = read(name).counts
    assert wanted
    assert {what: counts[what] for what in wanted} == {w: int(n) for w, n in wanted.items()}
    said = {w: n for w, n in counts.items() if w.startswith("narratives in ")}
    if NARRATIVES in EXPECTED[name]:
        assert said == {f"narratives in {tag}": int(n) for tag, n in languages.items()}


NARRATIVES = "narratives by stated language"


@pytest.mark.parametrize("name", READABLE)
def test_version_and_reporting_organisations_are_read(name: str) -> None:
    path, rows = SHARED / name, EXPECTED[name]
    form, records = iati.read_records(path, path.read_bytes(), Hints())
    version = "" if rows["version"] == "none" else rows["version"]
    assert form == f"IATI {version}".strip()
    assert any("state its version" in one.what for one in records.told) == (not version)
    agency = records.head.agency
    assert agency is not None
    assert agency.identifier == rows.get("organisation id", rows.get("reporting orgs"))


@pytest.mark.parametrize("name", LISTS)
def test_activities_are_all_there_under_their_identifiers(name: str) -> None:
    nodes, found = activities(name), undertakings(name)
    assert len(found) == len(nodes)
    wanted = [line(node.findtext("iati-identifier")) for node in nodes]
    first = {identifier: number for number, identifier in reversed([*enumerate(wanted)])}
    for number, one in enumerate(found):
        if wanted[number] and first[wanted[number]] == number:
            assert one.key == wanted[number]
    keys = [one.key for one in read(name).elements]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("name", LISTS)
def test_titles_and_descriptions_are_those_of_an_xpath(name: str) -> None:
    for node, one in zip(activities(name), undertakings(name), strict=True):
        assert sorted(line(text.value) for text in one.titles) == sorted(texts(node, "title"))
        wanted = sorted(texts(node, "description"))
        if "@" not in "".join(wanted) and "+" not in "".join(wanted):
            assert sorted(line(text.value) for text in one.descriptions) == wanted


@pytest.mark.parametrize("name", LISTS)
def test_shares_places_and_purposes_are_those_of_an_xpath(name: str) -> None:
    for node, one in zip(activities(name), undertakings(name), strict=True):
        stated = {each.value.text: each.percentage for each in one.shares}
        assert len(stated) == len(one.shares)
        places = node.xpath("recipient-country[@percentage]|recipient-region[@percentage]")
        sectors = [each for each in node.xpath(f"sector[{DAC}]") if _is_purpose(each)]
        # One file writes `vocab` for `vocabulary`.
        sectors = [each for each in sectors if each.get("vocab", "DAC") == "DAC"]
        for facet, nodes in (("place", places), ("purpose", sectors)):
            written = [each.get("percentage") for each in nodes if each.get("percentage")]
            found = [share.percentage for share in one.shares if share.facet == facet]
            assert sum(found) == sum(map(Decimal, written))
        codes = {each.get("code").strip() for each in sectors if each.get("percentage")}
        assert codes == {each.value.text for each in one.shares if each.facet == "purpose"}
        of_parts = [each for each in node.xpath(f"transaction/sector[{DAC}]") if _is_purpose(each)]
        codes = {each.get("code").strip() for each in (*sectors, *of_parts)}
        assert {value.text for facet, value in one.facets if facet == "purpose"} == codes
        countries = node.xpath("recipient-country/@code|transaction/recipient-country/@code")
        assert set(map(str.strip, countries)) <= {value.text for value in one.places}
        regions = node.xpath("boolean(recipient-region|transaction/recipient-region)")
        assert bool(one.places) == bool(countries or regions)


def _is_purpose(node: Tag) -> bool:
    return re.fullmatch(r"\d{3}|\d{5}", node.get("code", "").strip()) is not None


@pytest.mark.parametrize("name", LISTS)
def test_money_of_transactions_is_the_sum_of_their_values(name: str) -> None:
    """No unit of money is lost or made, and none goes to another currency."""
    for node, one in zip(activities(name), undertakings(name), strict=True):
        wanted: dict[str, Decimal] = defaultdict(Decimal)
        for value in node.xpath("transaction/value"):
            currency = value.get("currency") or node.get("default-currency") or ""
            wanted[currency] += Decimal(value.text.strip().replace(",", ""))
        found: dict[str, Decimal] = defaultdict(Decimal)
        for amount in one.amounts:
            if amount.kind not in PLANNED:
                found[amount.currency] += amount.number
        assert found == wanted
        years = {day[:4] for day in node.xpath("transaction/transaction-date/@iso-date")}
        of_sums = [amount for amount in one.amounts if amount.kind not in PLANNED]
        assert {str(amount.start.year) for amount in of_sums if amount.start} == years


@pytest.mark.parametrize("name", LISTS)
def test_budgets_are_one_for_each_period_and_currency(name: str) -> None:
    for kind in PLANNED:
        for node, one in zip(activities(name), undertakings(name), strict=True):
            wanted = {
                (
                    *each.xpath("period-start/@iso-date"),
                    "",
                    *each.xpath("period-end/@iso-date"),
                    each.xpath("string(value/@currency)") or node.get("default-currency"),
                )
                for each in node.findall(kind)
            }
            assert len([each for each in one.amounts if each.kind == kind]) == len(wanted)


@pytest.mark.parametrize("name", LISTS)
def test_bodies_sites_and_references_are_those_of_an_xpath(name: str) -> None:
    kinds = {"parent": "1", "child": "2", "sibling": "3", "co-funded": "4", "third-party": "5"}
    for node, one in zip(activities(name), undertakings(name), strict=True):
        named = [
            each
            for each in node.findall("participating-org")
            if line(each.get("ref")) or line("".join(each.itertext()))
        ]
        assert len(one.bodies) == len(named)
        assert Counter(body.role for body in one.bodies).total() == len(named)
        assert len(one.sites) == node.xpath("count(location[name or point or coordinates])")
        said = {(each.kind, each.identifier) for each in one.references}
        for kind, code in kinds.items():
            wanted = set(map(line, node.xpath(f"related-activity[@type='{code}']/@ref"))) - {""}
            assert {text for each, text in said if each == kind} == wanted
        for kind, path in (
            ("provider", ".//@provider-activity-id"),
            ("receiver", ".//@receiver-activity-id"),
            ("participant", "participating-org/@activity-id"),
        ):
            assert {text for each, text in said if each == kind} == set(
                filter(None, map(line, node.xpath(path)))
            )


@pytest.mark.parametrize("name", LISTS)
def test_parents_in_the_file_are_what_activities_are_part_of(name: str) -> None:
    by_id = {line(node.findtext("iati-identifier")): node for node in activities(name)}
    parts = {one.key: one.part_of for one in undertakings(name)}
    for identifier, node in by_id.items():
        parents = node.xpath("related-activity[@type='1']/@ref")
        if identifier and (known := [one for one in map(line, parents) if one in by_id]):
            assert parts[identifier] in known
    assert {whole for whole in parts.values() if whole} <= set(parts)


@pytest.mark.parametrize("name", LISTS)
def test_results_indicators_and_numbers_are_those_of_an_xpath(name: str) -> None:
    root, elements = parse(name), read(name).elements
    kinds = Counter(one.kind for one in elements)
    results = kinds["Output"] + kinds["Outcome"] + kinds["Impact"]
    assert results == root.xpath("count(//result)")
    types = Counter(one.lower() for one in root.xpath("//result/@type"))
    assert kinds["Output"] == types["1"] + types["output"]
    assert kinds["Indicator"] == root.xpath("count(//indicator)")
    figures = Counter(each.kind for one in elements for each in one.figures)
    for kind in ("baseline", "target", "actual"):
        nodes = root.xpath(f"//indicator//{kind}")
        said = [one for one in nodes if one.get("value", "").strip() or line(_all(one))]
        assert figures[kind] == len(said)
    keys = {one.key for one in elements}
    ends = {end for one in elements for end in (*one.contributes_to, *one.measures)}
    assert ends <= keys
    assert len(ends) >= results


def _all(node: Tag) -> str:
    return "".join(node.itertext())


@pytest.mark.parametrize("name", ALL)
def test_no_word_is_dropped_but_of_persons(name: str) -> None:
    """Every word and every attribute stands in the records of its activity."""
    records = read(name)
    said = [iter_words(records.head)]
    said += [iter_words(one) for one in records.elements]
    words = set().union(*said)
    personal = set[str]()
    for node in parse(name).iter(etree.Element):
        tag = etree.QName(node).localname
        around = {etree.QName(one).localname for one in node.iterancestors()} | {tag}
        own = set((node.text or "").split())
        if around & set(PERSONAL):
            personal |= own
        elif tag not in READ_AS_SUCH:
            assert {one for one in own if is_plain(one)} <= words
        if around & {"transaction", "location"} or tag.endswith(("-activities", "-organisations")):
            continue
        for key, value in node.items():
            if key not in CODED and not key.startswith("{"):
                assert {one for one in value.split() if is_plain(one)} <= words, (tag, key)
    assert {one for one in personal if "@" in one}.isdisjoint(words)


CODED = (
    *("code", "type", "role", "iso-date", "year", "measure", "percentage", "vocabulary", "vocab"),
    *("currency", "value-date", "value", "last-updated-datetime", "default-currency", "status"),
    *("srsName", "latitude", "longitude", "secondary-reporter"),
)
"""Attributes that are read as what they mean."""


def is_plain(word: str) -> bool:
    """Tell whether a word is no number, day, address or telephone."""
    return word.isalpha()


def iter_words(value: object) -> set[str]:
    """Find the words of a record; marks that the reader puts behind a word go."""
    found = set[str]()
    whole = astuple(value) if isinstance(value, Head) else value
    for text in _iter_texts(whole):
        for word in text.split():
            found |= {word, word.rstrip(";:"), word.rstrip(";:").rstrip(";:")}
    return found


def _iter_texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from _iter_texts(one)


@pytest.mark.parametrize("name", [name for name in ALL if "-org" in name])
def test_money_of_organisations_is_that_of_the_list(name: str) -> None:
    root, head = parse(name), read(name).head
    tags = ("total-budget", "recipient-country-budget", "recipient-region-budget")
    budgets = [node for tag in tags for node in root.iter(tag)]
    spent = [*root.iter("total-expenditure")]
    assert Counter(one.kind for one in head.amounts) == Counter(
        {"budget": len(budgets), "expenditure": len(spent)}
    )
    values = [Decimal(node.findtext("value") or "") for node in (*budgets, *spent)]
    assert sum(one.number for one in head.amounts) == sum(values)
    codes = root.xpath("//recipient-country-budget/recipient-country/@code")
    places = [one.place.text for one in head.amounts if one.place]
    assert Counter(codes) <= Counter(places)
    assert not read(name).elements


FAULTS = {
    "formats/iati/faulty-truncated.xml": ":4: not well-formed XML: it ends in the middle",
    "formats/iati/faulty-broken-xml.xml": ":4: not well-formed XML:",
    "formats/iati/faulty-xlsx-named-xml.xml": ": this is a ZIP file, perhaps a workbook,",
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_is_broken_is_told_in_one_line(name: str) -> None:
    path = SHARED / name
    content = path.read_bytes()
    reader = next(one for one in (iati, stratml) if one.recognizes(path, content))
    with pytest.raises(SourceError) as caught:
        reader.read(path, content, Hints())
    assert str(caught.value).startswith(f"{path}{FAULTS[name]}")
    assert "\n" not in str(caught.value)


def test_activities_without_or_with_the_same_identifier_are_kept() -> None:
    blank = [one.key for one in undertakings("formats/iati/faulty-blank-ids.xml")]
    assert len(blank) == 3
    assert sum(key.startswith("without identifier") for key in blank) == 2
    twice = [one.key for one in undertakings("formats/iati/faulty-duplicate-ids.xml")]
    assert twice[1] == f"{twice[0]} (2)"
    told = read("formats/iati/faulty-duplicate-ids.xml").told
    assert [one.where.line for one in told if one.kind == "unknown"] == [56]


def test_sectors_and_places_of_transactions_count_for_the_activity() -> None:
    [one] = undertakings("formats/iati/usaid-bb-2.03.xml")
    assert {value.text for facet, value in one.facets if facet == "purpose"}
    assert one.places
    assert not one.shares


def test_each_description_has_its_language() -> None:
    [one] = undertakings("formats/iati/afdb-3-languages-2.01.xml")
    assert {text.language for text in one.titles} == {"en", "fr"}
    assert {amount.currency for amount in one.amounts} == {"XDR"}
