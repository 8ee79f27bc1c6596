"""A day of many hundred voters at one booth with everything that can happen to it, and what grew by the evening."""
