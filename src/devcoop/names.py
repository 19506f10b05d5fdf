"""Every IRI, prefix and rule for minting, reading and shortening IRIs.

Terms of the ontology are readable (`devc:Undertaking`), concepts have frozen slugs
(`…/theme/standards-skills`), plan elements take their document's own structure, and
findings take a hash of what they say, so that a second run gives the same IRI.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import quote, unquote

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import PurePosixPath

    from curies import Converter

BASE = "https://w3id.org/devcoop/"
SHAPES = f"{BASE}shapes#"
ENDPOINT = f"{BASE}sparql"
REVIEW_GRAPH = f"{BASE}graph/review"
FINDINGS_GRAPH = f"{BASE}graph/finding"
QUESTIONS_GRAPH = f"{BASE}graph/question"
CATALOG = f"{BASE}graph"
CONTEXT = f"{BASE}context.jsonld"
AUTHORS = f"{BASE}agency/devcoop"
CANCELLED = f"{BASE}status/cancelled"
FINDINGS = f"{BASE}finding/"
"""What the IRIs of findings begin with."""
HASH_LENGTH = 20
"""Letters of a hash with which the IRI of a finding or review ends."""
"""The status of what is given up, and so is no work."""
GOALS = "http://metadata.un.org/sdg/"
"""The Sustainable Development Goals and their targets, as the United Nations publish them."""

PREFIXES = {
    "actor": f"{BASE}actor/",
    "ag": f"{BASE}agency/",
    "arena": f"{BASE}arena/",
    "basis": f"{BASE}basis/",
    "ben": f"{BASE}beneficiary/",
    "crs": f"{BASE}codelist/crs/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "devc": f"{BASE}ns#",
    "devs": SHAPES,
    "doc": f"{BASE}document/",
    "finding": FINDINGS,
    "fn": f"{BASE}function/",
    "ft": f"{BASE}finding-type/",
    "gr": f"{BASE}group/",
    "ins": f"{BASE}instrument/",
    "oa": "http://www.w3.org/ns/oa#",
    "ok": f"{BASE}organization-kind/",
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

# Others' vocabularies and documents that we name, but give no prefix in what we write.
APACHE = "https://www.apache.org/licenses/LICENSE-2.0"
# Marks a datatype that a store would change.
AS_WRITTEN = "urn:devcoop:as-written:"
CC_BY = "https://creativecommons.org/licenses/by/4.0/"
LICENCES = {
    "CC BY 4.0": CC_BY,
    "CC BY-SA 4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
    "CC BY-NC-SA 4.0": "https://creativecommons.org/licenses/by-nc-sa/4.0/",
    "CC BY 3.0 IGO": "https://creativecommons.org/licenses/by/3.0/igo/",
    "CC BY-NC-SA 3.0 IGO": "https://creativecommons.org/licenses/by-nc-sa/3.0/igo/",
    "CC0 1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "OGL 3.0": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
}
"""Licences that agencies use, by the name they have for people."""
DC_ELEMENTS = "http://purl.org/dc/elements/1.1/"
CSVW = "http://www.w3.org/ns/csvw"
FORMATS = "http://www.w3.org/ns/formats/"
# Where relative IRIs end up in what others send, so that they are never taken for ours.
ELSEWHERE = "http://a/"
GRAPHML = "http://graphml.graphdrawing.org/xmlns"
LANGUAGE_CODES = "http://id.loc.gov/vocabulary/"
MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
LANGUAGES = {
    tag: f"http://publications.europa.eu/resource/authority/language/{code}"
    for tag, code in {
        "ar": "ARA", "en": "ENG", "es": "SPA", "fr": "FRA", "pt": "POR", "ru": "RUS", "zh": "ZHO",
    }.items()
}  # fmt: skip
"""IRIs of the languages that plans are mostly written in, by their tags."""
RFC_6901 = "http://tools.ietf.org/rfc/rfc6901"
RFC_7111 = "http://tools.ietf.org/rfc/rfc7111"
SEMAPV = "https://w3id.org/semapv/vocab/"
SERVICE = "http://www.w3.org/ns/sparql-service-description#"
SPARQL_PROTOCOL = "http://www.w3.org/TR/sparql11-protocol/"
STRATML = "urn:ISO:std:iso:17469:tech:xsd:PerformancePlanOrReport"
EPSG_4326 = "http://www.opengis.net/def/crs/EPSG/0/4326"
WGS84 = "http://www.w3.org/2003/01/geo/wgs84_pos#"
SPARQL_RESULTS = "http://www.w3.org/2005/sparql-results#"
XML = "http://www.w3.org/XML/1998/namespace"
SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
SPDX = "http://spdx.org/rdf/terms#"
VOID = "http://rdfs.org/ns/void#"


_LONGEST_KEY = 80
_FOREIGN = "/iri/"
"""Where the pages about things stand whose IRIs are not ours."""


URIRef: TypeAlias = str
"""An IRI, as text: a library for RDF would take longer to load than most commands to answer."""


class _Listed(type):
    """Gives the IRI of each name that a class lists, and of no other."""

    def __getattr__(cls, name: str) -> str:
        if name not in cls.__annotations__:
            raise AttributeError(f"{name} is no term of {cls.__name__}")
        return f"{BASE}ns#{name}"

    def __getitem__(cls, name: str) -> str:
        iri: str = getattr(cls, name)
        return iri


class DEVC(metaclass=_Listed):
    """Terms of `ontology/devcoop.ttl`; a name that is not listed here raises."""

    ActivityReference: URIRef
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
    Share: URIRef
    Site: URIRef
    StandardReference: URIRef
    Suggestion: URIRef
    Undertaking: URIRef

    absenceQuery: URIRef
    agency: URIRef
    arena: URIRef
    basis: URIRef
    beneficiaryGroup: URIRef
    caveat: URIRef
    changedSince: URIRef
    checkedGraph: URIRef
    codedValue: URIRef
    conceptSimilarity: URIRef
    confidence: URIRef
    betweenConcept: URIRef
    contributesTo: URIRef
    contributesToGoal: URIRef
    countrySetOf: URIRef
    defines: URIRef
    dutyOf: URIRef
    expectedFrom: URIRef
    facet: URIRef
    facetNotRecognised: URIRef
    facetNotStated: URIRef
    findingType: URIRef
    function: URIRef
    fundingSource: URIRef
    groupBasis: URIRef
    groupConcept: URIRef
    hasEvidence: URIRef
    hasFunding: URIRef
    hasStatus: URIRef
    inPlan: URIRef
    inferredValue: URIRef
    information: URIRef
    instrument: URIRef
    involves: URIRef
    isBeyondCountries: URIRef
    isConcrete: URIRef
    isGivingSide: URIRef
    isModeOfWork: URIRef
    isOwnHouse: URIRef
    isResidual: URIRef
    isUmbrella: URIRef
    isWholeCountry: URIRef
    issuedBy: URIRef
    judgedElement: URIRef
    judgedFacets: URIRef
    judgedPassages: URIRef
    judgedType: URIRef
    laidDownIn: URIRef
    leadAgency: URIRef
    leftValue: URIRef
    linkBasis: URIRef
    linkFrom: URIRef
    linkThrough: URIRef
    linkTo: URIRef
    listedFrom: URIRef
    listedUntil: URIRef
    locator: URIRef
    listBasis: URIRef
    measures: URIRef
    mechanismType: URIRef
    memberPlace: URIRef
    mentions: URIRef
    moneyKind: URIRef
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
    percentage: URIRef
    periodBasis: URIRef
    placeBasis: URIRef
    placeRelation: URIRef
    purpose: URIRef
    referenceKind: URIRef
    referenceOf: URIRef
    refersTo: URIRef
    resultLevel: URIRef
    reviews: URIRef
    rightValue: URIRef
    role: URIRef
    score: URIRef
    sector: URIRef
    sha256: URIRef
    shareIn: URIRef
    shareOf: URIRef
    similarity: URIRef
    siteOf: URIRef
    statedAs: URIRef
    statedTime: URIRef
    suggestedConcept: URIRef
    suggestedFacet: URIRef
    suggestedFor: URIRef
    takesIn: URIRef
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


FACET_PROPERTIES = {
    "theme": str(DEVC.theme),
    "function": str(DEVC.function),
    "beneficiary": str(DEVC.beneficiaryGroup),
    "instrument": str(DEVC.instrument),
    "sector": str(DEVC.sector),
    "arena": str(DEVC.arena),
    "purpose": str(DEVC.purpose),
}
"""Property by which an undertaking has the concepts of a facet, in the order of `model.FACETS`."""


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
    return f"{FINDINGS}{hashlib.sha256(said.encode()).hexdigest()[:HASH_LENGTH]}"


def mint_review(elements: Iterable[str]) -> str:
    """Mint the IRI of the review of a pair, whatever the finding about it was called.

    Args:
        elements: IRIs of the two elements, in any order.

    Examples:
        >>> mint_review(["b", "a"]) == mint_review(["a", "b"])
        True
    """
    said = "\n".join(sorted(elements))
    return f"{BASE}review/{hashlib.sha256(said.encode()).hexdigest()[:HASH_LENGTH]}"


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


def mint_passage(document: str, locator: str) -> str:
    """Mint the IRI of a passage of a document.

    Args:
        document: IRI of the document.
        locator: Where in it the passage stands.

    Examples:
        >>> mint_passage("https://w3id.org/devcoop/document/obor-2016", "IV.1")
        'https://w3id.org/devcoop/passage/obor-2016/IV.1'
    """
    return f"{document.replace('/document/', '/passage/')}/{locator}"


def mint_list(title: str, agency: str) -> str:
    """Mint the IRI of a plan or list that came as a file with no IRI of its own.

    Args:
        title: What tells it from other lists of the agency, such as the name of its file.
        agency: Who issues it, in plain words; empty if that is not known.

    Examples:
        >>> mint_list("Projects 2026", "swedish aid")
        'https://w3id.org/devcoop/plan/projects-2026-35a7dc9e'
    """
    return f"{BASE}plan/{_slug_with_hash(title.lower(), f'{agency}|{title}')}"


def is_of_list(element: str) -> bool:
    """Tell whether an element is of a plan or list whose IRI `mint_list` made.

    Examples:
        >>> is_of_list(mint_element(mint_list("Projects 2026", "swedish aid"), "A1"))
        True
        >>> is_of_list("https://w3id.org/devcoop/element/iso-2016-2020/1.1")
        False
    """
    return re.match(rf"{re.escape(BASE)}element/[^/]*-[0-9a-f]{{8}}/", element) is not None


def is_made_of_list(iri: str) -> bool:
    """Tell whether a resource is a plan or list whose IRI `mint_list` made, its file or an element.

    Examples:
        >>> is_made_of_list(mint_list_document(mint_list("Projects 2026", "swedish aid")))
        True
        >>> is_made_of_list("https://w3id.org/devcoop/plan/iso-2016-2020")
        False
    """
    kinds = "element|plan|document"
    return re.match(rf"{re.escape(BASE)}({kinds})/[^/]*-[0-9a-f]{{8}}(/|$)", iri) is not None


def mint_list_document(plan: str) -> str:
    """Mint the IRI of the file that a list came as."""
    return plan.replace("/plan/", "/document/")


def mint_element(plan: str, key: str) -> str:
    """Mint the IRI of an element of a plan or list by what identifies it there.

    Args:
        plan: IRI of the plan.
        key: What identifies it; a long one is cut and told apart by a hash.

    Examples:
        >>> mint_element("https://w3id.org/devcoop/plan/projects-5e3c0a77", "A 1/2")
        'https://w3id.org/devcoop/element/projects-5e3c0a77/A%201%2F2'
    """
    local = key if len(key) <= _LONGEST_KEY else _slug_with_hash(key[:_LONGEST_KEY], key)
    return f"{plan.replace('/plan/', '/element/')}/{quote(local, safe='')}"


def mint_body(name: str) -> str:
    """Mint the IRI of an organization that is known by its name only.

    Args:
        name: Its name without what does not tell it from others, such as upper case.

    Examples:
        >>> mint_body("swedish aid")
        'https://w3id.org/devcoop/agency/swedish-aid-76083e99'
    """
    return f"{BASE}agency/{_slug_with_hash(name, name)}"


def mint_actor_group(name: str) -> str:
    """Mint the IRI of a kind of actor that is known by its name only, as `mint_body` does."""
    return f"{BASE}actor/{_slug_with_hash(name, name)}"


def make_readable(text: str) -> str:
    r"""Write out each byte of a file's name that is no character, as an address would.

    Args:
        text: As the system gives it, with half characters (PEP 383), which no RDF can hold.

    Examples:
        >>> make_readable("plan\udce9.csv")
        'plan%E9.csv'
    """
    return _HALF.sub(lambda found: f"%{ord(found[0]) & 0xFF:02X}", text)


UNIT_NOTE = "unit"
"""Heading of a note that tells what an indicator counts of which no number is known."""


def hash_text(*texts: str) -> str:
    """Give a short hash that tells texts from others, for the last part of an IRI."""
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:12]


def mint_method(method: str) -> str:
    """Mint the IRI of a method.

    Args:
        method: Its name and version.

    Examples:
        >>> mint_method("facets-1")
        'https://w3id.org/devcoop/method/facets-1'
    """
    return f"{BASE}method/{method}"


def mint_run(method: str, data_hash: str) -> str:
    """Mint the IRI of a run: the same for the same data and method.

    Args:
        method: Name and version of the method.
        data_hash: SHA-256 of the data.

    Examples:
        >>> mint_run("facets-1", 64 * "a")
        'https://w3id.org/devcoop/run/facets-1/aaaaaaaaaaaaaaaa'
    """
    return f"{BASE}run/{method}/{data_hash[:16]}"


def mint_similarity(facet: str, left: str, right: str) -> str:
    """Mint the IRI of how alike two concepts are.

    Args:
        facet: Name of the facet.
        left: IRI of a concept.
        right: IRI of another.

    Examples:
        >>> mint_similarity("theme", f"{BASE}theme/metrology", f"{BASE}theme/energy")
        'https://w3id.org/devcoop/similarity/theme/metrology--energy'
    """
    return f"{BASE}similarity/{facet}/{slug_of(left)}--{slug_of(right)}"


def mint_suggestion(element: str, facet: str, concept: str) -> str:
    """Mint the IRI of a suggestion; it hangs on what is suggested for what and on nothing else.

    Args:
        element: IRI of the plan element.
        facet: Name of the facet.
        concept: IRI of the concept.

    Examples:
        >>> mint_suggestion(f"{BASE}element/a/1", "theme", f"{BASE}theme/metrology")
        'https://w3id.org/devcoop/suggestion/f5289fdbead7b47c'
    """
    said = "\n".join((element, facet, concept))
    return f"{BASE}suggestion/{hashlib.sha256(said.encode()).hexdigest()[:16]}"


def mint_release(version: str) -> str:
    """Mint the IRI of a release of the dataset.

    Args:
        version: Hash of its content.

    Examples:
        >>> mint_release(64 * "ab")
        'https://w3id.org/devcoop/release/abababababababab'
    """
    return f"{BASE}release/{version[:16]}"


def mint_validation(said: str) -> str:
    """Mint the IRI of a validation report.

    Args:
        said: All that it says; the same for the same results.

    Examples:
        >>> mint_validation("")
        'https://w3id.org/devcoop/validation/e3b0c44298fc1c14'
    """
    return f"{BASE}validation/{hashlib.sha256(said.encode()).hexdigest()[:16]}"


def slug_of(iri: str) -> str:
    """Give the last part of an IRI, which tells it from its siblings.

    Examples:
        >>> slug_of("https://w3id.org/devcoop/theme/metrology")
        'metrology'
    """
    return iri.rpartition("/")[2]


def key_of(iri: str) -> str:
    """Give what tells an element, or a part of one, from all others of its plan.

    Examples:
        >>> key_of("https://w3id.org/devcoop/element/iso-2016-2020/output-3.5/funding")
        'output-3.5/funding'
    """
    return make_relative(iri).split("/", 2)[2]


def parent_of(iri: str) -> str:
    """Give an IRI without its last part: what its thing is a part of.

    Examples:
        >>> parent_of("https://w3id.org/devcoop/element/iso-2016-2020/output-3.5/funding")
        'https://w3id.org/devcoop/element/iso-2016-2020/output-3.5'
    """
    return iri.rpartition("/")[0]


def term_name(iri: str) -> str:
    """Give the name of a term within its vocabulary, whether `#` or `/` comes before it.

    Examples:
        >>> term_name("http://www.w3.org/2001/XMLSchema#date"), term_name("http://purl.org/dc/terms/title")
        ('date', 'title')
    """
    return re.split(r"[/#]", iri)[-1]


def is_ours(iri: str) -> bool:
    """Tell whether an IRI is one that this project mints.

    Examples:
        >>> is_ours("https://w3id.org/devcoop/theme/metrology"), is_ours("https://example.org/x")
        (True, False)
    """
    return iri.startswith(BASE)


def make_relative(iri: str) -> str:
    """Give the path of an IRI of ours below the base; any other IRI as it is.

    Examples:
        >>> make_relative("https://w3id.org/devcoop/theme/metrology"), make_relative("urn:x")
        ('theme/metrology', 'urn:x')
    """
    return iri.removeprefix(BASE)


def kind_of(iri: str) -> str:
    """Give the first part of an IRI of ours, such as the scheme of a concept; else nothing.

    Examples:
        >>> kind_of("https://w3id.org/devcoop/place/KEN"), kind_of("https://example.org/place/x")
        ('place', '')
    """
    return iri[len(BASE) :].partition("/")[0] if is_ours(iri) else ""


def is_country(iri: str) -> bool:
    """Tell whether an IRI is that of a country, which has a code of three letters.

    Source:
        ISO 3166-1 alpha-3.

    Examples:
        >>> is_country("https://w3id.org/devcoop/place/KEN"), is_country(f"{BASE}place/africa")
        (True, False)
    """
    return _COUNTRY.fullmatch(iri) is not None


_HALF = re.compile("[\ud800-\udfff]")


def is_country_code(text: str) -> bool:
    """Tell whether a text has the form of the code of a country.

    Source:
        ISO 3166-1 alpha-3.

    Examples:
        >>> is_country_code("KEN"), is_country_code("150")
        (True, False)
    """
    return _COUNTRY_CODE.fullmatch(text) is not None


_COUNTRY_CODE = re.compile("[A-Z]{3}")
_COUNTRY = re.compile(re.escape(PREFIXES["pl"]) + _COUNTRY_CODE.pattern)


def mint_plan_graph(plan: str) -> str:
    """Mint the IRI of the named graph that holds a plan.

    Args:
        plan: IRI of the plan.

    Returns:
        For a plan of ours the graph that `mint_graph` gives its files; for others one that no
        other plan has.

    Examples:
        >>> mint_plan_graph("https://w3id.org/devcoop/plan/iso-2016-2020")
        'https://w3id.org/devcoop/graph/plan/iso-2016-2020'
        >>> mint_plan_graph("https://example.org/plans/2026#it")
        'https://w3id.org/devcoop/graph/plan/it-aae626cb'
    """
    slug = plan.removeprefix(PREFIXES["plan"])
    if re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug):
        return f"{CATALOG}/plan/{slug}"
    return f"{CATALOG}/plan/{_slug_with_hash(re.split('[/#]', plan.rstrip('/#'))[-1], plan)}"


def mint_source_graph(stem: str) -> str:
    """Mint the IRI of the named graph of a file that is not about one plan.

    Args:
        stem: The file's name without its ending.

    Examples:
        >>> mint_source_graph("agencies")
        'https://w3id.org/devcoop/graph/source/agencies'
        >>> mint_source_graph("Our agencies (new)")
        'https://w3id.org/devcoop/graph/source/our-agencies-new-f4ccc991'
    """
    is_slug = re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", stem)
    return f"{CATALOG}/source/{stem if is_slug else _slug_with_hash(stem, stem)}"


def _slug_with_hash(text: str, whole: str) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:40] or "x"
    return f"{slug}-{hashlib.sha256(whole.encode()).hexdigest()[:8]}"


def is_plan_graph(iri: str) -> bool:
    """Tell whether a named graph holds a plan.

    Examples:
        >>> is_plan_graph("https://w3id.org/devcoop/graph/plan/iso-2016-2020")
        True
        >>> is_plan_graph(REVIEW_GRAPH)
        False
    """
    return iri.startswith(f"{CATALOG}/plan/")


def is_shared_graph(iri: str) -> bool:
    """Tell whether a named graph holds what plans share: the ontology, schemes, places.

    Examples:
        >>> is_shared_graph(f"{CATALOG}/schemes/theme"), is_shared_graph("https://example.org/g")
        (True, False)
    """
    kinds = ("alignments", "ontology", "reference", "schemes")
    return iri.startswith(tuple(f"{CATALOG}/{kind}" for kind in kinds))


def term(compact: str) -> str:
    """Give the IRI of a term that the program itself names.

    Args:
        compact: Prefix and name; the prefix is one of ours. What people write goes through
            `expand`.

    Examples:
        >>> term("skos:prefLabel")
        'http://www.w3.org/2004/02/skos/core#prefLabel'
    """
    prefix, _, name = compact.partition(":")
    return PREFIXES[prefix] + name


def render_prologue(*prefixes: str) -> str:
    r"""Render the prologue of a SPARQL query.

    Args:
        prefixes: Prefixes that the query uses.

    Examples:
        >>> render_prologue("owl")
        'PREFIX owl: <http://www.w3.org/2002/07/owl#>\n'
    """
    return "".join(f"PREFIX {prefix}: <{PREFIXES[prefix]}>\n" for prefix in prefixes)


def path_of(iri: str) -> str:
    """Give the path of the page about something.

    Args:
        iri: An IRI of ours, whose path is the rest of it, or any other, which is quoted whole.

    Examples:
        >>> path_of("https://w3id.org/devcoop/theme/metrology")
        '/theme/metrology'
        >>> path_of("https://example.org/a b")
        '/iri/https%3A%2F%2Fexample.org%2Fa%20b'
    """
    if iri.startswith(BASE):
        return f"/{iri[len(BASE) :]}"
    return f"{_FOREIGN}{quote(iri, safe='')}" if iri else ""


def iri_of(path: str) -> str:
    """Give the IRI of the thing that a page is about; the other way round than `path_of`.

    Args:
        path: Path of the page, beginning with a slash.

    Examples:
        >>> iri_of("/theme/metrology")
        'https://w3id.org/devcoop/theme/metrology'
        >>> iri_of(path_of("https://example.org/a b"))
        'https://example.org/a b'
    """
    if path.startswith(_FOREIGN):
        return unquote(path.removeprefix(_FOREIGN))
    return BASE + path.removeprefix("/")


def shorten(iri: str) -> str:
    """Shorten an IRI to prefix and name where a prefix is known.

    Examples:
        >>> shorten("https://w3id.org/devcoop/theme/metrology")
        'th:metrology'
        >>> shorten("https://example.org/x")
        'https://example.org/x'
    """
    return str(_converter().compress(iri, passthrough=True))


def expand(text: str) -> str:
    """Expand prefix and name to an IRI where the prefix is known.

    Args:
        text: A compact IRI, or an IRI, which stays as it is.

    Examples:
        >>> expand("th:metrology")
        'https://w3id.org/devcoop/theme/metrology'
        >>> expand("https://example.org/x")
        'https://example.org/x'
    """
    prefix, colon, _ = text.partition(":")
    is_compact = bool(colon) and prefix in PREFIXES
    return str(_converter().expand(text, passthrough=True)) if is_compact else text


@cache
def _converter() -> Converter:
    """Make the converter when it is first needed: loading it takes as long as a small command."""
    import curies  # noqa: PLC0415

    return curies.Converter.from_prefix_map(PREFIXES)
