"""Files of IATI held against a small schema and small rules of our own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from lxml import etree

from devcoop.cli import main
from devcoop.errors import SourceError
from devcoop.load.readers.iati.checking import check_file
from devcoop.load.readers.iati.rules import read_rules

STANDARD = Path(__file__).parent / "standard"
FILE = """<iati-activities version="2.03"{root}>
<iati-activity><iati-identifier>A</iati-identifier><title><narrative>Wells</narrative></title>
{inner}
<recipient-country code="KE" percentage="{share}"/></iati-activity>
<iati-activity><iati-identifier>B</iati-identifier>
{second}</iati-activity>
</iati-activities>"""
GOOD = "<title><narrative>Roads</narrative></title><recipient-country code='KE'/>"


def write(*, root: str = "", inner: str = "", share: str = "100", second: str = GOOD) -> bytes:
    return FILE.format(root=root, inner=inner, share=share, second=second).encode()


def check(content: bytes, folder: Path = STANDARD) -> list[tuple[str, int, str]]:
    told = check_file(Path("aid.xml"), content, folder)
    return [(one.what, one.where.line, one.where.xpath) for one in told if one.kind == "broken"]


def test_file_that_keeps_schema_and_rules_is_told_nothing_of() -> None:
    assert check(write()) == []


def test_broken_schema_is_told_with_line_and_activity() -> None:
    (found,) = check(write(second="<recipient-country code='KE'/>"))
    assert found[0].startswith("The schema is broken: Element 'recipient-country': This element")
    assert found[1:] == (6, "/iati-activities/iati-activity[2]")


def test_attribute_of_the_root_is_held_against_the_schema_once() -> None:
    (found,) = check(write(root=' generated-datetime="yesterday"'))
    assert "generated-datetime" in found[0]


@pytest.mark.parametrize(
    ("content", "rule", "line"),
    [
        (write(share="90"), "sum for //iati-activity: recipient-country/@percentage; sum 100", 2),
        (
            write(
                inner="<activity-date type='1' iso-date='2020-01-02'/>"
                "<activity-date type='3' iso-date='2020-01-01'/>"
            ),
            "date_order for //iati-activity: activity-date[@type='1']/@iso-date, "
            "activity-date[@type='3']/@iso-date",
            2,
        ),
        (
            write(inner="<activity-date type='2' iso-date='2999-01-02'/>"),
            "date_order for //iati-activity: activity-date[@type='2']/@iso-date, NOW",
            2,
        ),
        (
            write(second="<title><narrative>Roads</narrative></title>"),
            "atleast_one for //iati-activity: recipient-country, recipient-region",
            5,
        ),
    ],
)
def test_broken_rule_is_told_with_line_and_activity(content: bytes, rule: str, line: int) -> None:
    assert [one[:2] for one in check(content)] == [(f"The rule is broken: {rule}", line)]


def test_what_cannot_be_checked_is_told() -> None:
    told = check_file(Path("aid.xml"), write(), STANDARD)
    assert [one.what for one in told if one.kind == "unknown"] == [
        "Not checked: the rule unique for //iati-activities of ruleset.json.",
        "Not checked: the rule strict_case for //title of ruleset.json.",
    ]


def test_folder_without_the_files_is_told(tmp_path: Path) -> None:
    told = [one.what for one in check_file(Path("aid.xml"), write(), tmp_path)]
    assert told == [
        "Not checked: iati-activities-schema.xsd is not in the folder.",
        "Not checked: no file of rules, *ruleset*.json, is in the folder.",
        f"Not checked: {tmp_path.name} has no folder for version 2.03, either.",
    ]


def test_schema_that_asks_for_another_host_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "iati-activities-schema.xsd").write_text(
        '<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema">'
        '<xsd:include schemaLocation="http://example.org/common.xsd"/></xsd:schema>',
        encoding="utf-8",
    )
    told = [one.what for one in check_file(Path("aid.xml"), write(), tmp_path)]
    assert "http://example.org/common.xsd is not beside it, and nothing is fetched" in told[0]


@pytest.mark.parametrize(
    ("name", "case", "good", "bad"),
    [
        ("no_more_than_one", {"paths": ["a", "b"]}, "<a/>", "<a/><b/>"),
        ("atleast_one", {"paths": ["a", "@b"]}, "<a/>", "<c/>"),
        ("dependent", {"paths": ["a", "b"]}, "<a/><b/>", "<a/>"),
        ("dependent", {"paths": ["a", "b"]}, "<c/>", "<b/>"),
        ("sum", {"paths": ["a"], "sum": 10}, "<a>4</a><a>6</a>", "<a>4</a>"),
        ("sum", {"paths": ["a"], "sum": 10}, "<c/>", "<a>10.1</a>"),
        ("regex_matches", {"paths": ["a"], "regex": "[^/]+"}, "<a>x</a>", "<a>x/y</a>"),
        ("regex_no_matches", {"paths": ["a"], "regex": "^x"}, "<a>y</a>", "<a>xy</a>"),
        ("startswith", {"paths": ["a"], "start": "b"}, "<a>xy</a><b>x</b>", "<a>y</a><b>x</b>"),
        ("unique", {"paths": ["a"]}, "<a>1</a><a>2</a>", "<a>1</a><a>1</a>"),
        (
            "date_order",
            {"less": "a", "more": "b"},
            "<a>2020-01-01Z</a><b>2020-01-01</b>",
            "<a>2020-01-02</a><b>2020-01-01</b>",
        ),
        ("atleast_one", {"condition": "c", "paths": ["a"]}, "<d/>", "<c/>"),
    ],
)
def test_rule_is_kept_or_broken(
    tmp_path: Path, name: str, case: dict[str, object], good: str, bad: str
) -> None:
    file = tmp_path / "ruleset.json"
    file.write_text(json.dumps({"//item": {name: {"cases": [case]}}}), encoding="utf-8")
    (rule,), others = read_rules(file)
    assert others == ()
    assert [*rule.iter_broken(etree.fromstring(f"<item>{good}</item>"))] == []
    (found,) = rule.iter_broken(etree.fromstring(f"<item>{bad}</item>"))
    assert found.tag == "item"


@pytest.mark.parametrize(
    ("name", "case"),
    [
        ("sum", {"paths": ["a/@p"]}),
        ("sum", {"paths": ["a/@p"], "sum": "all"}),
        ("date_order", {"less": "a/@d"}),
        ("regex_matches", {"paths": ["a"]}),
        ("startswith", {"paths": ["a"]}),
        ("atleast_one", {}),
        ("atleast_one", {"paths": ["a"], "condition": "b["}),
        ("atleast_one", {"paths": [5]}),
    ],
)
def test_case_that_lacks_something_is_a_fault_before_any_file_is_held_against_it(
    tmp_path: Path, name: str, case: dict[str, object]
) -> None:
    file = tmp_path / "ruleset.json"
    file.write_text(json.dumps({"//item": {name: {"cases": [case]}}}), encoding="utf-8")
    with pytest.raises(SourceError, match=rf"ruleset\.json: {name} for //item"):
        read_rules(file)


@pytest.mark.parametrize(
    "text",
    ["[]", "{", '{"//a": {"sum": {}}}', '{"//a": {"unique": {"cases": [{"paths": ["]"]}]}}}'],
)
def test_file_that_is_none_of_rules_is_a_fault(tmp_path: Path, text: str) -> None:
    file = tmp_path / "ruleset.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=r"ruleset\.json"):
        read_rules(file)


def test_what_is_broken_is_told_and_loaded_unless_that_is_strict(tmp_path: Path) -> None:
    (tmp_path / "aid.xml").write_bytes(write(share="90").replace(b"<title>", b"<x/><title>", 1))
    words = ["load", str(tmp_path / "aid.xml"), "--agency", "Aid", "--check", str(STANDARD)]
    done = CliRunner().invoke(main, [*words, "--store", str(tmp_path / "store")])
    assert done.exit_code == 0, done.output
    assert "The schema is broken: Element 'x'" in done.output
    assert "The rule is broken: sum for //iati-activity" in done.output
    words += ["--strict", "--store", str(tmp_path / "other")]
    refused = CliRunner().invoke(main, words)
    assert refused.exit_code == 3
    assert "aid.xml:2" in refused.output
