"""The redirect rules, in a real Apache where there is one."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from devcoop import names
from devcoop.store.terms import as_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devcoop.dataset import Dataset

RULES = Path(__file__).resolve().parents[2] / "docs" / "w3id" / ".htaccess"
APACHE = next(filter(None, map(shutil.which, ("apache2", "httpd", "/usr/sbin/apache2"))), None)
MODULES = Path("/usr/lib/apache2/modules")
NEEDED = ("mpm_event", "authz_core", "dir", "rewrite")
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

CASES = [
    ("theme/metrology", BROWSER, 303, "/theme/metrology.html"),
    ("theme/metrology", "text/html", 303, "/theme/metrology.html"),
    ("theme/metrology", "text/turtle", 303, "/theme/metrology.ttl"),
    ("theme/metrology", "application/ld+json", 303, "/theme/metrology.jsonld"),
    ("theme/metrology", "application/rdf+xml", 303, "/theme/metrology.rdf"),
    ("theme/metrology", "application/n-triples", 303, "/theme/metrology.nt"),
    ("theme/metrology", "text/turtle, text/html;q=0.5", 303, "/theme/metrology"),
    ("theme/metrology", "*/*", 303, "/theme/metrology"),
    ("theme/metrology", None, 303, "/theme/metrology"),
    ("theme/metrology", "image/png", 303, "/theme/metrology"),
    ("theme/metrology.ttl", BROWSER, 303, "/theme/metrology.ttl"),
    ("theme/metrology?lang=fr", BROWSER, 303, "/theme/metrology.html?lang=fr"),
    (
        "element/iso-2016-2020/output-3.5",
        "text/turtle",
        303,
        "/element/iso-2016-2020/output-3.5.ttl",
    ),
    ("element/iso-2016-2020/output-3.5", "*/*", 303, "/element/iso-2016-2020/output-3.5"),
    ("ns", "text/html", 303, "/ns.html"),
    ("ns", "text/turtle", 303, "/ns.ttl"),
    ("release/0.1.0/ns", "text/turtle", 303, "/release/0.1.0/ns.ttl"),
    ("shapes", "text/turtle", 303, "/shapes.ttl"),
    ("graph", "text/turtle", 303, "/graph.ttl"),
    ("graph/plan/iso-2016-2020.trig", "*/*", 303, "/graph/plan/iso-2016-2020.trig"),
    ("question/plan-periods", "text/html", 303, "/question/plan-periods.html"),
    ("sparql", "application/sparql-results+json", 307, "/sparql"),
    ("sparql?query=ASK%20%7B%7D", "text/html", 307, "/sparql?query=ASK%20%7B%7D"),
    ("data/devcoop.nq.gz", "*/*", 303, "/data/devcoop.nq.gz"),
    (".well-known/void", "text/turtle", 303, "/.well-known/void"),
    ("", BROWSER, 303, "/"),
    ("theme/%0d%0aSet-Cookie:x=1", BROWSER, 404, None),
    ("theme/%3Cscript%3E", BROWSER, 404, None),
    # Apache merges slashes; what comes of it stays on the server.
    ("//evil.example/", BROWSER, 303, "/evil.example"),
    ("theme//evil.example", BROWSER, 303, "/theme/evil.example.html"),
    ("@evil.example", BROWSER, 404, None),
]


def _server() -> str:
    (server,) = re.findall(r"E=SERVER:(https://[a-z.]+)\]", RULES.read_text(encoding="utf-8"))
    return str(server)


def test_server_is_named_once() -> None:
    text = RULES.read_text(encoding="utf-8")
    assert text.count(_server().removeprefix("https://")) == 1
    targets = re.findall(r"^RewriteRule \S+ (\S+)", text, re.MULTILINE)
    assert [one for one in targets if one != "-" and not one.startswith("%{ENV:SERVER}/")] == []


@pytest.fixture(scope="module")
def apache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Serves the rules as w3id.org does: in a folder `devcoop`, read from `.htaccess`."""
    if APACHE is None or not all((MODULES / f"mod_{one}.so").exists() for one in NEEDED):
        pytest.skip("Apache is not here")
    root = tmp_path_factory.mktemp("apache")
    site = root / "site" / "devcoop"
    site.mkdir(parents=True)
    shutil.copy(RULES, site)
    # Apache started by root gives its workers up to another user, who has to reach the folder.
    above = [one for one in root.parents if one.is_relative_to(tempfile.gettempdir())]
    for folder in (site, root / "site", root, *above[:-1]):
        folder.chmod(folder.stat().st_mode | 0o055)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    config = root / "apache.conf"
    lines = [f"LoadModule {one}_module {MODULES}/mod_{one}.so" for one in NEEDED]
    lines += [
        f'ServerRoot "{root}"',
        f"Listen 127.0.0.1:{port}",
        "ServerName w3id.example",
        f'PidFile "{root}/pid"',
        f'ErrorLog "{root}/error.log"',
        f'DocumentRoot "{root}/site"',
        *(["User www-data", "Group www-data"] if os.geteuid() == 0 else []),
        f'<Directory "{root}/site">',
        "  AllowOverride All",
        "  Require all granted",
        "</Directory>",
    ]
    config.write_text("\n".join(lines) + "\n", encoding="utf-8")
    process = subprocess.Popen([APACHE, "-X", "-f", str(config)], stderr=subprocess.DEVNULL)
    try:
        _wait(process, port)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    for _ in range(200):
        assert process.poll() is None, "Apache did not start"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail("Apache does not listen")


def _ask(port: int, path: str, accept: str | None, method: str = "GET") -> tuple[int, str | None]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method, f"/devcoop/{path}", headers={"Accept": accept} if accept else {})
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.getheader("Location")
    finally:
        connection.close()


@pytest.mark.parametrize(("path", "accept", "status", "target"), CASES)
def test_identifier_is_sent_where_it_is_answered(
    path: str, accept: str | None, status: int, target: str | None, apache: int
) -> None:
    location = None if target is None else _server() + target
    assert _ask(apache, path, accept) == (status, location)


def test_query_that_is_posted_stays_posted(apache: int) -> None:
    assert _ask(apache, "sparql", "*/*", "POST") == (307, f"{_server()}/sparql")


def test_every_identifier_of_the_dataset_is_redirected(apache: int, dataset: Dataset) -> None:
    paths = {
        as_text(quad.subject).removeprefix(names.BASE).partition("#")[0]
        for quad in dataset.store
        if as_text(quad.subject).startswith(names.BASE)
    }
    assert len(paths) > 4000
    # One of each kind and length of path, and every one with an unusual character.
    chosen = {(one.partition("/")[0], one.count("/")): one for one in sorted(paths)}
    odd = [one for one in paths if not re.fullmatch(r"[A-Za-z0-9/.-]+", one)]
    for path in [*chosen.values(), *odd]:
        location = f"{_server()}/{path}.ttl"
        assert _ask(apache, path, "text/turtle") == (303, location)
