"""The simulated desk: its verbs, its socket, its window, and that the booth sees what was done."""
