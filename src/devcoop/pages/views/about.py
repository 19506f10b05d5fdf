"""About: what this is, how it was made and how sure it is, what to download, how to cite."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devcoop import names
from devcoop.figures.sources import find_agreement, list_owners, split_sources
from devcoop.overlap.comparison import METHOD
from devcoop.pages.content import count_untranslated
from devcoop.pages.routes import Parts, Route, View, only

if TYPE_CHECKING:
    from devcoop.pages.content import Content
    from devcoop.pages.request import Request

DUMPS = (
    ("/data/devcoop.trig", "TriG", "everything, with one graph for each source"),
    ("/data/devcoop.nq", "N-Quads", "the same, one statement to a line"),
)
"""Files with the whole dataset: path, format, and what it is."""
TABLES = (
    ("/overlaps.csv", "pairs of initiatives close enough to talk about"),
    ("/gaps.csv", "gaps"),
    ("/initiatives.csv", "initiatives"),
)
"""Tables of the pages: path, and what a row is."""
SPOKEN = (*(words for *_, words in DUMPS), *(words for _, words in TABLES))


_MOST_LEFT_OUT = 100
"""How many things that could not be compared are listed."""


def _view(content: Content, request: Request, parts: Parts) -> View:
    del parts
    analysis = content.analysis
    values = {
        "dumps": DUMPS,
        "tables": TABLES,
        "method": METHOD,
        "base": names.BASE,
        "plans": analysis.plans,
        "sources": split_sources(analysis.plans),
        "list_owners": list_owners,
        "agreement": find_agreement(analysis.run.graphs),
        "plan_names": {
            names.slug_of(one.iri): one.agency.name or one.title for one in analysis.plans
        },
        "untranslated": content.once(count_untranslated, request.language),
        "compared": len(analysis.pairs),
        "scope": analysis.comparison.scope,
        "left_out": analysis.left_out,
        "most_left_out": _MOST_LEFT_OUT,
        "data_hash": analysis.run.data_hash,
    }
    return View("about.html.j2", values)


ROUTES = (Route("/about", _view, only("/about")),)
