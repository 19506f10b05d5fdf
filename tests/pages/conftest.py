"""A site over the built-in plans, and a way to ask it for pages."""

from __future__ import annotations

import functools
import hashlib
from collections import defaultdict
from typing import TYPE_CHECKING, Protocol

import pytest

from devcoop.dataset import build_dataset
from devcoop.pages.links import ServerLinks
from devcoop.pages.request import Page, Request
from devcoop.pages.site import Site

if TYPE_CHECKING:
    from collections.abc import Iterable

    from devcoop.dataset import Dataset
    from devcoop.pages.links import Value
    from devcoop.store import Store


class Ask(Protocol):
    def __call__(self, path: str, language: str = "en", /, **params: Value) -> Page: ...


def choose_paths(paths: Iterable[str], most: int) -> list[str]:
    """Choose pages of every kind: all of a small kind, of others those with the least hashes."""
    kinds: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        kinds[path.split("/")[1]].append(path)
    return [path for kind in kinds.values() for path in sorted(kind, key=_hash)[:most]]


def _hash(path: str) -> bytes:
    return hashlib.sha256(path.encode()).digest()


def make_request(path: str, language: str, params: dict[str, Value]) -> Request:
    several = {name: one if isinstance(one, tuple) else (one,) for name, one in params.items()}
    pairs = tuple(
        (name, str(one)) for name, values in several.items() for one in values if one is not None
    )
    return Request(path, pairs, language, ServerLinks(path, pairs, language))


@pytest.fixture(scope="session")
def site(dataset: Dataset) -> Site:
    return Site(dataset)


@pytest.fixture(scope="session")
def crowded_site(crowded_graph: Store) -> Site:
    """A site in which many agencies have a part."""
    return Site(build_dataset(crowded_graph))


@pytest.fixture(scope="session")
def ask(site: Site) -> Ask:
    """Asks for pages; several tests read those of one series, which are written once."""
    return _make_ask(site)


@pytest.fixture(scope="session")
def ask_crowded(crowded_site: Site) -> Ask:
    return _make_ask(crowded_site)


def _make_ask(site: Site) -> Ask:
    write = functools.lru_cache(maxsize=500)(site.render)

    def ask_for(path: str, language: str = "en", /, **params: Value) -> Page:
        page = write(make_request(path, language, params))
        assert page is not None, f"there is no page at {path}"
        return page

    return ask_for
