"""Puts the page's records into one HTML file that needs nothing else.

Style and script stand inside the file. A content security policy lets the page load nothing
and run no script but its own, so that no label of any plan can do harm.
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from markupsafe import Markup

from devcoop import assets
from devcoop.layout.templates import render_template
from devcoop.report.anchors import anchor_initiative
from devcoop.report.countries import WAYS
from devcoop.words.meetings import say_meeting

if TYPE_CHECKING:
    from pathlib import Path

    from devcoop.report.page import Page


def _read(*files: Path) -> str:
    return "\n".join(file.read_text(encoding="utf-8").strip() for file in files)


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
    script = f"\n{_read(assets.TEMPLATES / 'page.js')}\n"
    style = _read(assets.SHARED_STYLE, assets.TEMPLATES / "style.css")
    values = {
        "page": page,
        "anchor_of": anchor_initiative,
        "ways": WAYS,
        "say_meeting": say_meeting,
        "style": Markup(style),  # noqa: S704  our own file, no value of a plan
        "script": Markup(script),  # noqa: S704  our own file, no value of a plan
        "policy": _policy(script),
    }
    return render_template("page.html.j2", values, folder=assets.TEMPLATES)
