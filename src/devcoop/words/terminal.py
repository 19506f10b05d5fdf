"""An explanation as text for a terminal."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from devcoop.words import codes
from devcoop.words.explanations import tell

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from devcoop.model import Undertaking
    from devcoop.overlap.explanation import Explanation
    from devcoop.words.lexicon import Lexicon

_WIDTH = 88
_BAR = 20


def render_explanation(explanation: Explanation, lexicon: Lexicon) -> str:
    """Render an explanation as plain text in English.

    Args:
        explanation: Why a pair is what it is.
        lexicon: What concepts and places are called.
    """
    told, pair = tell(explanation, lexicon), explanation.pair
    lines = [
        told.headline,
        f"{codes.TYPES_IN_SENTENCES[pair.type]} · closeness {pair.score:.2f} of 1",
        "",
        *_side(explanation.left),
        *_side(explanation.right),
        "",
        *_block("Together", map(str, told.together)),
        *_block("Apart", map(str, told.apart)),
        *_block("Not said", told.unknown),
        *_block("When", [told.when]),
        *_block("Where", [told.where]),
        *_block("Beware", told.caveats),
        *_block("Said so far", [told.said]),
        *_block("Could be done", [option.term for option in told.options]),
        "How close, by part:",
        *_parts(explanation),
        *_stability(explanation),
    ]
    return "\n".join(lines) + "\n"


def _side(side: Undertaking) -> Iterator[str]:
    locators = ", ".join(passage.locator for passage in side.evidence)
    yield f"{side.agency.name}: {side.label}"
    yield from textwrap.wrap(side.gist, _WIDTH, initial_indent="  ", subsequent_indent="  ")
    yield f"  passages: {locators}"


def _block(title: str, sentences: Iterable[str]) -> Iterator[str]:
    for number, sentence in enumerate(sentences):
        head = f"{title + ':':15}" if number == 0 else " " * 15
        yield from textwrap.wrap(
            head + sentence, _WIDTH, subsequent_indent=" " * 15, drop_whitespace=True
        )


def _parts(explanation: Explanation) -> Iterator[str]:
    for match in explanation.matches:
        word = codes.FACETS[match.facet]
        if match.similarity is None:
            yield f"  {word:22} not known"
        else:
            filled = round(match.similarity * _BAR)
            yield f"  {word:22} {'█' * filled}{'·' * (_BAR - filled)} {match.similarity:.2f}"


def _stability(explanation: Explanation) -> Iterator[str]:
    if explanation.places is None:
        return
    place, best, worst = explanation.places
    among = explanation.among
    pairs = "all pairs" if among is None else f"the {among} pairs that were scored"
    yield f"Place {place} of {pairs}; between {best} and {worst} if one part were left out."
