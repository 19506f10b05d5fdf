"""The page in a real browser, with no network to be had."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(BROWSER is None, reason="Chromium is not installed"),
]


def _open(page: Path, profile: Path, *flags: str) -> subprocess.CompletedProcess[str]:
    command = [
        str(BROWSER),
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        "--host-resolver-rules=MAP * ~NOTFOUND",
        "--enable-logging=stderr",
        "--virtual-time-budget=2000",
        f"--user-data-dir={profile}",
        *flags,
        page.as_uri(),
    ]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)


def test_page_opens_without_a_console_message(folder: Path, tmp_path: Path) -> None:
    seen = _open(folder / "index.html", tmp_path / "profile", "--dump-dom")
    assert [line for line in seen.stderr.splitlines() if "CONSOLE" in line] == []
    assert "Conversations to have" in seen.stdout


def _ask_page(folder: Path, tmp_path: Path, question: str, width: int = 1400) -> str:
    """Open the page in a frame and give what a question of JavaScript about it says."""
    frame = tmp_path / "frame.html"
    source = (folder / "index.html").as_uri()
    frame.write_text(
        f'<iframe id="f" src="{source}" width="{width}" height="900" style="border:0"></iframe>'
        "<script>f.onload=()=>{const page=f.contentWindow,root=f.contentDocument.documentElement;"
        f"document.title=String({question})}}</script>",
        encoding="utf-8",
    )
    seen = _open(frame, tmp_path / "profile", "--dump-dom", "--allow-file-access-from-files")
    found = re.search(r"<title>([^<]*)</title>", seen.stdout)
    assert found, seen.stdout[:500]
    return found[1]


def test_page_asks_for_no_other_file(folder: Path, tmp_path: Path) -> None:
    loaded = "page.performance.getEntriesByType('resource').length"
    assert _ask_page(folder, tmp_path, loaded) == "0"


@pytest.mark.parametrize("width", [1400, 390])
def test_page_never_scrolls_sideways(folder: Path, tmp_path: Path, width: int) -> None:
    over = _ask_page(folder, tmp_path, "root.scrollWidth - root.clientWidth", width)
    assert int(over) <= 0
