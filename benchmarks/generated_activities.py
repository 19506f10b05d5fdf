"""Write activities that nobody carries out, in the shape of published aid, to measure what grows.

What stands in the file is what the reader of IATI would have written, as `devcoop export` gives
it: a description of each graph first, then one graph for each publisher. The shape is that of
real files: a few publishers, countries and purposes have most of the activities (Zipf); some say
no country, no purpose, no description, no end; titles are in four languages, and some activities
say both English and their own. Titles and descriptions are composed, purpose by purpose, of words
that are read from the labelled activities of `DEVCOOP_SHARED/formats/labels`, if that is there,
else of the names of the purposes. One seed gives the same bytes everywhere, and a million
activities need no more memory than a thousand.

Run: python benchmarks/generated_activities.py ACTIVITIES FILE.nq [SEED]
With FILE.nt, the same without graphs, as one list of one publisher.
"""

from __future__ import annotations

import bisect
import csv
import hashlib
import itertools
import os
import random
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from devcoop.graph import build_graph
from devcoop.names import BASE, CATALOG, DEVC, PREFIXES, term
from devcoop.queries import get_query
from devcoop.store.terms import Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from devcoop.store import Store

LANGUAGES = {"en": 0.62, "fr": 0.18, "es": 0.14, "pt": 0.06}
"""Share of each language among the publishers, as far as titles go."""
SHARES = {
    "no country": 0.07,
    "a region": 0.06,
    "no purpose": 0.06,
    "no description": 0.18,
    "no end": 0.12,
    "no days": 0.03,
    "two languages": 0.08,
    "partner": 0.45,
    "money": 0.3,
    "function": 0.4,
}
"""Share of the activities of which something is true; some publishers do so more than others."""
_MORE_COUNTRIES, _MORE_PURPOSES = 0.08, 0.18
_SKEW = {"publisher": 1.0, "country": 0.7, "purpose": 0.85}
_YEARS = range(2004, 2026)
_DAYS, _MONTHS = 28, 12
_TITLE_WORDS, _TEXT_WORDS = (3, 8), (12, 45)
_OF_A_PUBLISHER = 0.75
"""How often a publisher takes one of the few countries and purposes that are its own."""
_OWN_COUNTRIES, _OWN_PURPOSES = 12, 14
_LABELS = "formats/labels/dac-iati.csv"
_DATASET, _CATALOG_TYPE = term("dcat:Dataset"), term("dcat:Catalog")
_QUERY = """
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?concept (STR(?notation) AS ?code) (LANG(?name) AS ?language) (STR(?name) AS ?text)
WHERE {
  ?concept skos:inScheme <%s> ; skos:notation ?notation ; skos:prefLabel ?name .
}
ORDER BY ?code ?language
"""
_UNSAID = ("theme", "function", "instrument", "beneficiaryGroup", "arena", "undertakingType")


class Zipf:
    """Draws some things far more often than others.

    Args:
        things: The things, the most frequent first.
        skew: How much more often: the share of each falls with this power of its rank.
    """

    def __init__(self, things: Sequence[str], skew: float) -> None:
        self.things = things
        self._sums = list(itertools.accumulate((rank + 1) ** -skew for rank in range(len(things))))

    def draw(self, chance: random.Random) -> str:
        """Draw one."""
        return self.things[bisect.bisect(self._sums, chance.random() * self._sums[-1])]


class Publisher(NamedTuple):
    """Who publishes a file.

    Attributes:
        number: Tells it from the others.
        activities: How many it has.
        language: Of its titles.
        countries: Where most of its activities are.
        purposes: What most of them are for.
    """

    number: int
    activities: int
    language: str
    countries: Zipf
    purposes: Zipf


class Vocabulary:
    """What activities can say: countries, purposes, and words for each purpose and language.

    Args:
        graph: The built-in schemes.
        shared: Folder with labelled activities; without it words are those of the schemes.
    """

    def __init__(self, graph: Store, shared: Path | None) -> None:
        places = graph.query(_QUERY % f"{BASE}place").records()
        country = {row["code"]: row["concept"] for row in places if row["code"].isalpha()}
        self.countries = [country[code] for code in sorted(country, key=_shuffle)]
        self.regions = sorted({row["concept"] for row in places if row["code"].isdigit()})
        self._words: dict[tuple[str, str], list[str]] = defaultdict(list)
        purposes: dict[str, str] = {}
        for row in graph.query(_QUERY % f"{BASE}codelist/crs").records():
            if len(row["code"]) == len("11110"):
                purposes[row["code"]] = row["concept"]
                self._words[row["concept"], row["language"]] += row["text"].split()
        self.purposes = [purposes[code] for code in sorted(purposes, key=_shuffle)]
        self.themes = _read_themes(graph)
        functions = graph.query(_QUERY % f"{BASE}function").records()
        self.functions = sorted({row["concept"] for row in functions})
        if shared:
            self._add_words(shared / _LABELS, purposes)

    def _add_words(self, path: Path, purposes: Mapping[str, str]) -> None:
        with path.open(encoding="utf-8", newline="") as rows:
            for row in csv.DictReader(rows):
                if purpose := purposes.get(row["dac-sector"]):
                    words = f"{row['title']} {row['description']}".split()
                    self._words[purpose, row["language"]] += words

    def compose(self, purpose: str, language: str, number: int, chance: random.Random) -> str:
        """Compose a text of so many words about a purpose, in no order that says anything."""
        words = self._words.get((purpose, language)) or self._words[purpose, "en"]
        return " ".join(chance.choices(words, k=number))


def _shuffle(code: str) -> str:
    """Give an order that hangs on nothing but the codes: ranks are no ranks of real countries."""
    return hashlib.sha256(code.encode()).hexdigest()


def _read_themes(graph: Store) -> dict[str, list[str]]:
    """Read the themes that follow from each purpose, those that are close before wider ones."""
    close: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in graph.query(get_query("purpose-themes").text).records():
        close[row["purpose"]][row["match"]].append(row["theme"])
    return {purpose: found[min(found, key=len)] for purpose, found in close.items()}


class Activities:
    """A source of activities.

    Args:
        vocabulary: What they can say.
        number: How many there are.
        seed: Start of the random numbers.
    """

    def __init__(self, vocabulary: Vocabulary, number: int, seed: int) -> None:
        self._known, self._seed = vocabulary, seed
        self._chance = random.Random(seed)  # noqa: S311
        self._countries = Zipf(vocabulary.countries, _SKEW["country"])
        self._purposes = Zipf(vocabulary.purposes, _SKEW["purpose"])
        self.publishers = list(self._divide(number))

    def _divide(self, number: int) -> Iterator[Publisher]:
        """Divide activities among publishers: about 1.5 times the root of their number."""
        publishers = max(4, round(1.5 * number**0.5))
        weights = [(rank + 1) ** -_SKEW["publisher"] for rank in range(publishers)]
        whole, left = sum(weights), number
        for rank, weight in enumerate(weights):
            is_last = rank == publishers - 1
            here = left if is_last else min(left, max(1, round(number * weight / whole)))
            left -= here
            if here:
                [language] = self._chance.choices(list(LANGUAGES), list(LANGUAGES.values()))
                countries = self._draw_some(self._countries, _OWN_COUNTRIES)
                purposes = self._draw_some(self._purposes, _OWN_PURPOSES)
                yield Publisher(rank, here, language, countries, purposes)

    def _draw_some(self, among: Zipf, number: int) -> Zipf:
        drawn = dict.fromkeys(among.draw(self._chance) for _ in range(number))
        return Zipf(list(drawn), 1.0)

    def iter_quads(self) -> Iterator[str]:
        """Iterate over all statements as lines of N-Quads, the descriptions of graphs first."""
        yield f"<{CATALOG}> <{term('rdf:type')}> <{_CATALOG_TYPE}> .\n"
        for publisher in self.publishers:
            home = _home(publisher)
            digest = hashlib.sha256(
                f"{self._seed} {publisher.number} {publisher.activities}".encode()
            ).hexdigest()
            yield f"<{home}> <{term('dcterms:isPartOf')}> <{CATALOG}> .\n"
            yield f"<{home}> <{term('rdf:type')}> <{_DATASET}> .\n"
            yield f'<{home}> <{DEVC.sha256}> "{digest}" .\n'
        for publisher in self.publishers:
            home = _home(publisher)
            for statement in self._state_all(publisher):
                yield f"{statement} <{home}> .\n"

    def iter_triples(self) -> Iterator[str]:
        """Iterate over the statements of the greatest publisher alone, as lines of N-Triples."""
        for statement in self._state_all(self.publishers[0]):
            yield f"{statement} .\n"

    def _state_all(self, publisher: Publisher) -> Iterator[str]:
        name = _name(publisher)
        plan, agency, document = (f"{BASE}{kind}/{name}" for kind in ("plan", "agency", "document"))
        yield from _state(agency, {
            "rdf:type": [term("org:Organization")],
            "rdfs:label": [_text(f"Publisher {publisher.number}", publisher.language)],
            "dcterms:identifier": [_text(f"XM-GEN-{publisher.number}")],
        })  # fmt: skip
        yield from _state(plan, {
            "rdf:type": [DEVC.Plan],
            "rdfs:label": [_text(name, publisher.language)],
            "dcterms:identifier": [_text(name)],
            DEVC.issuedBy: [agency],
            DEVC.laidDownIn: [document],
        })  # fmt: skip
        yield from _state(document, {
            "rdf:type": [DEVC.PlanDocument],
            "dcterms:title": [_text(f"{name}.xml", publisher.language)],
            DEVC.sha256: [_text(hashlib.sha256(name.encode()).hexdigest())],
        })  # fmt: skip
        for number in range(publisher.activities):
            yield from self._state_one(publisher, f"{BASE}element/{name}", name, number)

    def _state_one(
        self, publisher: Publisher, element: str, name: str, number: int
    ) -> Iterator[str]:
        key = f"XM-GEN-{publisher.number}-{number}"
        iri, passage = f"{element}/{key}", f"{BASE}passage/{name}/{number}.iati-activity"
        places, basis = self._draw_places(publisher)
        purposes = [] if self._is("no purpose") else self._draw_purposes(publisher)
        titles, texts = self._compose(publisher, purposes)
        has_days = not self._is("no days")
        has_money = self._is("money")
        yield from _state(iri, {
            "rdf:type": [DEVC.Undertaking],
            "rdfs:label": titles,
            "dcterms:description": texts,
            "dcterms:identifier": [_text(key)],
            DEVC.inPlan: [f"{BASE}plan/{name}"],
            DEVC.agency: [f"{BASE}agency/{name}"],
            DEVC.hasEvidence: [passage],
            DEVC.hasStatus: [f"{BASE}status/{self._chance.choice(('planned', 'running', 'done'))}"],
            DEVC.periodBasis: [f"{BASE}basis/stated"] if has_days else [],
            "dcterms:temporal": [f"{iri}/period"] if has_days else [],
            DEVC.targetArea: places,
            DEVC.placeBasis: [f"{BASE}basis/{basis}"] if places else [],
            DEVC.purpose: purposes,
            DEVC.hasFunding: [f"{iri}/funding/1"] if has_money else [],
            DEVC.facetNotStated: [f"{DEVC.theme.removesuffix('theme')}{one}" for one in _UNSAID],
        })  # fmt: skip
        if has_days:
            yield from self._state_days(f"{iri}/period")
        yield from _state_passage(passage, name, number, titles[:1])
        yield from self._suggest(iri, purposes)
        if self._is("partner"):
            yield from self._state_partner(iri, key, name, passage)
        if has_money:
            yield from self._state_money(iri, key, name, passage)

    def _is(self, what: str) -> bool:
        return self._chance.random() < SHARES[what]

    def _draw_places(self, publisher: Publisher) -> tuple[list[str], str]:
        if self._is("no country"):
            return [], ""
        if self._is("a region"):
            return [self._chance.choice(self._known.regions)], "named"
        return self._draw_own(publisher.countries, self._countries, _MORE_COUNTRIES), "named"

    def _draw_purposes(self, publisher: Publisher) -> list[str]:
        return self._draw_own(publisher.purposes, self._purposes, _MORE_PURPOSES)

    def _draw_own(self, own: Zipf, every: Zipf, more: float) -> list[str]:
        """Draw one, or now and then some more, of what a publisher has or of all."""
        drawn: list[str] = []
        while not drawn or self._chance.random() < more:
            among = own if self._chance.random() < _OF_A_PUBLISHER else every
            drawn.append(among.draw(self._chance))
        return sorted(set(drawn))

    def _compose(self, publisher: Publisher, purposes: list[str]) -> tuple[list[str], list[str]]:
        """Compose titles and descriptions; what states no purpose has words of some purpose."""
        about = purposes[0] if purposes else self._purposes.draw(self._chance)
        languages = [publisher.language]
        if publisher.language != "en" and self._is("two languages"):
            languages.append("en")
        titles = [self._write(about, language, _TITLE_WORDS) for language in languages]
        if self._is("no description"):
            return titles, []
        return titles, [self._write(about, language, _TEXT_WORDS) for language in languages]

    def _write(self, about: str, language: str, words: tuple[int, int]) -> str:
        number = self._chance.randint(*words)
        return _text(self._known.compose(about, language, number, self._chance), language)

    def _state_days(self, period: str) -> Iterator[str]:
        year, month = self._chance.choice(_YEARS), self._chance.randint(1, _MONTHS)
        start = f"{year}-{month:02}-{self._chance.randint(1, _DAYS):02}"
        end = f"{year + self._chance.randint(1, 6)}-{self._chance.randint(1, _MONTHS):02}-28"
        yield from _state(period, {
            "rdf:type": [term("dcterms:PeriodOfTime")],
            "dcat:startDate": [_typed(start, "date")],
            "dcat:endDate": [] if self._is("no end") else [_typed(end, "date")],
        })  # fmt: skip

    def _suggest(self, iri: str, purposes: Iterable[str]) -> Iterator[str]:
        """State themes that follow from purposes, and now and then a function, as suggestions."""
        themes = {theme for purpose in purposes for theme in self._known.themes.get(purpose, ())}
        found = [(DEVC.theme, theme, "0.9") for theme in sorted(themes)]
        if self._is("function"):
            confidence = f"0.{self._chance.randint(2, 6)}"
            found.append((DEVC.function, self._chance.choice(self._known.functions), confidence))
        for facet, concept, confidence in found:
            digest = hashlib.sha256(f"{iri} {concept}".encode()).hexdigest()[:16]
            yield from _state(f"{BASE}suggestion/{digest}", {
                "rdf:type": [DEVC.Suggestion],
                DEVC.suggestedFor: [iri],
                DEVC.suggestedFacet: [facet],
                DEVC.suggestedConcept: [concept],
                DEVC.confidence: [_typed(confidence, "decimal")],
            })  # fmt: skip

    def _state_partner(self, iri: str, key: str, name: str, passage: str) -> Iterator[str]:
        who = self._chance.choice(self.publishers)
        role = self._chance.choice(("funding", "implementing"))
        part = f"participation/{role}-{_name(who)}"
        yield from _state(f"{iri}/{part}", {
            **_small(DEVC.Participation, f"{role}: {who.number}", f"{key}/{part}", name, passage),
            DEVC.participant: [f"{BASE}agency/{_name(who)}"],
            DEVC.participatesIn: [iri],
            DEVC.role: [f"{BASE}role/{role}"],
        })  # fmt: skip

    def _state_money(self, iri: str, key: str, name: str, passage: str) -> Iterator[str]:
        amount = self._chance.randint(1, 900) * 10 ** self._chance.randint(2, 5)
        said, part = f"commitment {amount} USD", "funding/1"
        yield from _state(f"{iri}/{part}", {
            **_small(DEVC.FundingProvision, said, f"{key}/{part}", name, passage),
            DEVC.moneyKind: [f"{BASE}money-kind/commitment"],
        })  # fmt: skip
        yield from _state(f"{iri}/{part}/value", {
            **_small(DEVC.IndicatorValue, said, f"{key}/{part}/value", name, passage),
            DEVC.numericValue: [_typed(str(amount), "decimal")],
            DEVC.unitText: [_text("USD")],
            DEVC.valueKind: [f"{BASE}value-kind/target"],
            DEVC.valueOf: [f"{iri}/{part}"],
        })  # fmt: skip


def _small(kind: str, said: str, key: str, name: str, passage: str) -> dict[str, list[str]]:
    """Give what each small element states that belongs to an activity."""
    return {
        "rdf:type": [kind],
        "rdfs:label": [_text(said, "en")],
        "dcterms:description": [_text(said, "en")],
        "dcterms:identifier": [_text(key)],
        DEVC.inPlan: [f"{BASE}plan/{name}"],
        DEVC.hasEvidence: [passage],
    }


def _state_passage(passage: str, name: str, number: int, said: list[str]) -> Iterator[str]:
    yield from _state(passage, {
        "rdf:type": [DEVC.Passage],
        DEVC.locator: [_text(f"{number}.iati-activity")],
        "dcterms:description": said,
        "oa:hasSource": [f"{BASE}document/{name}"],
        "oa:hasSelector": [f"{passage}/selector"],
    })  # fmt: skip
    yield from _state(f"{passage}/selector", {
        "rdf:type": [term("oa:XPathSelector")],
        "rdf:value": [_text(f"/iati-activities/iati-activity[{number + 1}]")],
    })  # fmt: skip


def _home(publisher: Publisher) -> str:
    return f"{BASE}graph/plan/{_name(publisher)}"


def _name(publisher: Publisher) -> str:
    """Name what is of a publisher, as what is of lists is named: with eight digits behind it."""
    return f"generated-list-{publisher.number:08x}"


def _text(text: str, language: str = "") -> str:
    return str(Literal(text, language=language) if language else Literal(text))


def _typed(text: str, kind: str) -> str:
    return f'"{text}"^^<{PREFIXES["xsd"]}{kind}>'


def _state(subject: str, said: Mapping[str, Iterable[str]]) -> Iterator[str]:
    """Write statements about a subject, without what ends their lines."""
    for name, values in said.items():
        whole = name if "://" in name else term(name)
        for value in values:
            said_of_it = value if value.startswith('"') else f"<{value}>"
            yield f"<{subject}> <{whole}> {said_of_it}"


def write_activities(number: int, path: Path, seed: int = 1) -> None:
    """Write a file.

    Args:
        number: How many activities.
        path: The file; with the ending `.nt` the activities of one publisher, without graphs.
        seed: Start of the random numbers.
    """
    shared = os.environ.get("DEVCOOP_SHARED")
    known = Vocabulary(build_graph(), Path(shared) if shared else None)
    activities = Activities(known, number, seed)
    is_plain = path.suffix == ".nt"
    with path.open("w", encoding="utf-8", newline="\n") as lines:
        lines.writelines(activities.iter_triples() if is_plain else activities.iter_quads())


if __name__ == "__main__":
    write_activities(int(sys.argv[1]), Path(sys.argv[2]), *map(int, sys.argv[3:4]))
