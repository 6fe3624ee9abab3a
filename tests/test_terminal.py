"""What the command line writes besides an export."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dataset.test_export_fails import no_file_longer_than
from wizard.terminal import write_whole


def test_a_file_that_can_not_be_written_whole_stays_as_it_was(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "report.html"
    write_whole(page, b"as it was")
    with no_file_longer_than(100), pytest.raises(SystemExit):
        write_whole(page, b"x" * 1_000)
    assert capsys.readouterr().err == f"{page} can't be written: File too large.\n"
    assert {each: each.read_bytes() for each in tmp_path.iterdir()} == {page: b"as it was"}


def test_a_link_to_a_file_stays_a_link(tmp_path: Path) -> None:
    page, link = tmp_path / "report.html", tmp_path / "latest.html"
    link.symlink_to(page)
    write_whole(link, b"anew")
    assert link.is_symlink()
    assert page.read_bytes() == b"anew"
