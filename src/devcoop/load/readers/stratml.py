"""StratML (ISO 17469): strategic plans and performance reports in XML."""

from __future__ import annotations

from lxml import etree

__all__ = ["etree"]
