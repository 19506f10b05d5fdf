"""Words of the workbook in which an officer fills in her plan: headings, help and examples.

The catalogues have them in the other languages; headings are understood in any of them.
"""

from __future__ import annotations

from typing import NamedTuple


class Words(NamedTuple):
    """What a person reads of a column, or of a line of the sheet of the plan.

    Attributes:
        heading: Its name.
        help: What to write there.
        example: What somebody might write; empty if it comes from a list, or if there is none.
    """

    heading: str
    help: str
    example: str = ""


SHEETS = {
    "plan": "plan",
    "initiatives": "initiatives",
    "results": "results",
    "actors": "actors",
    "lists": "lists",
    "faults": "faults",
}
"""Names of the sheets, by what they hold."""
PLAN_COLUMNS = ("What", "Your plan", "What to write", "Example")
"""Headings of the sheet of the plan, which has its lines below each other."""
PLAN = {
    "identifier": Words(
        "Code of the plan",
        "A short code that stays the same when the plan is changed and loaded again.",
        "EA-2026",
    ),
    "title": Words(
        "Title of the plan",
        "Needed. The title as it stands on the document.",
        "Plan for metrology and testing 2026-2028",
    ),
    "description": Words(
        "What the plan is about",
        "One or two sentences in your own words.",
        "Helps laboratories in East Africa to measure and test as the world does.",
    ),
    "agency": Words(
        "Agency",
        "Needed. The full name of the agency that issues the plan.",
        "Example Agency for Quality",
    ),
    "agency_short": Words(
        "Short name of the agency",
        "The name that pages and tables will show.",
        "EAQ",
    ),
    "start": Words(
        "First day of the plan",
        "A day such as 2026-01-31, a month or a year. Leave it empty if the plan does not say.",
        "2026-01-01",
    ),
    "end": Words(
        "Last day of the plan",
        "A day such as 2028-12-31, a month or a year. Leave it empty if the plan does not say.",
        "2028-12-31",
    ),
    "places": Words(
        "Countries of the plan",
        "Countries, regions or groups, as in the lists or by code, with ; between them.",
    ),
    "language": Words(
        "Language of the plan",
        "The language in which you write here.",
    ),
    "licence": Words(
        "Licence",
        "Under which licence the plan may be used, from the list or as a web address.",
        "CC BY 4.0",
    ),
    "edition": Words(
        "Edition",
        "Which edition this is, such as 2 or 2026-03.",
        "1",
    ),
    "budget": Words(
        "Budget of the plan",
        "One number for all of the plan and its whole period. Leave it empty if the plan does not"
        " say.",
        "1200000",
    ),
    "currency": Words(
        "Currency",
        "From the list or as a code such as EUR; for all amounts here that name no other.",
    ),
}
"""Lines of the sheet of the plan."""
INITIATIVES = {
    "identifier": Words(
        "Identifier",
        "Needed. A short code, different for each initiative, as in the plan if it has one.",
    ),
    "title": Words(
        "Title",
        "Needed. A few words.",
        "Training of metrologists in Kenya and Uganda",
    ),
    "description": Words(
        "Description",
        "One or two sentences in your own words.",
        "Teaches forty metrologists how to calibrate balances and thermometers.",
    ),
    "theme": Words(
        "Themes",
        "What it is about. From the list; several with ; between them.",
    ),
    "function": Words(
        "What is done",
        "What is done to the subject. From the list; several with ; between them.",
    ),
    "instrument": Words(
        "Form of help",
        "In which form. From the list; several with ; between them.",
    ),
    "beneficiary": Words(
        "For whom",
        "Who benefits. From the list; several with ; between them.",
    ),
    "sector": Words(
        "Sectors",
        "Whose products or services. From the list; several with ; between them.",
    ),
    "arena": Words(
        "Where it takes effect",
        "One from the list. Empty is fine.",
    ),
    "type": Words(
        "Type",
        "One from the list. Empty is fine.",
    ),
    "status": Words(
        "Status",
        "How far it has come. One from the list.",
    ),
    "places": Words(
        "Countries",
        "Countries, regions or groups of countries, by name or code; several with ; between them.",
    ),
    "start": Words(
        "Start",
        "A day such as 2026-03-31, a month or a year. Empty means the plan's period.",
        "2026-03-01",
    ),
    "end": Words(
        "End",
        "A day such as 2027-12-31, a month or a year. Empty means the plan's period.",
        "2027-12-31",
    ),
    "agency": Words(
        "Responsible body",
        "Who answers for it, if that is not the agency of the plan.",
    ),
    "partners": Words(
        "Partners",
        "Who takes part, with the role in brackets; several with ; between them.",
        "KEBS (Implementing)",
    ),
    "serves": Words(
        "Serves result",
        "Identifiers of the results it serves, with ; between them.",
    ),
    "part_of": Words(
        "Part of",
        "Identifier of the larger initiative that it is a part of.",
    ),
    "budget": Words(
        "Budget amount",
        "A number, such as 250000. Several amounts with ; between them, each with its period."
        " Leave it empty if the plan does not say.",
        "250000",
    ),
    "currency": Words(
        "Currency of the budget",
        "From the list or as a code such as EUR. Empty means the currency of the sheet of the"
        " plan.",
    ),
    "budget_period": Words(
        "Period of the budget",
        "A year, a month or a day; several with ; between them, in the order of the amounts."
        " Empty means from start to end.",
        "2026",
    ),
}
"""Columns of the sheet of the initiatives."""
RESULTS = {
    "identifier": Words(
        "Identifier",
        "Needed. A short code. Write it again in the next row for another indicator of the result.",
    ),
    "title": Words(
        "Title",
        "Needed. What will be different.",
        "Laboratories in the region are accredited",
    ),
    "description": Words(
        "Description",
        "One or two sentences in your own words.",
    ),
    "level": Words(
        "Level",
        "Needed. One from the list: impact, outcome, output …",
    ),
    "part_of": Words(
        "Part of result",
        "Identifier of the larger result that it is a part of.",
    ),
    "serves": Words(
        "Serves result",
        "Identifiers of the results it leads to, with ; between them.",
    ),
    "indicator": Words(
        "Indicator",
        "How it is known that the result is there.",
        "Accredited laboratories",
    ),
    "unit": Words(
        "Unit",
        "What the numbers count, such as laboratories or %.",
        "laboratories",
    ),
    "baseline": Words(
        "Baseline",
        "The number at the start.",
        "3",
    ),
    "baseline_date": Words(
        "Date of the baseline",
        "A day, a month or a year.",
        "2025",
    ),
    "target": Words(
        "Target",
        "The number to be reached.",
        "10",
    ),
    "target_date": Words(
        "Date of the target",
        "A day, a month or a year.",
        "2028",
    ),
}
"""Columns of the sheet of the results."""
ACTORS = {
    "name": Words(
        "Name",
        "Needed. Full name of a body that takes part, or a kind of actor such as donors.",
        "Kenya Bureau of Standards",
    ),
    "short": Words(
        "Short name",
        "As it is written in the column of partners.",
        "KEBS",
    ),
    "code": Words(
        "Code",
        "A code that others know it by, such as XM-DAC-41123.",
    ),
    "is_group": Words(
        "Kind of actor",
        "Write yes if it is no single body but a kind of actor, such as donors.",
        "no",
    ),
    "kind": Words(
        "Kind of organization",
        "One from the list. Empty is fine.",
    ),
    "role": Words(
        "Role",
        "What it does. One from the list.",
    ),
    "takes_part": Words(
        "Takes part in",
        "Identifiers of initiatives or results, with ; between them. Empty means the whole plan.",
    ),
}
"""Columns of the sheet of the actors."""
LISTS = {
    "theme": "Themes",
    "function": "What is done",
    "instrument": "Form of help",
    "beneficiary": "For whom",
    "sector": "Sectors",
    "arena": "Where it takes effect",
    "type": "Type",
    "status": "Status",
    "level": "Level",
    "role": "Role",
    "kind": "Kind of organization",
    "places": "Countries",
    "language": "Languages",
    "licence": "Licences",
    "currency": "Currencies",
    "yes": "Yes or no",
}
"""What the columns of the lists hold."""
MEANING = "Meaning"
HELP = "Help"
EXAMPLE = "(example)"
YES, NO = "yes", "no"
SAID_OF_EXAMPLE = "This row is an example and is not loaded. Leave it or delete it."
REMARK = "comment"
"""What a comment on a cell is kept as; the heading of its column stands behind it."""
FAULT_COLUMNS = ("Sheet", "Cell", "Column", "What is wrong")
"""Headings of the list of faults in a copy that is marked."""
SPOKEN: tuple[str, ...] = (
    *SHEETS.values(),
    *PLAN_COLUMNS,
    *(
        word
        for columns in (PLAN, INITIATIVES, RESULTS, ACTORS)
        for words in columns.values()
        for word in words
        if word
    ),
    *LISTS.values(),
    MEANING,
    HELP,
    EXAMPLE,
    YES,
    NO,
    SAID_OF_EXAMPLE,
    *FAULT_COLUMNS,
)
"""Messages of this module, for those who look for what has to be translated."""
