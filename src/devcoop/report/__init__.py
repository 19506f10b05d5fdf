"""The coordination report: one page that opens anywhere, tables and linked data beside it."""

from devcoop.report.page import find_country
from devcoop.report.since import compare_reports, read_earlier
from devcoop.report.writing import render_html, write_report

__all__ = ["compare_reports", "find_country", "read_earlier", "render_html", "write_report"]
