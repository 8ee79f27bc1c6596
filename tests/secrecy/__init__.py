"""Secrecy, tested and not argued: order, choices in clear, traffic and types."""
