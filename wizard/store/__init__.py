"""The log on disk: one append-only table of events, one writer, and what stands around them."""
