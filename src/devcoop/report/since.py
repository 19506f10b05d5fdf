"""What is new since an earlier report, and what has gone.

Findings of two reports are the same if they are about the same two initiatives, whatever
the method or the type was. An earlier report is read from its `report.json` or, since that
says the same, from its `findings.ttl`.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from devcoop.errors import SourceError
from devcoop.export.findings import mint_pair_finding
from devcoop.names import DEVC, PREFIXES, slug_of, term
from devcoop.overlap.conversations import is_finding, was_found
from devcoop.store.rdf import parse_foreign, read_bytes
from devcoop.store.terms import as_text
from devcoop.words.counts import name_type

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from devcoop.model import Focus, Pair
    from devcoop.pipeline import Analysis

Key = frozenset[str]
"""IRIs of the two initiatives."""
_SIDES = 2
_COMMENT = term("rdfs:comment")
_WORDS = term("dcterms:description")
_PARTIAL = "it states only some of what was found; give the report.json beside it"
_LIMITED = "it is limited to something else; give one with the same limits, or with none"
_UNREADABLE = "no report.json that lists its findings; give the findings.ttl beside it"


@dataclass(frozen=True)
class EarlierFinding:
    """A finding of an earlier report.

    Attributes:
        finding: Its IRI then.
        elements: IRIs of the two initiatives.
        type: Slug of the type.
        words: What it said.
    """

    finding: str
    elements: tuple[str, str]
    type: str
    words: str

    @property
    def type_name(self) -> str:
        """The type in words."""
        return name_type(self.type)[0]


@dataclass(frozen=True)
class EarlierReport:
    """An earlier report.

    Attributes:
        data_hash: Hash of the data it was made from.
        findings: What it found, in the order of the file.
        floors: Least score that was listed of each two agencies of which not all findings were,
            by their IRIs.
        limits: What it was limited to; None if it was not.
        path: Its file.
    """

    data_hash: str
    findings: tuple[EarlierFinding, ...]
    floors: Mapping[Key, float] = field(default_factory=dict)
    limits: Mapping[str, Any] | None = None
    path: Path = field(default_factory=Path)


@dataclass(frozen=True)
class NewFinding:
    """A finding that the earlier report does not have.

    Attributes:
        finding: Its IRI.
        type_name: Its type in words.
        words: What it says.
    """

    finding: str
    type_name: str
    words: str

    @property
    def reference(self) -> str:
        """Last part of the IRI."""
        return slug_of(self.finding)


@dataclass(frozen=True)
class Since:
    """How a report differs from an earlier one.

    Attributes:
        data_hash: Hash of the data of the earlier report.
        before: How many findings that one had.
        new: Findings it does not have.
        gone: Findings it had and that are not found any more.
    """

    data_hash: str
    before: int
    new: tuple[NewFinding, ...]
    gone: tuple[EarlierFinding, ...]

    @property
    def references(self) -> frozenset[str]:
        """Last parts of the IRIs of the new findings."""
        return frozenset(one.reference for one in self.new)


def read_earlier(path: Path) -> EarlierReport:
    """Read the findings of an earlier report.

    Args:
        path: Its `report.json` or `findings.ttl`.

    Raises:
        SourceError: It is neither.
    """
    content = read_bytes(path)
    if path.suffix.lower() != ".json":
        return _read_turtle(path, content)
    try:
        summary = json.loads(content)
        findings = tuple(map(_read_finding, summary["findings"]))
        floors = {
            frozenset(entry["agencies"]): float(entry["least_score"])
            for entry in summary.get("listed", ())
        }
        limits = summary["focus"]["limits"] if "focus" in summary else None
        data_hash = str(summary["provenance"]["data_hash"])
        return EarlierReport(data_hash, findings, floors, limits, path)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise SourceError(path, _UNREADABLE) from error


def _read_finding(entry: Mapping[str, Any]) -> EarlierFinding:
    one, other = entry["elements"]
    words = (entry["finding"], (one, other), entry["type"], entry["words"])
    if not all(isinstance(word, str) for word in (words[0], one, other, *words[2:])):
        raise TypeError(entry)
    return EarlierFinding(*words)


def _read_turtle(path: Path, content: bytes) -> EarlierReport:
    says: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for quad in parse_foreign(path, content):
        says[as_text(quad.subject)][quad.predicate.value].append(as_text(quad.object))
    kind, run = str(DEVC.PairFinding), str(DEVC.DetectionRun)
    types = {node: said[term("rdf:type")] for node, said in says.items()}
    hashes = [says[node][str(DEVC.sha256)] for node, kinds in types.items() if run in kinds]
    if not (hashes and hashes[0]):
        raise SourceError(path, "no findings.ttl of a report")
    # A run says which findings are stated one by one where these are not all.
    if any(says[node][_COMMENT] for node, kinds in types.items() if run in kinds):
        raise SourceError(path, _PARTIAL)
    pairs = (
        (node, sorted(said[str(DEVC.involves)]), said)
        for node, said in says.items()
        if kind in types[node]
    )
    return EarlierReport(
        hashes[0][0],
        tuple(
            EarlierFinding(
                node,
                (sides[0], sides[1]),
                min(said[str(DEVC.findingType)], default="").removeprefix(PREFIXES["ft"]),
                min(said[_WORDS], default=""),
            )
            for node, sides, said in pairs
            if len(sides) == _SIDES
        ),
    )


def compare_reports(analysis: Analysis, earlier: EarlierReport) -> Since:
    """Find what is new since an earlier report, and what has gone.

    Args:
        analysis: The run to report on.
        earlier: The earlier report.

    Returns:
        New findings in the order of the pairs, closest first; those that have gone in the
        order of the earlier report. What a person dismissed since is neither; nor is what the
        earlier report may have found without listing it. A report that is limited is held
        against what an earlier one found within the same limits.

    Raises:
        SourceError: The earlier report was limited to something else.
    """
    findings = _list_comparable(analysis, earlier)
    before = {frozenset(one.elements) for one in findings}
    now = {_key(pair): pair for pair in analysis.pairs.found}
    return Since(
        data_hash=earlier.data_hash,
        before=len(findings),
        new=tuple(
            NewFinding(
                mint_pair_finding(pair),
                name_type(pair.type)[0],
                describe_pair(analysis, pair),
            )
            for key, pair in now.items()
            if key not in before and is_finding(pair) and not _may_be_known(pair, earlier)
        ),
        gone=tuple(
            one
            for one in findings
            if frozenset(one.elements) not in now and not _is_unlisted(analysis, one.elements)
        ),
    )


def _list_comparable(analysis: Analysis, earlier: EarlierReport) -> list[EarlierFinding]:
    """List the findings of an earlier report that a report could have, limited as it is."""
    extent = analysis.extent
    own = describe_limits(extent.focus) if extent else None
    if earlier.limits not in (None, own):
        raise SourceError(earlier.path, _LIMITED)
    takes_in = analysis.comparison.takes_in
    return [one for one in earlier.findings if earlier.limits or takes_in(*one.elements)]


def describe_limits(focus: Focus) -> dict[str, Any]:
    """Say what a report is limited to, as `read_earlier` reads it back.

    Args:
        focus: What it is limited to.
    """
    period = focus.period
    return {
        "agencies": list(focus.agencies),
        "plans": list(focus.plans),
        "places": list(focus.places),
        "themes": list(focus.themes),
        "start": period.start.isoformat() if period and period.start else None,
        "end": period.end.isoformat() if period and period.end else None,
        "with_possible": focus.with_possible,
    }


def _may_be_known(pair: Pair, earlier: EarlierReport) -> bool:
    """Tell whether an earlier report may have found a pair without listing it."""
    agencies = frozenset((pair.left_agency, pair.right_agency))
    return agencies in earlier.floors and pair.score <= earlier.floors[agencies]


def _is_unlisted(analysis: Analysis, elements: Sequence[str]) -> bool:
    """Tell whether a pair is found although it is not listed, since there are so many."""
    known = [one for one in elements if one in analysis.undertakings]
    if not analysis.pairs.is_cut or len(known) != _SIDES:
        return False
    pair = analysis.pairs.get(*known)
    return pair is not None and was_found(pair)


def _key(pair: Pair) -> Key:
    return frozenset((pair.left, pair.right))


def describe_pair(analysis: Analysis, pair: Pair) -> str:
    """Name both sides of a pair, for those who have no page at hand.

    Args:
        analysis: The run that compared it.
        pair: The pair.
    """
    sides = (analysis.undertakings[side] for side in (pair.left, pair.right))
    return " / ".join(f"{one.agency.name}: {one.label} ({one.identifier})" for one in sides)


def list_findings(analysis: Analysis) -> Iterator[dict[str, object]]:
    """List the findings about pairs for `report.json`, as `read_earlier` reads them back.

    Args:
        analysis: The run to report on.

    Yields:
        One entry per finding, closest first, with those that a person dismissed.
    """
    for pair in analysis.pairs.found:
        yield {
            "finding": mint_pair_finding(pair),
            "elements": sorted(_key(pair)),
            "left": analysis.undertakings[pair.left].identifier,
            "right": analysis.undertakings[pair.right].identifier,
            "type": pair.type,
            "found_type": pair.found_type,
            "score": pair.score,
            "words": describe_pair(analysis, pair),
        }
