"""What each code is called in English; the catalogues have the other languages.

One list for each kind of code. Who adds a code adds its word here, and a test asks for its
translations.
"""

from __future__ import annotations

FACETS = {
    "theme": "subject",
    "function": "what is done",
    "beneficiary": "for whom",
    "instrument": "form",
    "sector": "sector",
    "arena": "where it takes effect",
    "purpose": "purpose of aid",
}
"""Facets, by name."""
TYPES = {
    "reported-twice": ("one work, reported twice", "works reported twice"),
    "duplication": ("duplication", "duplications"),
    "duplication-candidate": ("possible duplication", "possible duplications"),
    "overlap": ("overlap", "overlaps"),
    "complementarity": ("complementary pair", "complementary pairs"),
    "continuity": ("continuity", "continuities"),
    "fragmentation": ("same broad area", "in the same broad area"),
    "dismissed": ("dismissed", "dismissed"),
    "none": ("no finding", "without finding"),
}
"""Types of finding, by slug: one of them, and several."""
TYPES_IN_SENTENCES = {
    **{slug: one for slug, (one, _) in TYPES.items()},
    "reported-twice": "one work, reported twice",
    "duplication-candidate": "may be a duplication",
    "complementarity": "complementary",
}
"""Types of finding, by slug, as what is said of two initiatives."""
REFERENCES = {
    "own": "both reports give one identifier",
    "third-party": "one report says that the other is a report on the same activity",
    "co-funded": "one report says that the other pays for the same activity",
    "participant": "one report names the other as that of an organization that takes part",
    "provider": "one report names the other as where its money comes from",
    "receiver": "one report names the other as where its money goes to",
    "joint": "one report says that the other agency takes part; title, country and time agree",
    "parent": "one report names the other as the whole that it is a part of",
    "child": "one report names the other as a part of it",
}
"""How a report names another as one on the same work, by kind of reference."""
GAP_TYPES = {
    "coordination-gap": "Coordination that nobody has stated",
    "coverage-gap": "Not served, not reached, or not in these plans",
    "results-chain-gap": "Missing links inside a plan",
    "vagueness": "What a plan leaves open",
}
"""Types of gap, by slug, as headings."""
TIMINGS = {
    "concurrent": "at the same time",
    "possibly-concurrent": "possibly at the same time",
    "successive": "one after the other",
    "unknown": "not known",
}
"""How two periods meet, by slug."""
PLACE_RELATIONS = {
    "named": "both name the country",
    "named-and-group": "named by one, through a group by the other",
    "via-group": "through groups",
    "global": "one is worldwide",
    "none": "no country in common",
    "unknown": "not known",
}
"""How two places meet, by slug."""
PLACE_WAYS = {
    "named": "name a country or countries",
    "group": "mean a region, or a group whose members are listed",
    "global": "mean all countries, or all members of a worldwide body",
    "undefined": "mean a group that nobody defines",
    "silent": "say no place, or none that is recognised",
}
"""How initiatives say where, by code: so many of them do so."""
REACHED = {
    "named": "named",
    "group": "through a group",
    "possible": "may be reached",
    "ended": "the list ends before",
    "silent": "place not known",
    "none": "not reached",
}
"""How a plan reaches a country, by code."""
OPTIONS = {
    "share-information": "Tell each other what is planned and done",
    "joint-calendar": "Align dates and invitations",
    "joint-needs-assessment": "Ask partners once, for both",
    "divide-by-country": "Share out the countries that both name",
    "divide-by-pillar": "Share out the steps: each does what it is better placed for",
    "hand-over": "Pass results and contacts of the earlier work on to the later",
    "merge": "See whether one initiative would do",
}
"""What could be done, by slug."""
OPTION_REASONS = {
    "share-information": "the first step, whatever follows",
    "joint-calendar": "both use the same form of help",
    "joint-needs-assessment": "both ask the same partners",
    "divide-by-country": "both name the same countries",
    "divide-by-pillar": "each takes a different step of the same subject",
    "hand-over": "one ends before the other begins",
    "merge": "both look the same in subject, action, form and group",
}
"""Why each of them could be done, by slug."""
CAVEATS = {
    "timing-uncertain": "Whether both run at the same time is not certain.",
    "place-unknown": "Whether both reach the same country is not known.",
    "same-bodies": (
        "Both are to take effect in international bodies: "
        "where it is the same one, they may meet or compete there."
    ),
    "umbrella": "One side takes in most of its plan: look for the initiative under it that fits.",
}
"""What to look at before a finding is believed, by code."""
CHANGES = {
    "pair": "the two are no longer compared",
    "type": "the kind of finding",
    "facets": "what the initiatives are about",
    "passages": "the passages or the document",
}
"""What changed since a review, by code."""
NO_ISSUER = "no agency stated"
"""What stands for the agency of a plan that nobody is known to have issued."""
LEFT_OUT = {
    "no-plan": "belongs to no plan that is compared",
    "no-agency": "has no agency that answers for it",
    "cancelled": "is cancelled, as its source says; it is no work and is counted nowhere else",
    "unknown-concept": "has a concept that no scheme knows; the rest of it is compared",
    "second-row": "is stated twice in different ways; the first is compared",
    "unreadable-date": "has a date that cannot be read; it counts as not known",
    "unreadable-integer": "has a number that cannot be read; it counts as not known",
    "unreadable-boolean": "has a yes or no that cannot be read; it counts as not known",
}
"""Why something was not compared, by code."""
SPOKEN: tuple[str, ...] = (
    *(one for both in TYPES.values() for one in both),
    *TYPES_IN_SENTENCES.values(),
    NO_ISSUER,
    *(
        word
        for words in (
            *(FACETS, REFERENCES, GAP_TYPES, TIMINGS, PLACE_RELATIONS, PLACE_WAYS, REACHED),
            *(OPTIONS, OPTION_REASONS, CAVEATS, CHANGES, LEFT_OUT),
        )
        for word in words.values()
    ),
)
"""Messages of this module, for those who look for what has to be translated."""
