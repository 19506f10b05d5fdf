"""Parameters of the library's questions as controls of a form."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from devcoop.errors import QueryError
from devcoop.names import BASE, DEVC, kind_of, shorten, term
from devcoop.pages.views.facts import IN_SCHEME, NOTATION, TYPE, facts_of, notation_key
from devcoop.queries import find_problem, read_term
from devcoop.store.terms import NamedNode, as_text
from devcoop.words.language import Label, typeset
from devcoop.words.questions import say_initiative

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from devcoop.pages.content import Content
    from devcoop.pages.request import Request
    from devcoop.pages.views.facts import Facts
    from devcoop.queries import Query

_PREFIX = re.compile(r"^PREFIX\s+([\w-]*):\s*<([^>]*)>", re.MULTILINE)
_OPEN = re.compile("unset means|à défaut")
_SLOT = r"VALUES\s+\?{name}\s*\{{([^}}]*)\}}"
_ORGANIZATION = term("org:Organization")
_BODIES = (_ORGANIZATION, str(DEVC.ActorGroup))
MOST_CHOICES = 400
"""A list longer than this is typed into, with suggestions; a shorter one is chosen from."""

_BY_CLASS: Mapping[str, tuple[str, ...]] = {
    "plan": (str(DEVC.Plan),),
    "leftPlan": (str(DEVC.Plan),),
    "rightPlan": (str(DEVC.Plan),),
    "otherPlan": (str(DEVC.Plan),),
    "left": (str(DEVC.Plan),),
    "right": (str(DEVC.Plan),),
    "agency": (_ORGANIZATION,),
    "undertaking": (str(DEVC.Undertaking),),
    "participant": _BODIES,
    "from": _BODIES,
    "to": (*_BODIES, str(DEVC.CountryGroup)),
    "body": (*_BODIES, str(DEVC.CoordinationMechanism), str(DEVC.Participation)),
    "concept": (
        term("skos:Concept"),
        str(DEVC.Place),
        str(DEVC.CountryGroup),
        *_BODIES,
    ),
}
_BY_SCHEME = {
    "theme": "theme",
    "whole": "theme",
    "place": "place",
    "country": "place",
    "group": "group",
    "beneficiary": "beneficiary",
    "instrument": "instrument",
    "role": "role",
    "type": "mechanism-type",
}


@dataclass(frozen=True)
class Control:
    """A parameter as a control of a form.

    Attributes:
        name: The parameter.
        about: What it means, in the reader's language.
        kind: iri, string, date, decimal or integer.
        value: What the form shows.
        default: What the query takes if nothing is said.
        is_optional: It may be left empty, which means any.
        choices: IRIs to choose from; none for a text, a number or a day.
        error: What is wrong with the value; empty if nothing is.
    """

    name: str
    about: Label
    kind: str
    value: str
    default: str
    is_optional: bool
    choices: tuple[str, ...] = ()
    error: str = ""

    @property
    def words(self) -> Label:
        """What it means, in a few words."""
        text = re.split(r"[.;]", self.about.text)[0].strip()
        return Label(text, self.about.language) if text else Label(self.name, "")

    @property
    def note(self) -> Label | None:
        """What else there is to say of its values; that it can be left open is seen in the form."""
        rest = re.split(r"[.;]", self.about.text, maxsplit=1)[1:]
        notes = [part.strip() for part in re.split(r"[.;]", "".join(rest))]
        text = ". ".join(_capital(one) for one in notes if one and not _OPEN.match(one))
        return Label(text, self.about.language) if text else None

    @property
    def input_type(self) -> str:
        """Type of the HTML control."""
        if self.kind == "iri" and 0 < len(self.choices) <= MOST_CHOICES:
            return "select"
        return {"date": "date", "decimal": "number", "integer": "number"}.get(self.kind, "text")

    @property
    def is_changed(self) -> bool:
        """Whether the value differs from what the query takes anyway."""
        return self.value != self.default


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def read_controls(facts: Facts, query: Query, request: Request) -> tuple[Control, ...]:
    """Read the parameters of a question from a request.

    Args:
        facts: Where choices are looked up.
        query: The question.
        request: What was sent; a parameter that is missing keeps its default.
    """
    return tuple(_control(facts, query, request, name) for name in query.params)


def _control(facts: Facts, query: Query, request: Request, name: str) -> Control:
    header = query.params[name]
    kind = str(header.get("type", "string"))
    default = read_default(query, name)
    is_optional = query.can_be_unset(name)
    is_left_open = is_optional and any(one == name for one, _ in request.params)
    value = request.get(name) or ("" if is_left_open else default)
    return Control(
        name=name,
        about=_about(header, request.language),
        kind=kind,
        value=_shown(value, kind, name),
        default=_shown(default, kind, name),
        is_optional=is_optional,
        choices=(
            facts.content.once(list_choices, name, default, request.language)
            if kind == "iri"
            else ()
        ),
        error=_check(value, kind, name) or _find_problem(facts, query, name, value),
    )


def _about(header: Mapping[str, str], language: str) -> Label:
    """Give what a parameter means in a language, else in English."""
    other = header.get(f"about_{language}", "")
    if other and language != "en":
        return Label(typeset(other, language), language)
    return Label(say_initiative(header.get("about", "")), "en")


def _shown(value: str, kind: str, name: str) -> str:
    """Write an IRI the same way however it was sent, so that it is found among the choices."""
    if kind != "iri" or _check(value, kind, name) or not value:
        return value
    return shorten(as_text(read_term(value, kind, name=name)))


def _check(value: str, kind: str, name: str) -> str:
    """Say what is wrong with a value; nothing is wrong with none."""
    try:
        if value:
            read_term(value, kind, name=name)
    except QueryError as error:
        return str(error).removeprefix(f"{name}={value}: ")
    return ""


def _find_problem(facts: Facts, query: Query, name: str, value: str) -> str:
    """Say why a value that was sent names nothing; what a query takes anyhow is not judged."""
    if value == read_default(query, name):
        return ""
    return find_problem(facts.store, query, name, value)


def read_default(query: Query, name: str) -> str:
    """Read what a query takes for a parameter if nothing is said.

    Args:
        query: The query.
        name: The parameter.

    Returns:
        The value as text; empty for any.

    Examples:
        >>> from devcoop.queries import get_query
        >>> read_default(get_query("group-members-at-date"), "date")
        '2016-07-01'
    """
    slot = re.search(_SLOT.format(name=re.escape(name)), query.text)
    term = slot[1].strip() if slot else "UNDEF"
    if term == "UNDEF":
        return ""
    if term.startswith("<"):
        return term.strip("<>")
    if term.startswith('"'):
        return term[1:].partition('"')[0]
    prefix, colon, local = term.partition(":")
    known = dict(_PREFIX.findall(query.text))
    return known[prefix] + local if colon and prefix in known else term


def list_choices(
    content: Content, name: str, default: str, language: str = "en"
) -> tuple[str, ...]:
    """List what a parameter can be set to.

    Args:
        content: Everything that the pages show.
        name: The parameter.
        default: Its default, which tells the scheme where the name does not.
        language: In which they are sorted by name.

    Returns:
        IRIs by name; those of a scheme in its order. Empty if nothing is known of it.
    """
    facts = facts_of(content)
    if name in _BY_CLASS:
        # Sides are plans in most questions, and initiatives where the default is one.
        is_initiative = default in facts.content.initiatives
        classes = (str(DEVC.Undertaking),) if is_initiative else _BY_CLASS[name]
        return facts.by_name(facts.of_type(*classes), language)
    if name in ("class", "facet"):
        return facts.by_name(_used(facts, name), language)
    scheme = _BY_SCHEME.get(name) or kind_of(default)
    return _in_order(facts, facts.sources(f"{BASE}{scheme}", IN_SCHEME), language)


def _in_order(facts: Facts, iris: Iterable[str], language: str) -> tuple[str, ...]:
    """Sort concepts by notation where all have a number, else by name."""
    listed = facts.by_name(iris, language)
    notations = {iri: facts.find_value(iri, NOTATION) for iri in listed}
    if all(notation[:1].isdecimal() for notation in notations.values()):
        return tuple(sorted(listed, key=lambda iri: notation_key(notations[iri])))
    return listed


def _used(facts: Facts, name: str) -> Iterator[str]:
    """List the classes that plans refer to, or the properties that they leave open."""
    if name == "facet":
        yield from _objects(facts, DEVC.facetNotStated)
    else:
        for iri in _objects(facts, DEVC.refersTo):
            yield from facts.links(iri, TYPE)


def _objects(facts: Facts, predicate: str) -> set[str]:
    quads = facts.store.quads(predicate=predicate)
    return {quad.object.value for quad in quads if isinstance(quad.object, NamedNode)}
