from __future__ import annotations

import pytest

from devcoop.load.readers.iati.places import find_goal

NUMBERED = [f"{goal}.{number}" for goal in range(1, 18) for number in range(1, 26)]
LETTERED = [f"{goal}.{letter}" for goal in range(1, 18) for letter in "abcde"]


def test_there_are_17_goals_and_169_targets() -> None:
    assert [one for one in map(str, range(30)) if find_goal(one, "goal")] == [
        str(number) for number in range(1, 18)
    ]
    assert len([one for one in (*NUMBERED, *LETTERED) if find_goal(one, "target")]) == 169


@pytest.mark.parametrize(
    ("code", "kind"),
    [("9.2", "goal"), ("9", "target"), ("9.2.1", "target"), ("9", ""), ("", "goal")],
)
def test_code_of_another_list_is_no_goal(code: str, kind: str) -> None:
    assert find_goal(code, kind) == ""
