"""Export formats, a module each: `summary`, `extension`, `mimetype` and `chunks(study, sessions)`."""
