"""A file of activities, written one activity after the other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from devcoop import names
from devcoop.export.iati.activity import Chosen, build_activity
from devcoop.export.iati.facts import Facts, order
from devcoop.export.iati.markup import clean
from devcoop.names import DEVC

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from devcoop.export.iati.facts import Thing
    from devcoop.export.iati.tally import Tally
    from devcoop.store import Store

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<iati-activities version="2.03"{}>\n'
_FOOT = b"</iati-activities>\n"
_NOT_IN_IDENTIFIER = re.compile(r"[/&|?\s]+")
"""What an identifier must not have; in place of it stands a hyphen."""
_WITHOUT = "without identifier, "
"""How the keys begin that the reader gives to activities without an identifier."""


class Edition:
    """The activities of one plan, chosen and not yet written.

    Args:
        store: The data.
        plan: IRI of the plan.
        tally: Counts what has no place.

    Attributes:
        name: Name of the file.
        activities: What becomes an activity.
    """

    def __init__(self, store: Store, plan: str, tally: Tally) -> None:
        # The graph of a plan is named as no other plan is.
        self.name = f"{names.slug_of(names.mint_plan_graph(plan))}.xml"
        self._facts, self._tally = Facts(store, plan), tally
        whole = self._facts.find(plan)
        self._issuer = whole.value(str(DEVC.issuedBy))
        self._plan_has_day = any(self._facts.find_period(whole))
        money = len(whole.values(str(DEVC.hasFunding)))
        tally.seen["amount"] += money
        tally.leave("money-of-plan", money)
        self.activities = self._choose()

    def _choose(self) -> list[Chosen]:
        """Choose the initiatives that can be activities; those of the plan's agency come first."""
        found = []
        for iri in self._facts.list_kind(str(DEVC.Undertaking)):
            self._tally.seen["initiative"] += 1
            thing = self._facts.find(iri)
            agency = thing.value(str(DEVC.agency)) or self._issuer
            if not agency:
                self._tally.leave("no-agency")
            elif not self._plan_has_day and not any(self._facts.find_period(thing)):
                self._tally.leave("no-day")
            else:
                found.append(self._identify(thing, agency))
        return sorted(found, key=lambda one: (one.agency != self._issuer, order(one.identifier)))

    def _identify(self, thing: Thing, agency: str) -> Chosen:
        body = self._facts.find_shared(agency)
        reference = body.value("dcterms:identifier") or body.value("skos:notation")
        reference = reference or names.slug_of(agency)
        key = thing.value("dcterms:identifier") or names.slug_of(thing.iri)
        if self._facts.is_of_iati(thing) and not key.startswith(_WITHOUT):
            # An identifier that stood there twice is kept beside the key that was made of it.
            own = self._facts.find_notes(thing).get("iati-identifier", "") or key
        else:
            key = _NOT_IN_IDENTIFIER.sub("-", key.removeprefix(f"{reference}-"))
            own = f"{_NOT_IN_IDENTIFIER.sub('-', reference)}-{key}"
        return Chosen(thing.iri, agency, reference, own)

    def write(self) -> Iterator[bytes]:
        """Iterate over the pieces of the file, as UTF-8; they are made while they are taken."""
        others = {one.iri: one.identifier for one in self.activities}
        language = self._facts.language
        yield _HEAD.format(f' xml:lang="{language}"' if language else "").encode()
        for one in self.activities:
            node = build_activity(one, self._facts, others, self._tally)
            ET.indent(node, level=0)
            self._tally.written += 1
            yield f"{clean(ET.tostring(node, encoding='unicode'))}\n".encode()
        yield _FOOT


def prepare_iati(store: Store, plans: Iterable[str], tally: Tally) -> dict[str, Iterator[bytes]]:
    """Prepare the files of some plans; one that has nothing to write becomes no file.

    Args:
        store: The data.
        plans: IRIs of the plans.
        tally: Counts what has no place, while the files are written.

    Returns:
        Pieces of each file by its name, valid together; the same for the same data.
    """
    editions = (Edition(store, plan, tally) for plan in plans)
    return {one.name: one.write() for one in editions if one.activities}
