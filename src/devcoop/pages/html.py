"""Puts what a view gives into HTML.

Templates get the words, labels and links of one page. Nothing is inline: style and script are
files, so that a strict content security policy holds.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from devcoop.findings import mint_gap
from devcoop.layout.templates import render_template
from devcoop.names import path_of
from devcoop.words.gaps import say_check
from devcoop.words.reviews import say_review

if TYPE_CHECKING:
    from collections.abc import Mapping

    from devcoop.model import Cell, GapCheck
    from devcoop.pages.content import Content
    from devcoop.pages.request import Request
    from devcoop.pages.routes import View
    from devcoop.words.language import Label

TEMPLATES = Path(__file__).parent / "templates"


class Words:
    """Labels and links as HTML, for one page.

    Args:
        content: Where labels are looked up.
        request: The page.
    """

    def __init__(self, content: Content, request: Request) -> None:
        self._content, self._request = content, request

    def label(self, iri: str) -> Markup:
        """Write the label of something, marked if it is in another language than the page.

        Args:
            iri: The thing.
        """
        return self._mark(self._content.label(iri, self._request.language))

    def label_within(self, iri: str) -> Markup:
        """Write the label of something as it stands within a sentence: names keep their capitals.

        Args:
            iri: The thing.
        """
        label = self._content.label(iri, self._request.language)
        text = label.text
        is_name = text[:2].isupper()
        return self._mark(replace(label, text=text if is_name else text[:1].lower() + text[1:]))

    def link(self, iri: str) -> Markup:
        """Write the label of something as a link to its page; plain if it is not ours.

        Args:
            iri: The thing.
        """
        return self.link_as(iri, self.label(iri))

    def link_as(self, iri: str, text: str | Markup) -> Markup:
        """Write a text as a link to the page about something; plain if that is not ours.

        Args:
            iri: The thing.
            text: What to show.
        """
        if not self._content.knows(iri):
            return Markup.escape(text)
        href = self._request.links.page(path_of(iri))
        return Markup('<a href="{}">{}</a>').format(href, text)

    def check(self, check: GapCheck, key: str) -> Markup:
        """Write the wording of a question about gaps.

        Args:
            check: The question.
            key: `title`, `reason` or `matters`.
        """
        return self._mark(say_check(check, key, self._request.language))

    def cell(self, check: GapCheck, cell: Cell) -> Markup:
        """Write what a cell of such a question is about.

        Args:
            check: The question.
            cell: The cell.
        """
        return self._mark(self._content.gap_words.cell(check, cell, self._request.language))

    def scope(self, check: GapCheck, cell: Cell) -> Markup:
        """Write the denominator that a cell belongs to.

        Args:
            check: The question.
            cell: The cell.
        """
        return self._mark(self._content.gap_words.scope(check, cell, self._request.language))

    def detail(self, check: GapCheck, cell: Cell) -> Markup:
        """Write what else there is to say of a cell.

        Args:
            check: The question.
            cell: The cell.
        """
        return self._mark(self._content.gap_words.detail(check, cell, self._request.language))

    def found(self, cell: Cell) -> str:
        """Say how a cell is served, or what was found instead, in the reader's language.

        Args:
            cell: The cell.
        """
        return self._content.gap_words.found(cell, self._request.language)

    def gap_iri(self, check: GapCheck, cell: Cell) -> str:
        """Give the IRI of the finding about a cell that nobody serves.

        Args:
            check: The question.
            cell: The cell.
        """
        return mint_gap(check, cell, self._content.gap_words)

    def _mark(self, label: Label) -> Markup:
        return label.mark(self._request.language)

    def gist(self, iri: str) -> Markup:
        """Write what a passage says in our words, marked if it is in another language.

        Args:
            iri: The passage.
        """
        return self._mark(self._content.gist(iri, self._request.language))

    def english(self, text: str) -> Markup:
        """Write a text that is there in English only, marked on pages in another language.

        Args:
            text: The text.
        """
        if self._request.language == "en":
            return Markup.escape(text)
        return Markup('<span lang="en">{}</span>').format(text)


def render_view(content: Content, request: Request, view: View) -> str:
    """Render a view as a page.

    Args:
        content: What pages look up.
        request: What was asked for.
        view: Template and values.
    """
    words = Words(content, request)
    values: Mapping[str, Any] = {
        "request": request,
        "links": request.links,
        "language": request.language,
        "label": words.label,
        "label_within": words.label_within,
        "link": words.link,
        "link_as": words.link_as,
        "english": words.english,
        "gist": words.gist,
        "say_check": words.check,
        "say_cell": words.cell,
        "say_scope": words.scope,
        "say_detail": words.detail,
        "path_of": path_of,
        "path_of_pair": content.path_of_pair,
        "agency_name": content.agency,
        "gap_iri": words.gap_iri,
        "say_found": words.found,
        "say_review": say_review,
        "section": view.section,
        "run": content.analysis.run,
        "version": content.dataset.fingerprint,
        **view.values,
    }
    return render_template(view.template, values, folder=TEMPLATES, language=request.language)
