"""`devcoop check`: rules of a division of labour, kept or not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from devcoop.cli.options import (
    Command,
    console,
    format_option,
    open_plans,
    output_option,
)
from devcoop.terminal import TABLE_WRITERS

_MOST_COUNTRIES = 12
"""So many countries are told apart."""


@click.command(cls=Command, epilog="Example: devcoop check --place Kenya -f csv")
@click.option(
    "--rules",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The rules (YAML); those of data/division-of-labour.yaml if left out.",
)
@click.option(
    "--place",
    "places",
    multiple=True,
    metavar="NAME",
    help="Only this country, by name or code; may be given several times.",
)
@format_option("table", "csv", "tsv", "json")
@output_option
@click.pass_context
def check(
    ctx: click.Context, rules: Path | None, places: tuple[str, ...], form: str, output: Any
) -> None:
    """Check how agencies divide their work in each country, by rules that you set.

    Counted are the initiatives that state a country themselves, are not cancelled and not said
    to be over. A sector is a category of their purposes, of three digits, and finer than what
    codes of conduct call a sector. A rule passes or fails for the agencies whose initiatives are
    loaded: others may act there. It is unknown where initiatives that state no purpose could
    change it, or where not all name who leads. Exit code 1 means that one fails. No rule is a
    law: a fail is a reason to talk.
    """
    from devcoop.figures.country import ActivityTable  # noqa: PLC0415
    from devcoop.figures.division import (  # noqa: PLC0415
        DEFAULT_RULES,
        STATUSES,
        Outcome,
        check_rules,
        list_current,
        read_leads,
        read_rules,
    )
    from devcoop.focus import Asked, find_focus  # noqa: PLC0415
    from devcoop.names import is_country  # noqa: PLC0415
    from devcoop.plans import read_labels  # noqa: PLC0415
    from devcoop.words.country import say_checked  # noqa: PLC0415

    asked, graph = read_rules(rules or DEFAULT_RULES), open_plans()
    wanted = find_focus(graph, Asked(places=places)).places if places else None
    if wanted and not all(map(is_country, wanted)):
        raise click.UsageError("the rules are checked country by country: --place is a country")
    table = ActivityTable(graph)
    found = check_rules(asked, table, read_leads(graph), wanted)
    labels = read_labels(graph)
    rows: list[list[Any]] = [
        [*one[:2], *(labels.get(iri, iri) for iri in one[2:4]), *one[4:], *one[2:4]]
        for one in found
    ]
    columns = [*Outcome._fields, "country_iri", "subject_iri"]
    if form == "table":
        columns, rows = columns[:-2], [row[:-2] for row in rows]
    output.write(TABLE_WRITERS[form](columns, rows))
    numbers = {status: sum(one.status == status for one in found) for status in STATUSES}
    told = ", ".join(f"{number} {status}" for status, number in numbers.items())
    console.print(f"{len(found)} checked: {told}")
    for country in (table.countries if wanted is None else wanted)[:_MOST_COUNTRIES]:
        own, current = table.list_of(country), list_current(table, country)
        agencies = len({table.known[iri].agency for iri in current})
        over = len(own) - len(current)
        console.print(say_checked(labels.get(country, country), len(own), over, agencies))
    ctx.exit(1 if numbers["fail"] else 0)
