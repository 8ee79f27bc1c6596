"""What a serial line makes of bytes that are sent at one speed and read at another. Pure."""


def heard(data: bytes, sent_baud: int, read_baud: int) -> bytes:
    """The bytes that a receiver takes out of one burst: 8N1, lowest bit first, the line high before and after.

    A stop bit that is not high is passed over, as receivers do that are not asked to tell.
    """
    levels = [bit for byte in data for bit in (0, *(byte >> place & 1 for place in range(8)), 1)]
    step = sent_baud / read_baud
    taken = bytearray()
    at = 0.0
    while (at := _edge(levels, at, 0)) < len(levels):
        bits = (_level(levels, at + step * (1.5 + place)) for place in range(8))
        taken.append(sum(bit << place for place, bit in enumerate(bits)))
        at = _edge(levels, at + step * 9.5, 1)
    return bytes(taken)


def _level(levels: list[int], at: float) -> int:
    """The line at a time, counted in the sender's bits."""
    return levels[int(at)] if at < len(levels) else 1


def _edge(levels: list[int], at: float, level: int) -> float:
    """When the line is at ``level`` for the first time from ``at`` on; the end of the burst if it never is."""
    while at < len(levels) and levels[int(at)] != level:
        at = float(int(at) + 1)
    return min(at, float(len(levels)))
