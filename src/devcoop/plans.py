"""Plans and undertakings, read from the graph into records.

The queries of `queries/facets/` and `queries/records/` say what is read; this module only
puts their rows together. Whatever a plan leaves out — passages, a short name, labels in the
wanted language — leaves a record with less in it, never no record.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from functools import cache, cached_property, partial
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeVar

from devcoop.errors import UnknownResourceError, list_known, suggest
from devcoop.model import (
    FACETS,
    Agency,
    Area,
    Concept,
    Heading,
    Link,
    Naming,
    Passage,
    Period,
    Plan,
    Said,
    SuggestedConcept,
    Undertaking,
)
from devcoop.names import DEVC, expand, shorten
from devcoop.queries import get_query
from devcoop.texts import in_one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from devcoop.facets import FacetTable
    from devcoop.store import Store

Record = dict[str, str]
Item = TypeVar("Item")
_MOST_CANDIDATES = 5
_MOST_APART, _MOST_TIMES = 4_000, 4
"""Undertakings that are read by themselves, and how often; to read them all takes some seconds."""


class Labels(dict[str, str]):
    """Labels by IRI; what has none is called by its shortened IRI.

    Examples:
        >>> Labels()["https://w3id.org/devcoop/theme/metrology"]
        'th:metrology'
    """

    def __missing__(self, iri: str) -> str:
        return shorten(iri)


def _ask(graph: Store, query: str) -> list[Record]:
    return graph.recall_records(get_query(query).text)


def _ask_of(
    graph: Store, query: str, column: str, only: Collection[str] | None
) -> Sequence[Record]:
    """Ask a query, and give all rows or those with one of some values in a column."""
    if only is None:
        return _ask(graph, query)
    return graph.recall_rows(get_query(query).text, column, only)


def _group(records: Iterable[dict[str, Any]], key: str) -> dict[str, list[dict[str, Any]]]:
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for record in records:
        groups[record[key]].append(record)
    return groups


def read_labels(
    graph: Store, language: str = "en", *, without: Collection[str] = frozenset()
) -> Labels:
    """Read what everything is called.

    Args:
        graph: Where the plans and schemes are.
        language: Language tag that is wanted.
        without: IRIs of things whose labels nobody will ask for.

    Returns:
        A label for each thing that has any: in the wanted language, else in English, else in any.
    """
    text = get_query("labels").text
    rows: Iterable[Sequence[str]]
    if graph.shelf is None:
        # To put them in order takes the engine longer than to find them.
        rows = (row for row in graph.iter_rows(text) if row[0] not in without)
    elif without:
        rows = _list_said(graph.recall_rows(text, "thing", without, others=True), "label")
    else:
        rows = _list_said(graph.recall_records(text), "label")
    chosen = _choose(rows, language)
    return Labels({thing: in_one_line(text) for thing, text in chosen.items()})


def _list_said(records: Iterable[Record], column: str) -> Iterator[Sequence[str]]:
    """List things, what is said of them, and in which language."""
    return ((one["thing"], one[column], one["language"]) for one in records)


def _choose(rows: Iterable[Sequence[str]], language: str) -> dict[str, str]:
    """Choose one text for each thing by its language, of several in one the first."""
    ranks = {"en": 1} | {language: 0}
    chosen: dict[str, tuple[int, str, str]] = {}
    for thing, text, its_language in rows:
        key = ranks.get(its_language, len(ranks)), its_language, text
        if thing not in chosen or key < chosen[thing]:
            chosen[thing] = key
    return {thing: text for thing, (_, _, text) in chosen.items()}


def read_agencies(table: FacetTable, labels: Mapping[str, str]) -> dict[str, Agency]:
    """Read the agencies that issue plans or answer for undertakings.

    Args:
        table: What is compared.
        labels: Labels by IRI.

    Returns:
        Agencies by IRI, in the order of their short names. Two agencies of one short name are
        told apart by their full names, or by their IRIs.
    """
    codes = {row["agency"]: row["code"] for row in table.records("agency")}
    names = dict(codes)
    for more in (labels, {iri: iri for iri in codes}):
        often = Counter(names.values())
        names = {
            iri: f"{name} ({more[iri]})" if often[name] > 1 else name for iri, name in names.items()
        }
    return {iri: Agency(iri, names[iri], labels[iri]) for iri in codes}


def read_plans(
    graph: Store, agencies: Mapping[str, Agency], labels: Mapping[str, str]
) -> list[Plan]:
    """Read the plans that are compared.

    Args:
        graph: Where the plans are.
        agencies: By IRI.
        labels: Labels by IRI.

    Returns:
        Plans in the order of their agencies' short names.

    Examples:
        >>> from devcoop.facets import read_facet_table
        >>> from devcoop.graph import build_graph
        >>> graph = build_graph()
        >>> labels, table = read_labels(graph), read_facet_table(graph)
        >>> plans = read_plans(graph, read_agencies(table, labels), labels)
        >>> [plan.agency.name for plan in plans]
        ['ISO', 'OBOR', 'UNIDO']
    """
    nobody = Agency("", "", "")
    plans: dict[str, Plan] = {}
    for record in _ask(graph, "plans"):
        plan = Plan(
            iri=record["plan"],
            title=labels[record["plan"]],
            agency=agencies.get(record["agency"], nobody),
            period=Period(_date(record["start"]), _date(record["end"]), _basis(record)),
            undertakings=int(record["undertakings"]),
            passages=int(record["passages"]),
            sha256=record["sha256"],
        )
        plans.setdefault(plan.iri, plan)
    return sorted(plans.values(), key=lambda plan: (plan.agency.name, plan.iri))


def read_undertakings(
    graph: Store,
    table: FacetTable,
    agencies: Mapping[str, Agency],
    labels: Mapping[str, str],
    *,
    only: Collection[str] | None = None,
    texts: Mapping[str, Said] | None = None,
) -> dict[str, Undertaking]:
    """Read all undertakings with their facets, areas and passages.

    Args:
        graph: Where the plans are.
        table: What is compared.
        agencies: By IRI.
        labels: Labels by IRI.
        only: IRIs of those that are wanted; None for all.
        texts: What is said of them, by IRI; None if it is to be read now.

    Returns:
        Undertakings by IRI, in the order of their identifiers.
    """
    texts = read_texts(graph, only=only) if texts is None else texts
    facets = _read_facets(table, labels, only)
    areas = _group(table.records_of("area", only), "undertaking")
    suggested = _group(table.records_of("suggestion", only), "undertaking")
    inferred = _group(_ask_of(graph, "inferred-values", "undertaking", only), "undertaking")
    return {
        record["undertaking"]: Undertaking(
            iri=record["undertaking"],
            identifier=record["identifier"],
            label=labels.get(record["undertaking"], record["identifier"]),
            agency=agencies[record["agency"]],
            plan=record["plan"],
            period=Period(record["start"], record["end"], _basis(record)),
            facets=facets.get(record["undertaking"], {}),
            areas=tuple(_area(row, labels) for row in areas[record["undertaking"]]),
            is_umbrella=bool(record["isUmbrella"]),
            suggestions=_suggestions(suggested[record["undertaking"]], labels),
            inferred=frozenset(row["concept"] for row in inferred[record["undertaking"]]),
            status=record["status"],
            texts=texts,
        )
        for record in table.records_of("undertaking", only)
    }


def read_texts(
    graph: Store, language: str = "en", *, only: Collection[str] | None = None
) -> dict[str, Said]:
    """Read what is said of undertakings, in words, and in which passages.

    Args:
        graph: Where the plans are.
        language: Language that descriptions shall be in.
        only: IRIs of those that are wanted; None for all.

    Returns:
        What is said by IRI of the undertaking, where anything is.
    """
    stated = _ask_of(graph, "undertaking-passages", "undertaking", only)
    told = None if only is None else {*only, *(row["passage"] for row in stated)}
    gists = _choose(_list_said(_ask_of(graph, "descriptions", "thing", told), "text"), language)
    passages = _group(stated, "undertaking")
    return {
        iri: Said(gists.get(iri, ""), _passages(passages.get(iri, ()), gists))
        for iri in (passages.keys() | gists.keys() if only is None else only)
    }


class ReadAsAsked(Mapping[str, Item]):
    """Records by IRI, read when somebody first looks at them.

    Of many, some are read by themselves; who looks at more, and has not said so before, has all
    read.

    Args:
        read: Reads some, or all.
        list_iris: Lists the IRIs of all that there are.
    """

    def __init__(
        self,
        read: Callable[[Collection[str] | None], dict[str, Item]],
        list_iris: Callable[[], frozenset[str]],
    ) -> None:
        self._read, self._list_iris = read, list_iris
        self._some: dict[str, Item] = {}
        self._is_whole, self._times = False, 0

    @cached_property
    def _iris(self) -> frozenset[str]:
        return self._list_iris()

    def __getitem__(self, iri: str) -> Item:
        """Give one of them."""
        if iri not in self._some and not self._is_whole and iri in self._iris:
            self.read_ahead((iri,))
        return self._some[iri]

    def __len__(self) -> int:
        """Count them."""
        return len(self._iris)

    def __iter__(self) -> Iterator[str]:
        """Iterate over their IRIs."""
        self.read_all()
        return iter(self._some)

    def __contains__(self, iri: object) -> bool:
        """Tell whether an IRI is that of one."""
        return iri in self._iris

    def read_ahead(self, iris: Iterable[str]) -> None:
        """Read at once those that somebody looks at next.

        Args:
            iris: Their IRIs.
        """
        missing = set() if self._is_whole else self._iris & set(iris) - self._some.keys()
        if not missing:
            return
        self._times += 1
        if len(missing) > _MOST_APART or self._times > _MOST_TIMES or len(self) <= _MOST_APART:
            self.read_all()
        else:
            self._some |= self._read(missing)

    def read_all(self) -> None:
        """Read all of them, if they are not read yet; a process that is forked has them then."""
        if not self._is_whole:
            self._some, self._is_whole = self._read(None), True


def _list_iris(table: FacetTable) -> frozenset[str]:
    return frozenset(table.tables["undertaking"].column("undertaking"))


def _read_part(
    read: Callable[..., dict[str, Item]], part: Collection[str] | None, some: Collection[str] | None
) -> dict[str, Item]:
    """Read some of a part, or all of it."""
    return read(only=part if some is None else some)


class UndertakingsAsAsked(ReadAsAsked[Undertaking]):
    """Undertakings by IRI, and what is said of them, read when somebody first looks at them.

    Whoever iterates over them has them in the order of their identifiers.

    Attributes:
        texts: What is said of each, by IRI; what nobody looks at is not read.

    Args:
        graph: As for `read_undertakings`, and so with all that follow.
        table: What is compared.
        agencies: By IRI.
        labels: Labels by IRI.
        only: IRIs of those that there are; None for all of the table.

    Examples:
        >>> from devcoop.facets import read_facet_table
        >>> from devcoop.graph import build_graph
        >>> graph = build_graph()
        >>> labels, table = read_labels(graph), read_facet_table(graph)
        >>> undertakings = UndertakingsAsAsked(graph, table, read_agencies(table, labels), labels)
        >>> len(undertakings), next(iter(undertakings.values())).identifier
        (165, 'ISO-activities-country')
    """

    def __init__(
        self,
        graph: Store,
        table: FacetTable,
        agencies: Mapping[str, Agency],
        labels: Mapping[str, str],
        only: Collection[str] | None = None,
    ) -> None:
        self._table, self._agencies, self._labels = table, agencies, labels
        part = None if only is None else frozenset(only)
        list_iris = partial(_list_iris, table) if part is None else lambda: part
        self.texts = ReadAsAsked(partial(_read_part, partial(read_texts, graph), part), list_iris)
        read = partial(read_undertakings, graph, table, agencies, labels, texts=self.texts)
        # Nothing here knows this one: with all that it has read, it goes when nobody needs it.
        super().__init__(partial(_read_part, read, part), list_iris)

    @cached_property
    def identifiers(self) -> dict[str, str]:
        """What each is called in its plan, by IRI, in the order of the table."""
        rows = self._table.tables["undertaking"].iter_columns("undertaking", "identifier")
        return {iri: identifier for iri, identifier in rows if iri in self._iris}

    @cached_property
    def headings(self) -> dict[str, Heading]:
        """What lists and counts say of each, likewise; none is read for that."""
        columns = ("undertaking", "identifier", "agency", "plan", "status")
        rows = self._table.tables["undertaking"].iter_columns(*columns)
        get, agencies = self._labels.get, self._agencies
        return {
            iri: Heading(identifier, get(iri, identifier), agencies[agency], plan, status)
            for iri, identifier, agency, plan, status in rows
            if iri in self._iris
        }

    def read_ahead_with_texts(self, iris: Iterable[str]) -> None:
        """Read at once those that somebody looks at next, and what is said of them.

        Args:
            iris: Their IRIs.
        """
        asked = tuple(iris)
        self.read_ahead(asked)
        self.texts.read_ahead(asked)

    def find_called(self, identifier: str) -> Sequence[str]:
        """Find the IRIs of those that are called so; upper and lower case are the same."""
        return self._called.get(identifier.lower(), ())

    @cached_property
    def _called(self) -> dict[str, list[str]]:
        called: dict[str, list[str]] = defaultdict(list)
        for iri, identifier in self.identifiers.items():
            called[identifier.lower()].append(iri)
        return called


def read_concrete(graph: Store) -> frozenset[str]:
    """Read which undertakings have a name, a product or an end of their own.

    Args:
        graph: Where the plans are.

    Returns:
        Their IRIs; those whose plan does not say of which type they are, are not among them.

    Examples:
        >>> from devcoop.graph import build_graph
        >>> len(read_concrete(build_graph()))
        64
    """
    return frozenset(row["undertaking"] for row in _ask(graph, "concrete-undertakings"))


def read_links(graph: Store, labels: Mapping[str, str]) -> list[Link]:
    """Read the coordination that the plans state.

    Args:
        graph: Where the plans are.
        labels: Labels by IRI.

    Returns:
        Links in the order of the agencies and of their IRIs.
    """
    groups = _group(_ask(graph, "stated-coordination"), "link")
    return [_link(iri, records, labels) for iri, records in groups.items()]


def read_namings(graph: Store) -> list[Naming]:
    """Read where a plan names another compared agency, whether or not to coordinate with it.

    Args:
        graph: Where the plans are.

    Returns:
        One for each plan's agency and thing named, in the order of their IRIs. Where a passage
        names a document of an agency, the agency itself is not told again.

    Examples:
        >>> from devcoop.graph import build_graph
        >>> from devcoop.names import shorten
        >>> [(shorten(one.from_agency), one.locators[0]) for one in read_namings(build_graph())]
        [('ag:obor-office', 'OBOR-actor-iso'), ('ag:unido', 'UNIDO-env.standard.iso50001')]
    """
    records = _ask(graph, "named-agencies")
    documents = (one for one in records if one["thing"] != one["named"])
    by_document = {(one["named"], one["locator"]) for one in documents}
    found: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for one in records:
        if one["thing"] != one["named"] or (one["named"], one["locator"]) not in by_document:
            found[one["from"], one["named"], one["thing"]].append(one["locator"])
    return [Naming(*named, tuple(locators)) for named, locators in found.items()]


def read_kinds(graph: Store) -> list[Naming]:
    """Read where a plan names a kind of organization that another compared agency may be one of.

    Args:
        graph: Where the plans are.

    Returns:
        One for each plan's agency, agency that may be meant and group of actors, in the order of
        their IRIs.

    Examples:
        >>> from devcoop.graph import build_graph
        >>> from devcoop.names import shorten
        >>> first = read_kinds(build_graph())[0]
        >>> shorten(first.from_agency), shorten(first.named), first.thing.rpartition("/")[2]
        ('ag:iso', 'ag:unido', 'development-agencies')
    """
    found: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for one in _ask(graph, "named-kinds"):
        found[one["from"], one["named"], one["thing"]].append(one["locator"])
    return [Naming(*named, tuple(locators)) for named, locators in found.items()]


def list_plan_graphs(graph: Store) -> tuple[str, ...]:
    """List the named graphs that say something of a plan, sorted: those that were searched.

    Args:
        graph: Where the plans are.
    """
    return tuple(one for one in graph.graphs() if graph.contains(predicate=DEVC.inPlan, graph=one))


def get_undertaking(undertakings: Mapping[str, Undertaking], words: str) -> Undertaking:
    """Get an undertaking by what a person calls it.

    Args:
        undertakings: By IRI.
        words: Its IRI, its IRI with a known prefix, or its identifier; in an identifier, upper
            and lower case are the same.

    Raises:
        UnknownResourceError: No loaded plan has it, and the nearest ones are named; or several
            plans have it, and their IRIs are named.
    """
    iri = expand(words)
    if iri in undertakings:
        return undertakings[iri]
    called, same = list_identifiers(undertakings), _find_called(undertakings, words)
    exact = [iri for iri in same if called[iri] == words]
    match exact or same:
        case [one]:
            return undertakings[one]
        case []:
            known = [*called.values()]
            near = [one for one in known if words.lower() in one.lower()][:_MOST_CANDIDATES]
            hint = (
                f"; did you mean {', '.join(near)}?"
                if near
                else suggest(words, dict(zip(known, known, strict=True)))
            )
            raise UnknownResourceError(f"no plan has an initiative {words!r}{hint}")
        case several:
            listed = ", ".join(several[:_MOST_CANDIDATES])
            raise UnknownResourceError(
                f"{len(several)} initiatives are called {words!r}; give the IRI of one: {listed}"
            )


def _find_called(undertakings: Mapping[str, Undertaking], words: str) -> Sequence[str]:
    if isinstance(undertakings, UndertakingsAsAsked):
        return undertakings.find_called(words)
    wanted = words.lower()
    return [iri for iri, one in undertakings.items() if one.identifier.lower() == wanted]


def list_identifiers(undertakings: Mapping[str, Undertaking]) -> Mapping[str, str]:
    """List what undertakings are called in their plans, by IRI; none is read for that.

    Args:
        undertakings: By IRI.
    """
    if isinstance(undertakings, UndertakingsAsAsked):
        return undertakings.identifiers
    return {iri: one.identifier for iri, one in undertakings.items()}


def list_headings(undertakings: Mapping[str, Undertaking]) -> Mapping[str, Heading]:
    """List what lists and counts say of undertakings, by IRI, in their order; none is read.

    Args:
        undertakings: By IRI.

    Examples:
        >>> from devcoop.pipeline import analyze
        >>> headings = list_headings(analyze().undertakings)
        >>> len(headings), next(iter(headings.values())).agency.name
        (165, 'ISO')
    """
    if isinstance(undertakings, UndertakingsAsAsked):
        return undertakings.headings
    return {
        iri: Heading(one.identifier, one.label, one.agency, one.plan, one.status)
        for iri, one in undertakings.items()
    }


def get_agency(agencies: Mapping[str, Agency], words: str) -> Agency:
    """Get an agency by what a person calls it.

    Args:
        agencies: By IRI.
        words: Its IRI, its IRI with a known prefix, its short name or its full name; upper and
            lower case are the same.

    Raises:
        UnknownResourceError: No loaded plan has it, or several are called so.
    """
    iri = expand(words)
    if iri in agencies:
        return agencies[iri]
    wanted = words.strip().lower()
    known = sorted(agencies.values(), key=lambda one: one.name)
    hits = [one for one in known if wanted in (one.name.lower(), one.label.lower())]
    # Agencies of one short name carry their full names behind it.
    hits = hits or [one for one in known if one.name.lower().startswith(f"{wanted} (")]
    if len(hits) == 1:
        return hits[0]
    if hits:
        listed = list_known([one.iri for one in hits])
        raise UnknownResourceError(f"several agencies are called {words!r}; give an IRI: {listed}")
    listed = list_known([one.name for one in known])
    called = {name: one.name for one in known for name in (one.name, one.label)}
    raise UnknownResourceError(
        f"no plan is of an agency {words!r}{suggest(words, called)}; there are: {listed}"
    )


def find_sides(agencies: Mapping[str, Agency], one: str | None, other: str | None) -> set[str]:
    """Find the agencies that pairs are to be between.

    Args:
        agencies: By IRI.
        one: What a person calls one agency; None or empty if any will do.
        other: The other likewise.

    Returns:
        IRIs of those that are named.

    Raises:
        UnknownResourceError: There is no such agency, or both are one, whose initiatives are not
            compared with each other.
    """
    named = [get_agency(agencies, words) for words in (one, other) if words]
    if len(named) > len({agency.iri for agency in named}):
        raise UnknownResourceError(
            f"{one} and {other} are one agency, and its initiatives are not compared with each"
            " other"
        )
    return {agency.iri for agency in named}


def _basis(record: Mapping[str, Any]) -> str:
    return str(record["periodBasis"] or "unknown")


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _read_facets(
    table: FacetTable, labels: Mapping[str, str], only: Collection[str] | None
) -> dict[str, dict[str, tuple[Concept, ...]]]:
    """Read the concepts of undertakings by facet: by far the most rows, so without records."""
    find_concept = cache(lambda iri: Concept(iri, labels[iri]))
    said: dict[str, dict[str, list[Concept]]] = defaultdict(lambda: defaultdict(list))
    facets = table.tables["facet"]
    wanted = facets.rows() if only is None else facets.choose_rows("undertaking", only)
    for row in wanted:
        said[row[0]][row[1]].append(find_concept(row[2]))
    return {
        undertaking: {facet: tuple(own[facet]) for facet in FACETS if facet in own}
        for undertaking, own in said.items()
    }


def _suggestions(
    records: Iterable[dict[str, Any]], labels: Mapping[str, str]
) -> dict[str, tuple[SuggestedConcept, ...]]:
    """Give what is suggested for each facet, the surest first."""
    by_facet = _group(
        sorted(records, key=lambda one: (-one["confidence"], one["concept"])), "facet"
    )
    return {
        facet: tuple(
            SuggestedConcept(Concept(r["concept"], labels[r["concept"]]), r["confidence"])
            for r in by_facet[facet]
        )
        for facet in FACETS
        if facet in by_facet
    }


def _area(record: Mapping[str, Any], labels: Mapping[str, str]) -> Area:
    return Area(
        iri=record["area"],
        label=labels[record["area"]],
        basis=record["basis"],
        is_inherited=bool(record["isInherited"]),
        is_defined=bool(record["isDefined"]),
    )


def _passages(records: Iterable[Record], gists: Mapping[str, str]) -> tuple[Passage, ...]:
    """Put passages in the order of the document; those of an unknown place come last."""
    passages = {
        record["passage"]: Passage(
            iri=record["passage"],
            locator=record["locator"],
            gist=gists.get(record["passage"], ""),
            document=record["document"],
            start=int(record["startOffset"]) if record["startOffset"].isdigit() else None,
            end=int(record["endOffset"]) if record["endOffset"].isdigit() else None,
        )
        for record in records
    }
    ordered = sorted(
        passages.values(), key=lambda one: (one.start is None, one.start or 0, one.locator)
    )
    return tuple(ordered)


def _link(iri: str, records: list[Record], labels: Mapping[str, str]) -> Link:
    first = records[0]
    reached = next(filter(None, map(itemgetter("reached"), records)), "")
    return Link(
        iri=iri,
        from_agency=first["from"],
        to_agency=reached,
        to_label=labels[first["to"]],
        through=labels[first["through"]] if first["through"] else "",
        locators=tuple(sorted({record["locator"] for record in records if record["locator"]})),
    )
