"""Torture: a real booth process dies, or its disk fails, at every single step; what must hold afterwards holds."""
