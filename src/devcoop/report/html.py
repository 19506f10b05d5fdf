"""Puts the page's records into one HTML file that needs nothing else.

Style and script stand inside the file. A content security policy lets the page load nothing
and run no script but its own, so that no label of any plan can do harm.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from devcoop import assets
from devcoop.report.anchors import anchor_initiative
from devcoop.report.countries import WAYS
from devcoop.words.codes import FACETS
from devcoop.words.counts import write_count
from devcoop.words.language import ENGLISH

if TYPE_CHECKING:
    from devcoop.report.page import Page


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(assets.TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "number": ENGLISH.number,
        "count": write_count,
        "join_words": ENGLISH.join,
        "period": ENGLISH.period,
    }
    environment.globals |= {
        "anchor_of": anchor_initiative,
        "facet_words": FACETS,
        "ways": WAYS,
    }
    return environment


def _read(name: str) -> str:
    return (assets.TEMPLATES / name).read_text(encoding="utf-8").strip()


def _policy(script: str) -> str:
    """Write the content security policy that allows one script."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
        f"script-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )


def render_page(page: Page) -> str:
    """Render the report as one HTML file.

    Args:
        page: What it shows.
    """
    script = f"\n{_read('page.js')}\n"
    text = (
        _environment()
        .get_template("page.html.j2")
        .render(
            page=page,
            style=Markup(_read("style.css")),  # noqa: S704  our own file, no value of a plan
            script=Markup(script),  # noqa: S704  our own file, no value of a plan
            policy=_policy(script),
        )
    )
    return f"{text}\n"
