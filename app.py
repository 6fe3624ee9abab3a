"""Creates the app and serves it: `python app.py`, settings from the environment."""

from __future__ import annotations

import os

from wizard.settings import Settings
from wizard.web.serving import serve

if __name__ == "__main__":
    serve(Settings.from_environment(os.environ))
