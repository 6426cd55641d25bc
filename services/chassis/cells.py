"""Text in a table that a spreadsheet will open: it must not be run, and must come back as it was.

What begins so is taken for a formula (OWASP ASVS 5, 1.2.10); the last four are full-width forms.
"""

from __future__ import annotations

import re

_RUN = "[=+\\-@\t\r\n\0\uff1d\uff0b\uff0d\uff20]"
_FORMULA = re.compile(f"'*{_RUN}")
_GUARDED = re.compile(f"'+{_RUN}")


def harmless(cell: object) -> str:
    """The text of a cell; an apostrophe before it says that it is text, where that is needed."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if _FORMULA.match(text) else text


def as_typed(cell: str) -> str:
    """A cell without the apostrophe that `harmless` gave it."""
    return cell[1:] if _GUARDED.match(cell) else cell
