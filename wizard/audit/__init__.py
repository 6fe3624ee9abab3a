"""The audit: whether anything that reaches a participant's browser tells that a person answers."""
