"""The store, looked at from outside: its bytes, its death, its order."""
