"""From how many exchanges on a verdict says anything. By itself, as the live page needs no more of the judge."""

FEWEST, FEWEST_KINDS, FEWEST_OF_A_KIND = 30, 2, 5
