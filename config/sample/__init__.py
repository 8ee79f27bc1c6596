"""The sample election: a rehearsal in one village, with three candidates who do not exist."""
