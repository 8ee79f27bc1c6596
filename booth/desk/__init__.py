"""The simulated desk: cards, stick, clock and paper, for rehearsal, tests and `make try`."""
