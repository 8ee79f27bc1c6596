"""An election day in miniature on real parts, and the proof that its numbers are those of its voters."""
