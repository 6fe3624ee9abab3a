"""What the page packs for somebody to take home."""

from __future__ import annotations

import os
from pathlib import Path
from zipfile import ZipFile

from wizard.web.exports import Running, _packed


def test_several_files_are_one_with_the_same_bytes_whenever_it_is_packed(tmp_path: Path) -> None:
    made = []
    for at, seconds in enumerate((1_000_000_000, 1_700_000_000)):
        out = tmp_path / str(at)
        (out / "data").mkdir(parents=True)
        files = [out / "data" / "train.parquet", out / "README.md"]
        for file in files:
            file.write_text(file.name)
            os.utime(file, (seconds, seconds))
        files[at].chmod(0o600)
        made.append(_packed(Running("help", "huggingface", out, 0.0, "ann"), files))
    with ZipFile(made[0]) as packed:
        assert {name: packed.read(name) for name in packed.namelist()} == {
            "data/train.parquet": b"train.parquet",
            "README.md": b"README.md",
        }
    assert made[0].read_bytes() == made[1].read_bytes()
