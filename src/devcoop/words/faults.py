"""What has to be mended in a workbook that an officer filled in, in the language of its headings.

Names of columns, sheets and lists stand in it as that workbook has them.
"""

from __future__ import annotations

FAULTS = {
    "circle": "this is a part of itself: %(steps)s",
    "date-alone": "there is a date, but no number under “%(heading)s”",
    "ends-before": "it ends on %(end)s, before it starts on %(start)s",
    "example": (
        "this row is marked as the example, but something else was written into it; take %(mark)s"
        " out of its first cell, or delete the row"
    ),
    "indicator-missing": "there are numbers, but no indicator that says what is measured",
    "language-unknown": "%(text)s is no language of the list and no code such as en or pt-BR",
    "level-missing": "the level is missing; it is one of: %(levels)s",
    "level-unknown": "there is no level %(text)s; it is one of: %(levels)s",
    "name-missing": "the name is missing",
    "name-unknown": "no initiative and no result is called %(text)s",
    "no-date": (
        "%(text)s: %(why)s; write a day such as 2026-03-31, a month such as March 2026, or a year"
    ),
    "no-headings": "none of the headings of the sheet of %(sheet)s is there",
    "not-yes-or-no": "%(text)s is neither yes nor no",
    "periods": (
        "amounts: %(amounts)s, periods: %(periods)s; write as many periods, in the order of the"
        " amounts"
    ),
    "plan-missing": "%(heading)s is missing in the sheet %(sheet)s",
    "role-unknown": "there is no role %(text)s; the sheet of lists has them",
    "several-wholes": "this is a part of one thing only; write the nearest one",
    "the-row-itself": "%(text)s is this row itself",
    "title-missing": "the title is missing; a few words are enough",
    "twice": "the identifier %(text)s is already that of %(place)s; give each its own",
}
"""What is wrong, by a name for it."""
MEANT = "; did you mean %(names)s?"
"""The end of what is said of a word that is written nearly as another."""
NO_DATES = ("it is no date", "there is no such day", "it ends before it starts")
"""Why something is no date."""
SPOKEN: tuple[str, ...] = (*FAULTS.values(), MEANT, *NO_DATES)
"""Messages of this module, for those who look for what has to be translated."""
