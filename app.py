"""Creates the app and serves it: `python app.py`, which is `python -m wizard serve`."""

from __future__ import annotations

import sys

from wizard.cli import main

if __name__ == "__main__":
    main(["serve", *sys.argv[1:]])
