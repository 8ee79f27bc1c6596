"""The house: what holds for every room, checked on the tree itself."""
