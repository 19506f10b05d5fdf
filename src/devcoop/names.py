"""Every IRI, prefix and rule for minting IRIs.

Terms of the ontology are readable (`devc:Undertaking`), concepts have frozen slugs
(`…/theme/standards-skills`), plan elements take their document's own structure, and
findings take a hash of what they say, so that a second run gives the same IRI.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from rdflib import Namespace, URIRef
from rdflib.namespace import DefinedNamespace

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import PurePosixPath

BASE = "https://w3id.org/devcoop/"
SHAPES = f"{BASE}shapes#"
ENDPOINT = f"{BASE}sparql"
REVIEW_GRAPH = f"{BASE}graph/review"
FINDINGS_GRAPH = f"{BASE}graph/finding"
QUESTIONS_GRAPH = f"{BASE}graph/question"
CATALOG = f"{BASE}graph"
AUTHORS = f"{BASE}agency/devcoop"
CC_BY = "https://creativecommons.org/licenses/by/4.0/"

PREFIXES = {
    "actor": f"{BASE}actor/",
    "ag": f"{BASE}agency/",
    "arena": f"{BASE}arena/",
    "basis": f"{BASE}basis/",
    "ben": f"{BASE}beneficiary/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "devc": f"{BASE}ns#",
    "devs": SHAPES,
    "doc": f"{BASE}document/",
    "finding": f"{BASE}finding/",
    "fn": f"{BASE}function/",
    "ft": f"{BASE}finding-type/",
    "gr": f"{BASE}group/",
    "ins": f"{BASE}instrument/",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "person": f"{BASE}person/",
    "pl": f"{BASE}place/",
    "plan": f"{BASE}plan/",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "review": f"{BASE}review/",
    "sec": f"{BASE}sector/",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "th": f"{BASE}theme/",
    "ut": f"{BASE}undertaking-type/",
    "verdict": f"{BASE}review-verdict/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


class DEVC(DefinedNamespace):
    """Terms of `ontology/devcoop.ttl`; a name that is not listed here raises."""

    _NS = Namespace(f"{BASE}ns#")
    _fail = True

    ActorGroup: URIRef
    AllocationRule: URIRef
    ConceptSimilarity: URIRef
    CooperationAgreement: URIRef
    CoordinationLink: URIRef
    CoordinationMechanism: URIRef
    Corridor: URIRef
    CountryGroup: URIRef
    Definition: URIRef
    DetectionRun: URIRef
    ExpectedContribution: URIRef
    FacetComparison: URIRef
    Finding: URIRef
    FundingProvision: URIRef
    GapFinding: URIRef
    GroupMembership: URIRef
    Impact: URIRef
    Indicator: URIRef
    IndicatorValue: URIRef
    IntendedResult: URIRef
    InternationalAgreement: URIRef
    Meeting: URIRef
    Mention: URIRef
    Method: URIRef
    MonitoringProvision: URIRef
    Objective: URIRef
    Outcome: URIRef
    Output: URIRef
    PairFinding: URIRef
    Participation: URIRef
    Passage: URIRef
    Place: URIRef
    Plan: URIRef
    PlanDocument: URIRef
    PlanElement: URIRef
    PlanProcess: URIRef
    Principle: URIRef
    PriorityArea: URIRef
    ReferencedDocument: URIRef
    Review: URIRef
    Route: URIRef
    Safeguard: URIRef
    StandardReference: URIRef
    Undertaking: URIRef

    absenceQuery: URIRef
    agency: URIRef
    arena: URIRef
    beneficiaryGroup: URIRef
    caveat: URIRef
    changedSince: URIRef
    checkedGraph: URIRef
    conceptSimilarity: URIRef
    betweenConcept: URIRef
    contributesTo: URIRef
    contributesToGoal: URIRef
    countrySetOf: URIRef
    defines: URIRef
    expectedFrom: URIRef
    facet: URIRef
    facetNotStated: URIRef
    findingType: URIRef
    function: URIRef
    groupBasis: URIRef
    hasEvidence: URIRef
    hasFunding: URIRef
    hasStatus: URIRef
    inPlan: URIRef
    information: URIRef
    instrument: URIRef
    involves: URIRef
    isUmbrella: URIRef
    issuedBy: URIRef
    judgedElement: URIRef
    judgedFacets: URIRef
    judgedPassages: URIRef
    judgedType: URIRef
    laidDownIn: URIRef
    leadAgency: URIRef
    leftValue: URIRef
    linkFrom: URIRef
    linkThrough: URIRef
    linkTo: URIRef
    locator: URIRef
    measures: URIRef
    mechanismType: URIRef
    memberPlace: URIRef
    mentions: URIRef
    numericValue: URIRef
    ofGroup: URIRef
    option: URIRef
    overlapPeriod: URIRef
    overlapPlace: URIRef
    part: URIRef
    partOf: URIRef
    participant: URIRef
    participatesIn: URIRef
    passesThrough: URIRef
    periodBasis: URIRef
    placeBasis: URIRef
    placeRelation: URIRef
    refersTo: URIRef
    resultLevel: URIRef
    reviews: URIRef
    rightValue: URIRef
    role: URIRef
    score: URIRef
    sector: URIRef
    sha256: URIRef
    similarity: URIRef
    statedAs: URIRef
    targetArea: URIRef
    theme: URIRef
    timing: URIRef
    undertakingType: URIRef
    unitText: URIRef
    usesMethod: URIRef
    validFrom: URIRef
    validUntil: URIRef
    valueKind: URIRef
    valueOf: URIRef
    verdict: URIRef
    weight: URIRef


def mint_concept(scheme: str, slug: str) -> str:
    """Mint the IRI of a concept.

    Args:
        scheme: Name of the scheme, as its file is called.
        slug: The concept's frozen slug.

    Examples:
        >>> mint_concept("finding-type", "overlap")
        'https://w3id.org/devcoop/finding-type/overlap'
    """
    return f"{BASE}{scheme}/{slug}"


def mint_graph(file: PurePosixPath) -> str:
    """Mint the IRI of the named graph that a shipped file belongs to.

    Args:
        file: Path below the project's root, such as `data/iso-2016-2020/plan.ttl`.

    Returns:
        One graph for all files of a plan; one for each other file.

    Examples:
        >>> from pathlib import PurePosixPath
        >>> mint_graph(PurePosixPath("data/iso-2016-2020/undertakings.ttl"))
        'https://w3id.org/devcoop/graph/plan/iso-2016-2020'
        >>> mint_graph(PurePosixPath("ontology/schemes/theme.ttl"))
        'https://w3id.org/devcoop/graph/schemes/theme'
        >>> mint_graph(PurePosixPath("ontology/devcoop.ttl"))
        'https://w3id.org/devcoop/graph/ontology'
    """
    match file.parts:
        case ("data", plan, _):
            return f"{CATALOG}/plan/{plan}"
        case ("data", _):
            return f"{CATALOG}/reference/{file.stem}"
        case ("ontology", folder, _):
            return f"{CATALOG}/{folder}/{file.stem}"
    return f"{CATALOG}/ontology"


def mint_finding(finding_type: str, elements: Iterable[str], method: str) -> str:
    """Mint the IRI of a finding from what it says.

    Args:
        finding_type: Slug of the type.
        elements: IRIs of the elements it is about, in any order.
        method: Name and version of the method that found it.

    Returns:
        The same IRI for the same finding, run after run, so that reviews survive.

    Examples:
        >>> one = mint_finding("overlap", ["b", "a"], "facets-1")
        >>> one == mint_finding("overlap", ["a", "b"], "facets-1")
        True
    """
    said = "\n".join([finding_type, method, *sorted(elements)])
    return f"{BASE}finding/{hashlib.sha256(said.encode()).hexdigest()[:20]}"


def mint_review(elements: Iterable[str]) -> str:
    """Mint the IRI of the review of a pair, whatever the finding about it was called.

    Args:
        elements: IRIs of the two elements, in any order.

    Examples:
        >>> mint_review(["b", "a"]) == mint_review(["a", "b"])
        True
    """
    said = "\n".join(sorted(elements))
    return f"{BASE}review/{hashlib.sha256(said.encode()).hexdigest()[:20]}"


def mint_question(name: str) -> str:
    """Mint the IRI of a query of the library.

    Args:
        name: Its name, as its file is called.

    Examples:
        >>> mint_question("plan-periods")
        'https://w3id.org/devcoop/question/plan-periods'
    """
    return f"{BASE}question/{name}"


def mint_part(whole: str, kind: str, *about: str) -> str:
    """Mint the IRI of a part of a description, such as the partition of a class.

    Args:
        whole: IRI of what is described.
        kind: What the part is.
        about: IRIs that tell it from other parts of the kind.

    Examples:
        >>> mint_part(CATALOG, "class", "https://w3id.org/devcoop/ns#Plan")
        'https://w3id.org/devcoop/graph#class-Plan-95ee3b97'
    """
    local = re.sub(r"[^A-Za-z0-9]+", "-", re.split(r"[/#]", about[-1].rstrip("/#"))[-1])
    digest = hashlib.sha256("\n".join(about).encode()).hexdigest()[:8]
    return f"{whole}#{kind}-{local}-{digest}"


def mint_person(name: str) -> str:
    """Mint the IRI of a person who is known by name only.

    Examples:
        >>> mint_person("A. Officer")
        'https://w3id.org/devcoop/person/75ef4b22af66'
    """
    return f"{BASE}person/{hashlib.sha256(name.encode()).hexdigest()[:12]}"


def shorten(iri: str) -> str:
    """Shorten an IRI to prefix and name where a prefix is known.

    Examples:
        >>> shorten("https://w3id.org/devcoop/theme/metrology")
        'th:metrology'
        >>> shorten("https://example.org/x")
        'https://example.org/x'
    """
    best = max((ns for ns in PREFIXES.items() if iri.startswith(ns[1])), key=_length, default=None)
    return f"{best[0]}:{iri[len(best[1]) :]}" if best else iri


def _length(prefix: tuple[str, str]) -> int:
    return len(prefix[1])
