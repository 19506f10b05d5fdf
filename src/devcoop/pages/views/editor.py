"""The page on which experts write SPARQL: a plain form, which a script makes comfortable."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from devcoop.errors import QueryError
from devcoop.pages.links import STATIC
from devcoop.pages.routes import Route, View, only
from devcoop.pages.views.facts import facts_of
from devcoop.pages.views.questions import (
    MOST_ROWS,
    TOPICS,
    show_answer,
    strip_header,
)
from devcoop.queries import refuse_outside
from devcoop.store import Answer
from devcoop.words.questions import translate

if TYPE_CHECKING:
    from devcoop.pages.content import Content
    from devcoop.pages.request import Request
    from devcoop.pages.routes import Parts
    from devcoop.pages.views.questions import Answered

SECTION = "/questions"
YASGUI = "vendor/yasgui-4.6.2"
"""Where the build puts the editor below the folder of static files."""
MOST_TEXT = 100_000
"""Longest query in characters that the page asks."""
_FIRST = "theme-by-agency"


def find_editor() -> tuple[str, ...]:
    """Find the files of the editor, script and style; empty if the build left them out."""
    names = (f"{YASGUI}/yasgui.min.js", f"{YASGUI}/yasgui.min.css")
    return names if all((Path(STATIC) / name).is_file() for name in names) else ()


def ask(content: Content, text: str, language: str) -> tuple[Answered | None, bool, str]:
    """Ask a query of a reader.

    Args:
        content: Everything that the pages show.
        text: SPARQL.
        language: In which things are named.

    Returns:
        The first rows; whether there are more; and what is wrong, if there is no answer.
    """
    if len(text) > MOST_TEXT:
        return None, False, f"This is longer than {MOST_TEXT} characters."
    try:
        refuse_outside(text)
        # One row more than is shown, so that the rest is never worked out.
        found = content.store.start(text).collect(MOST_ROWS + 1)
    except (QueryError, SyntaxError, ValueError) as error:
        return None, False, str(error)
    shown = show_answer(facts_of(content), Answer(found.columns, found.rows[:MOST_ROWS]), language)
    return shown, len(found.rows) > MOST_ROWS, ""


def _read_text(request: Request) -> str:
    """Read the query in full, which `Request.get` would cut."""
    return next((value for name, value in request.params if name == "query"), "").strip()


def _view(content: Content, request: Request, _parts: Parts) -> View:
    text = _read_text(request)
    answer, is_cut, problem = ask(content, text, request.language) if text else (None, False, "")
    library = content.library
    examples = [
        (one, translate(one, "question", request.language), strip_header(one.text))
        for one in library.values()
        if one.topic in TOPICS[:2]
    ]
    values = {
        "text": text or strip_header(library[_FIRST].text),
        "answer": answer,
        "is_cut": is_cut,
        "problem": problem,
        "examples": examples,
        "editor": find_editor(),
        "most": MOST_ROWS,
    }
    return View("editor.html.j2", values, SECTION, status=400 if problem else 200)


ROUTES = (Route("/sparql", _view, only("/sparql")),)
