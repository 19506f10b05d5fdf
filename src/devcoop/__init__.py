"""Where development-cooperation plans overlap, duplicate each other or leave gaps.

import devcoop
plans = devcoop.open()
plans.overlaps("ISO", "OBOR", top=5).to_pandas()
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from devcoop.workspace import Workspace

__all__ = ["open"]


def open(store: str | Path | None = None) -> Workspace:  # noqa: A001  as one opens a file
    """Open plans and what comparing them finds; see `devcoop.workspace`.

    Args:
        store: Folder of a store that `devcoop load` fills; None for the built-in plans.

    Raises:
        StoreError: The folder is no store.

    Examples:
        >>> import devcoop
        >>> devcoop.open().query("plan-periods").num_rows
        3
    """
    # A command line that needs none of it does not wait for it.
    from devcoop.workspace import open_workspace  # noqa: PLC0415

    return open_workspace(store)
