"""Ballots in the Belenios v1 format: make, prove, tally, archive and verify; bytes in, values out."""
