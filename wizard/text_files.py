"""Files that are to be text: why one can't be read as that, and what to do about it."""

from __future__ import annotations

from pathlib import Path

LONG_ENOUGH = 8
AS_UTF8 = "Save it as UTF-8, which Excel calls “CSV UTF-8”, and try again."
OTHERS = {
    b"PK\x03\x04": "is an Excel workbook, or packed as zip. From Excel, save it as “CSV UTF-8”; unpack what is packed.",
    b"\xd0\xcf\x11\xe0": "is an old Excel workbook. From Excel, save it as “CSV UTF-8”.",
    b"\x1f\x8b": "is packed with gzip. Unpack it with gunzip first.",
    b"PAR1": "is parquet. Write it as a table first: pandas.read_parquet(…).to_csv(…, index=False).",
    b"\xff\xfe": f"is UTF-16, which Excel calls “Unicode text”. {AS_UTF8}",
    b"\xfe\xff": f"is UTF-16, which Excel calls “Unicode text”. {AS_UTF8}",
}
"""What else a file often is, by how it begins."""


def other_than_text(file: Path) -> str | None:
    """What a file is that begins as no text does, and what to do with it; None where it may be text."""
    with file.open("rb") as opened:
        begins = opened.read(LONG_ENOUGH)
    return next((f"{file} {what}" for mark, what in OTHERS.items() if begins.startswith(mark)), None)


def why_not_text(file: Path) -> str:
    """What that file is, which isn't UTF-8, and on which line it begins not to be; and what to do."""
    return other_than_text(file) or f"{file} isn't UTF-8{_where(file)}. {AS_UTF8}"


def _where(file: Path) -> str:
    with file.open("rb") as opened:
        for number, line in enumerate(opened, 1):
            try:
                line.decode()
            except UnicodeDecodeError as error:
                return f" (line {number}, byte {error.start + 1} of it)"
    return ""
