"""The coordination report: one page that opens anywhere, tables and linked data beside it."""

from devcoop.report.writing import render_html, write_report

__all__ = ["render_html", "write_report"]
