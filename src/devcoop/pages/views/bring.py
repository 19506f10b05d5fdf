"""Bring your plan: how an officer has a plan of her agency compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devcoop.pages.routes import Parts, Route, View, only

if TYPE_CHECKING:
    from devcoop.pages.content import Content
    from devcoop.pages.request import Request

PATH = "/bring-your-plan"
COMMANDS = (
    ("devcoop template -o plan.xlsx", "writes an empty workbook with help, lists and an example"),
    (
        "devcoop load plan.xlsx --built-in --store ours",
        "puts your plan beside those that are built in",
    ),
    ("devcoop --store ours report -o out", "compares all plans of the store and writes the report"),
    (
        "devcoop --store ours screen draft.xlsx",
        "holds a draft against the plans, without loading it",
    ),
)
"""The four commands, in the order in which they are needed, and what each does."""
FORMATS = (
    ("devcoop template", "XLSX, ODS, CSV", "a plan, filled in by hand"),
    (
        "--map map.yaml",
        "XLSX, ODS, CSV",
        "any list of projects; `devcoop map` proposes what its columns mean",
    ),
    ("StratML", "XML", "strategic plans and performance reports of ISO 17469"),
    ("HXL", "XLSX, CSV", "who does what where, with a row of hashtags"),
    ("RDF", "Turtle, TriG, N-Quads, RDF/XML, JSON-LD", "plans in the terms of these pages"),
)
"""What can be loaded: by which name, as which kind of file, and what is in it."""
SPOKEN = (*(words for _, words in COMMANDS), *(words for *_, words in FORMATS))


def _view(content: Content, request: Request, parts: Parts) -> View:
    del content, request, parts
    return View("bring.html.j2", {"commands": COMMANDS, "formats": FORMATS})


ROUTES = (Route(PATH, _view, only(PATH)),)
