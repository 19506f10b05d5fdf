"""Coordination that the plans state, and the overlaps for which they state none.

A link counts only if it reaches the other agency: itself, or as the head of the body named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from devcoop.model import Cell, Remark

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from devcoop.model import Link, Naming, Pair

COORDINATION = "stated-coordination"
"""Name of the question about gaps that the comparison itself asks."""
OVERLAPS = frozenset({"duplication", "duplication-candidate", "overlap"})
"""Finding types for which coordination is to be expected."""


def is_overlap(pair: Pair) -> bool:
    """Tell whether coordination is to be expected between the two sides of a pair.

    Args:
        pair: A compared pair.
    """
    return pair.type in OVERLAPS


def find_links(links: Iterable[Link], one: str, other: str) -> list[Link]:
    """Find the links by which one of two agencies names the other.

    Args:
        links: The coordination that the plans state.
        one: IRI of an agency.
        other: IRI of another agency.

    Examples:
        >>> from devcoop.model import Link
        >>> link = Link("link", "OBOR", "ISO", "ISO", "", ("OBOR-1",))
        >>> find_links([link], "ISO", "OBOR") == [link]
        True
        >>> find_links([link], "ISO", "UNIDO")
        []
    """
    return [link for link in links if {link.from_agency, link.to_agency} == {one, other}]


def iter_coordination(
    pairs: Iterable[Pair],
    links: Sequence[Link],
    identifiers: Mapping[str, str],
    namings: Sequence[Naming] = (),
    kinds: Sequence[Naming] = (),
) -> Iterator[Cell]:
    """Look for overlaps for which neither plan names the other agency as one to coordinate with.

    Args:
        pairs: Compared pairs.
        links: The coordination that the plans state.
        identifiers: What each undertaking is called in its plan, by its IRI.
        namings: Where a plan names another agency, whether or not to coordinate with it.
        kinds: Where a plan names a kind of organization that another agency may be one of.

    Yields:
        One cell for each overlap; it is served by the links between its agencies.
    """
    for pair in filter(is_overlap, pairs):
        called = f"{identifiers[pair.left]}, {identifiers[pair.right]}"
        yield Cell(
            subject=pair.left,
            served=len(find_links(links, pair.left_agency, pair.right_agency)),
            others=(pair.right,),
            of=(pair.left_agency, pair.right_agency),
            remark=Remark("subject", pair.topic, identifier=called),
            found=_find_naming(namings, kinds, {pair.left_agency, pair.right_agency}),
        )


def find_named(namings: Iterable[Naming], one: str, other: str) -> tuple[Naming, ...]:
    """Find what the plans of two agencies name of each other.

    Args:
        namings: Where plans name other agencies or kinds of organization.
        one: IRI of an agency.
        other: IRI of another agency.
    """
    return tuple(each for each in namings if {each.from_agency, each.named} == {one, other})


def _find_naming(
    namings: Sequence[Naming], kinds: Sequence[Naming], agencies: set[str]
) -> Remark | None:
    """Find what one of two plans names of the other, or of its kind, if it names anything."""
    thing = next((one.thing for one in find_named(namings, *agencies)), "")
    groups = tuple(one.thing for one in find_named(kinds, *agencies))
    if not groups:
        return Remark("named-otherwise", thing) if thing else None
    code = "named-and-of-kind" if thing else "of-kind"
    return Remark(code, thing, others=groups)
