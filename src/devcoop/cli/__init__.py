"""The command line: parse, call one function, print, exit.

Exit codes: 0 done · 1 a check found something · 2 usage · 3 could not · 4 out of time.
"""

from devcoop.cli.bundle import bundle
from devcoop.cli.check import check
from devcoop.cli.diff import diff, patch
from devcoop.cli.export import export
from devcoop.cli.gaps import gaps, matrix
from devcoop.cli.group import main
from devcoop.cli.load import load, sources, unload
from devcoop.cli.map import propose_map
from devcoop.cli.organizations import organizations
from devcoop.cli.overlaps import explain, overlaps
from devcoop.cli.push import push
from devcoop.cli.query import query
from devcoop.cli.reason import reason
from devcoop.cli.report import report
from devcoop.cli.review import review
from devcoop.cli.screen import screen
from devcoop.cli.serve import serve
from devcoop.cli.suggest import suggest
from devcoop.cli.template import template
from devcoop.cli.validate import validate

__all__ = ["main"]

for _command in (
    template,
    load,
    sources,
    unload,
    propose_map,
    organizations,
    report,
    screen,
    overlaps,
    explain,
    gaps,
    matrix,
    check,
    suggest,
    query,
    validate,
    reason,
    review,
    push,
    serve,
    export,
    diff,
    patch,
    bundle,
):
    main.add_command(_command)
