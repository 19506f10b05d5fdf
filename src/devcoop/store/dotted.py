"""Prefixed names of a query: those that the engine does not read, and those that nobody declared.

SPARQL 1.1 allows `el:IV.7.b`, as our data have it; the engine's parser stops at the second dot.
Of a prefix that is not declared it says so behind all else that might have stood there.
"""

from __future__ import annotations

import re
from functools import cache

_BASE = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
_BASE += "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
_START = f"{_BASE}_"
_CHAR = f"{_START}0-9\u00b7\u0300-\u036f\u203f-\u2040-"
_PREFIX = rf"[{_BASE}](?:[{_CHAR}.]*[{_CHAR}])?"
_ESCAPED = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_LOCAL = rf"(?:[{_START}:0-9]|{_ESCAPED})(?:(?:[{_CHAR}.:]|{_ESCAPED})*(?:[{_CHAR}:]|{_ESCAPED}))?"
_IRI = r'<[^<>"{}|^`\\\x00-\x20]*>'
_TOKEN = rf"""
    (?P<string>\"\"\"(?:[^"\\]|\\.|"(?!\"\"))*\"\"\"|'''(?:[^'\\]|\\.|'(?!''))*'''
        |"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')
    |(?P<comment>\#[^\n\r]*)
    |(?P<iri>{_IRI})
    |(?P<blank>_:[{_CHAR}.]+)
    |(?P<variable>[?$@][{_CHAR}]+)
    |(?P<declared>(?i:prefix)(?:\s|\#[^\n\r]*)+(?P<called>(?:{_PREFIX})?):(?:\s|\#[^\n\r]*)*(?P<meant>{_IRI}))
    |(?P<name>(?P<prefix>(?:{_PREFIX})?):(?P<local>{_LOCAL}))
    |(?P<word>[{_CHAR}]+)
    """
_ESCAPE = re.compile(r"\\(.)")


@cache
def _get_pattern() -> re.Pattern[str]:
    # Its letters take longer to compile than most modules to import, and few queries need it.
    return re.compile(_TOKEN, re.VERBOSE | re.DOTALL)


def write_out_dotted(text: str) -> str:
    """Write out the prefixed names of a query whose local part has a dot.

    Strings, comments, IRIs and names of prefixes that the query does not declare stay as they
    are.

    Args:
        text: SPARQL, maybe wrong.

    Examples:
        >>> write_out_dotted("PREFIX e: <urn:> ASK { e:a.b.c e:p 'e:a.b.c' }")
        "PREFIX e: <urn:> ASK { <urn:a.b.c> e:p 'e:a.b.c' }"
    """
    known: dict[str, str] = {}

    def write(found: re.Match[str]) -> str:
        if found["declared"]:
            known[found["called"]] = found["meant"][1:-1]
        if found["name"] and "." in found["local"] and found["prefix"] in known:
            local = _ESCAPE.sub(r"\1", found["local"])
            return f"<{known[found['prefix']]}{local}>"
        return found[0]

    return _get_pattern().sub(write, text)


def find_undeclared(text: str) -> re.Match[str] | None:
    """Find the first name of a query whose prefix is not declared before it.

    Args:
        text: SPARQL, maybe wrong.

    Returns:
        The match, with the group `prefix`; None if there is no such name.

    Examples:
        >>> find_undeclared("PREFIX e: <urn:> ASK { e:a f:b 'g:c' }")["prefix"]
        'f'
        >>> find_undeclared("PREFIX e: <urn:> ASK { e:a a e:b }") is None
        True
    """
    known = set()
    for found in _get_pattern().finditer(text):
        if found["declared"]:
            known.add(found["called"])
        elif found["name"] and found["prefix"] not in known:
            return found
    return None
