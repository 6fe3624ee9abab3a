"""Export formats, a module each, with what `Format` in `export.py` asks for: `summary`, `encode` and `open`."""
