"""Linked data for partners: exports in many formats, releases, and what changed between two."""

from devcoop.export.changes import compare_editions
from devcoop.export.formats import FORMATS, Writer
from devcoop.export.iati import Tally, prepare_iati
from devcoop.export.patches import apply_patch, make_patch, read_patch, render_patch
from devcoop.export.rdf import iter_all_findings, render_nquads
from devcoop.export.reading import canonize_nquads, check_alike, check_there, read_edition
from devcoop.export.release import ReleaseNote, build_release, read_version
from devcoop.export.selection import Selection, find_plans, select_part
from devcoop.export.words import render_changes, render_words

__all__ = [
    "FORMATS",
    "ReleaseNote",
    "Selection",
    "Tally",
    "Writer",
    "apply_patch",
    "build_release",
    "canonize_nquads",
    "check_alike",
    "check_there",
    "compare_editions",
    "find_plans",
    "iter_all_findings",
    "make_patch",
    "prepare_iati",
    "read_edition",
    "read_patch",
    "read_version",
    "render_changes",
    "render_nquads",
    "render_patch",
    "render_words",
    "select_part",
]
