"""A draft beside the plans, on one page: for a terminal, as HTML, as a table."""

from devcoop.screen.page import COLUMNS, iter_rows, render_html, render_text

__all__ = ["COLUMNS", "iter_rows", "render_html", "render_text"]
