"""Which plans come with the program, read by hand, and which are as somebody's file gives them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from devcoop.figures.agreement import read_agreement
from devcoop.graph import list_built_in
from devcoop.names import PREFIXES, mint_plan_graph

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from devcoop.figures.agreement import Agreement
    from devcoop.model import Plan
    from devcoop.pipeline import Analysis


@dataclass(frozen=True)
class Sources:
    """Plans by where they come from.

    Attributes:
        built_in: Plans that come with the program: their documents were read, and what they say
            was put into other words.
        loaded: Plans that were loaded from files of others, with the words of these files.
    """

    built_in: tuple[Plan, ...]
    loaded: tuple[Plan, ...]


def split_sources(plans: Iterable[Plan]) -> Sources:
    """Tell plans that come with the program from those that were loaded.

    Args:
        plans: The plans.

    Examples:
        >>> split_sources([])
        Sources(built_in=(), loaded=())
    """
    known = list_built_in()
    groups: dict[bool, list[Plan]] = {True: [], False: []}
    for plan in plans:
        groups[mint_plan_graph(plan.iri) in known].append(plan)
    return Sources(tuple(groups[True]), tuple(groups[False]))


def list_owners(plans: Sequence[Plan], most: int) -> list[str]:
    """Name who issued plans, each once; a plan that nobody is known to have issued by its title.

    Args:
        plans: The plans.
        most: How many agencies keep the order of the plans; if there are more, those with most
            initiatives come first.
    """
    sizes: Counter[str] = Counter()
    names: dict[str, str] = {}
    for plan in plans:
        owner = plan.agency.iri or plan.iri
        sizes[owner] += plan.undertakings
        names[owner] = plan.agency.name or plan.title
    if len(names) <= most:
        return list(names.values())
    return [names[iri] for iri, _ in sizes.most_common()]


@dataclass(frozen=True)
class Lead:
    """What a first sentence says of all that is compared.

    Attributes:
        agencies: Short names of the agencies, in order; those with most initiatives first where
            they are more than can be named.
        initiatives: How many initiatives there are.
        passages: How many passages of documents they were read in.
        are_all_read: Whether all plans come with the program, read passage by passage.
    """

    agencies: list[str]
    initiatives: int
    passages: int
    are_all_read: bool


def build_lead(analysis: Analysis, most: int = 6) -> Lead:
    """Gather what a first sentence says.

    Args:
        analysis: The run.
        most: How many agencies can be named.
    """
    known = analysis.headings.values()
    names = {iri: one.name for iri, one in analysis.agencies.items()}
    sizes = Counter(dict.fromkeys(names, 0))
    sizes.update(one.agency.iri for one in known)
    order = names if len(names) <= most else [iri for iri, _ in sizes.most_common()]
    return Lead(
        agencies=[names[iri] for iri in order],
        initiatives=len(known),
        passages=sum(plan.passages for plan in analysis.plans),
        are_all_read=not split_sources(analysis.plans).loaded,
    )


def find_agreement(graphs: Iterable[str]) -> list[Agreement]:
    """Find how far two readings agree, of the plans that are here.

    Args:
        graphs: Named graphs of the plans.

    Raises:
        SourceError: The file of the figures is broken.

    Examples:
        >>> find_agreement(["https://example.org/graph/of-others"])
        []
    """
    here = set(graphs)
    return [
        one for one in read_agreement() if mint_plan_graph(f"{PREFIXES['plan']}{one.plan}") in here
    ]
