"""Fail if a package that devcoop needs has a licence that its users would have to take over."""

import re
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

LOCK = Path(__file__).resolve().parents[1] / "requirements.lock"
REFUSED = re.compile(r"\b(A?GPL|GNU (Affero )?General Public)", re.IGNORECASE)
ALLOWED = re.compile(r"LGPL|Lesser General", re.IGNORECASE)


def licence_of(name: str) -> str:
    """Give what a package says of its licence; empty if it is not installed here."""
    try:
        about = distribution(name).metadata
    except PackageNotFoundError:
        return ""
    said = [about.get("License-Expression") or "", about.get("License") or ""]
    said += [one for one in about.get_all("Classifier") or [] if one.startswith("License")]
    return " ".join(one.splitlines()[0] for one in said if one)


names = re.findall(r"^([A-Za-z0-9._-]+)==", LOCK.read_text(encoding="utf-8"), re.M)
licences = {name: licence_of(name) for name in names}
refused = {n: said for n, said in licences.items() if REFUSED.search(ALLOWED.sub("", said))}
for name, said in licences.items():
    print(f"{name:24} {said or '(not installed here)'}")  # noqa: T201
sys.exit(f"refused: {refused}" if refused or not names else 0)
