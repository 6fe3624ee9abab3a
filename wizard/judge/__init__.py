"""What the log says: whether it was believed, and whether a model could learn it."""
