"""The offline bundle: all pages, the data and the queries in one archive.

Unpacked onto a USB stick, `index.html` opens in any browser without a server and without a
network. The pages are those of the server; links are relative, and tables lie beside them.
"""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

from devcoop import assets, media
from devcoop.export.release import CHECKSUMS, build_release, render_checksums
from devcoop.figures.sources import build_lead
from devcoop.layout.templates import render_template
from devcoop.pages.html import TEMPLATES
from devcoop.pages.links import STATIC, BundleLinks, name_file
from devcoop.pages.request import Request
from devcoop.pages.site import Site
from devcoop.pages.views.search import list_names
from devcoop.publication import write_whole
from devcoop.words.language import LANGUAGE_NAMES, LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from devcoop.dataset import Dataset

_DAY = (1980, 1, 1, 0, 0, 0)
"""The first that an archive can name: a bundle of the same data has the same bytes."""
_ENTRY = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>devcoop</title>
<link rel="stylesheet" href="static/shared.css">
<link rel="stylesheet" href="static/site.css">
</head>
<body>
<main id="main">
<h1>devcoop</h1>
{entries}
</main>
</body>
</html>
"""
_READ_ME = """Where development plans meet, and what they leave open
devcoop {version}

Open index.html in a browser and begin there. No network and no other program is needed.

en/, fr/   the pages
tables/    the tables of the pages, as CSV for a spreadsheet
data/      the same as linked data and tables; data/SHA256SUMS has their checksums
queries/   the questions behind the pages, in SPARQL
SHA256SUMS checksums of all files; `sha256sum -c SHA256SUMS` compares them

Data fingerprint, as the pages tell it: {fingerprint}
Version, as the files in data/ tell it: {data}
"""
_FIRST = {"start": "/"} | {name: f"/{name}" for name in ("overlaps", "gaps", "plans", "about")}
"""Pages that the first one leads to."""


@dataclass(frozen=True)
class Bundle:
    """What is in a bundle.

    Attributes:
        pages: Paths of the pages, each written in every language.
        files: All files by their name in the archive.
    """

    pages: tuple[str, ...]
    files: Mapping[str, bytes]


def build_bundle(
    dataset: Dataset, progress: Callable[[Iterator[str]], Iterator[str]] = iter
) -> Bundle:
    """Write all pages, data and queries into files.

    Args:
        dataset: What the pages show.
        progress: Is given the paths of the pages and passes them on one by one.
    """
    site = Site(dataset)
    paths = tuple(site.paths())
    files = dict(_iter_tables(site, paths))
    files |= {f"data/{name}": content for name, content in build_release(dataset).items()}
    downloads = {f"/{name.partition('/')[2]}": name for name in files if name.startswith("tables/")}
    downloads |= {f"/{name}": name for name in files if name.startswith("data/")}
    for path in progress(iter(paths)):
        files |= _render(site, path, downloads)
    files |= dict(_iter_other(dataset, site))
    files = dict(sorted(files.items()))
    return Bundle(paths, files | {CHECKSUMS: render_checksums(files)})


def write_bundle(bundle: Bundle, path: Path) -> None:
    """Write a bundle as a ZIP archive, whole or not at all.

    Args:
        bundle: What is in it.
        path: The archive.

    Raises:
        OSError: It could not be written; an older one is as it was.
    """
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(bundle.files):
            entry = zipfile.ZipInfo(f"{path.stem}/{name}", _DAY)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, bundle.files[name])
    write_whole(path, content.getvalue())


def _iter_tables(site: Site, paths: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    for path in paths:
        table = f"{path}.csv"
        page = site.render(Request(table, (), LANGUAGES[0], BundleLinks(table, LANGUAGES[0])))
        if page is not None and page.media_type.startswith(media.CSV):
            yield f"tables{table}", page.body


def _render(site: Site, path: str, downloads: Mapping[str, str]) -> dict[str, bytes]:
    pages = {}
    for language in LANGUAGES:
        links = BundleLinks(path, language, downloads)
        page = site.render(Request(path, (), language, links))
        if page is not None:
            pages[f"{language}/{name_file(path)}"] = page.body
    return pages


def _iter_other(dataset: Dataset, site: Site) -> Iterator[tuple[str, bytes]]:
    """Iterate over what stands beside the pages: entry, style, search index, queries."""
    entries = "\n".join(_render_entry(dataset, code) for code in LANGUAGES)
    yield "index.html", _ENTRY.format(entries=entries).encode()
    told = {"fingerprint": dataset.fingerprint, "data": dataset.version}
    yield "README.txt", _READ_ME.format(version=version("devcoop"), **told).encode()
    for file in sorted(STATIC.rglob("*")):
        name = file.relative_to(STATIC).as_posix()
        # The editor asks a server.
        if file.is_file() and not name.startswith(("vendor/", "editor.")):
            yield f"static/{name}", file.read_bytes()
    yield "static/names.js", _write_index(site)
    for file in sorted(assets.QUERIES.rglob("*")):
        if file.is_file():
            yield f"queries/{file.relative_to(assets.QUERIES).as_posix()}", file.read_bytes()


def _render_entry(dataset: Dataset, language: str) -> str:
    """Render what the first page says in one language to somebody who knows nothing of it."""
    values = {
        "language": language,
        "name": LANGUAGE_NAMES[language],
        "lead": build_lead(dataset.analysis),
        **{name: name_file(path) for name, path in _FIRST.items()},
    }
    return render_template("entry.html.j2", values, folder=TEMPLATES, language=language)


def _write_index(site: Site) -> bytes:
    """Write what can be searched for as a script: a page of a folder may not read files."""
    rows = [
        [entry.text, entry.kind, name_file(entry.path), entry.language]
        for entry in list_names(site.content)
    ]
    text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    return f"const NAMES = {text};\n".encode()
