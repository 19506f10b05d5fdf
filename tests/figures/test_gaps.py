from __future__ import annotations

from typing import TYPE_CHECKING

from devcoop.figures.gaps import group_checks, list_gaps, narrow_checks
from devcoop.model import GAP_TYPES, Cell, GapCheck

if TYPE_CHECKING:
    from devcoop.pipeline import Analysis


def _check(name: str, kind: str, *cells: tuple[str, int]) -> GapCheck:
    made = tuple(Cell(f"{of}-{n}", served, of=(of,)) for n, (of, served) in enumerate(cells))
    return GapCheck(name, kind, made)


def test_gaps_stand_by_denominator_with_what_they_are_out_of() -> None:
    shown = list_gaps(_check("a", "vagueness", ("x", 0), ("y", 1), ("x", 2), ("x", 0)))
    assert [(one.first.of, len(one.cells), one.gaps, one.of, one.cut) for one in shown.scopes] == [
        (("x",), 2, 2, 3, 0)
    ]
    assert (shown.gaps, shown.of, shown.is_long) == (2, 4, False)


def test_a_list_that_is_cut_says_by_how_many() -> None:
    shown = list_gaps(_check("a", "vagueness", *[("x", 0)] * 5, ("y", 0)), most=2)
    assert [(one.first.of, len(one.cells), one.cut) for one in shown.scopes] == [
        (("x",), 2, 3),
        (("y",), 0, 1),
    ]
    assert shown.gaps == 6


def test_checks_stand_by_type_in_one_order_and_unknown_types_last() -> None:
    kinds = ("zeta", *reversed(GAP_TYPES), "alpha")
    grouped = group_checks(_check(kind, kind) for kind in kinds)
    assert list(grouped) == [*GAP_TYPES, "alpha", "zeta"]


def test_checks_narrowed_to_an_agency_keep_their_denominators_about_it(analysis: Analysis) -> None:
    iso, obor, unido = analysis.agencies
    narrowed = narrow_checks(analysis.gap_checks, iso)
    denominators = {cell.of for check in narrowed for cell in check.cells}
    assert denominators == {(iso,), (iso, obor), (iso, unido)}
    assert sum(len(one.cells) for one in narrowed) == sum(
        iso in cell.of for one in analysis.gap_checks for cell in one.cells
    )
