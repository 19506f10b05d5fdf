"""Validation: what breaks a rule of the shapes or of the checks, in plain words."""

from devcoop.validation.files import Engine, validate_files
from devcoop.validation.results import Result, Severity, count_by_severity, to_report
from devcoop.validation.rules import run_checks, validate

__all__ = [
    "Engine",
    "Result",
    "Severity",
    "count_by_severity",
    "run_checks",
    "to_report",
    "validate",
    "validate_files",
]
