"""A thermal printer in software: it reads what real ones read, answers as they do, and paints its paper."""

from printer.virtual.device import VirtualPrinter

__all__ = ["VirtualPrinter"]
