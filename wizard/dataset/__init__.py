"""The log as a dataset: in as rows, out as files that others train on."""
