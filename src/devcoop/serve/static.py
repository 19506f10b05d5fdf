"""Files that belong to the pages: read once, sent from memory."""

from __future__ import annotations

import hashlib
import mimetypes
import re
from pathlib import Path

from devcoop import media
from devcoop.serve.replies import OPEN, PAGE_SECURITY, Outgoing, RefusedError
from devcoop.serve.tags import has_tag

FOLDER = Path(__file__).parents[1] / "pages" / "static"
_TEXT = ("text/", "application/javascript", media.JSON, "image/svg+xml")
# A name with a version or a hash in it never means other bytes.
_VERSIONED = re.compile(r"[-.](?:\d+\.\d+\.\d+|[0-9a-f]{8,})(?=[-./])")


class StaticFiles:
    """All files of a folder, by path; nothing else can be asked for.

    Args:
        folder: The folder.
    """

    def __init__(self, folder: Path = FOLDER) -> None:
        self._files = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }

    def answer(self, name: str, known: str) -> Outgoing:
        """Give a file.

        Args:
            name: Its path below the folder.
            known: If-None-Match.

        Raises:
            RefusedError: There is no such file.
        """
        content = self._files.get(name)
        if content is None:
            raise RefusedError(404, "Not found")
        tag = f'"{hashlib.sha256(content).hexdigest()[:20]}"'
        lasting = b"public, max-age=31536000, immutable"
        keep = lasting if _VERSIONED.search(name) else b"no-cache"
        fields = [*OPEN, *PAGE_SECURITY, (b"etag", tag.encode()), (b"cache-control", keep)]
        if has_tag(known, tag):
            return Outgoing(304, fields)
        return Outgoing(200, [*fields, (b"content-type", guess_type(name).encode())], content)


def guess_type(name: str) -> str:
    """Guess the media type of a file by its ending.

    Examples:
        >>> guess_type("site.css"), guess_type("x.unknown")
        ('text/css; charset=utf-8', 'application/octet-stream')
    """
    known = {".js": "text/javascript", ".woff2": "font/woff2", ".svg": "image/svg+xml"}
    ending = Path(name).suffix
    media_type = known.get(ending) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return f"{media_type}; charset=utf-8" if media_type.startswith(_TEXT) else media_type
