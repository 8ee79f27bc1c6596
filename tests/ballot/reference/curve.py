"""The group Ed25519 (Belenios specification, 5.2.1) in plain Python integers: slow, and open to timing attacks.

-x^2 + y^2 = 1 + d x^2 y^2 over the integers mod P, in extended coordinates (X, Y, Z, T): x = X/Z, y = Y/Z,
xy = T/Z. The formulas are those of Hisil, Wong, Carter and Dawson (2008); the addition is complete.
"""

from functools import lru_cache

P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
TWICE_D = 2 * D % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)

Point = tuple[int, int, int, int]
IDENTITY: Point = (0, 1, 1, 0)


def add(a: Point, b: Point) -> Point:
    (x1, y1, z1, t1), (x2, y2, z2, t2) = a, b
    m, n = (y1 - x1) * (y2 - x2), (y1 + x1) * (y2 + x2)
    c, d = TWICE_D * t1 % P * t2, 2 * z1 * z2
    e, f, g, h = (n - m) % P, (d - c) % P, (d + c) % P, (n + m) % P
    return e * f % P, g * h % P, f * g % P, e * h % P


def double(a: Point) -> Point:
    x, y, z, _ = a
    xx, yy = x * x % P, y * y % P
    h, g = xx + yy, xx - yy
    e, f = h - (x + y) ** 2, 2 * z * z + g
    e, f = e % P, f % P
    return e * f % P, g * h % P, f * g % P, e * h % P


def negate(a: Point) -> Point:
    x, y, z, t = a
    return P - x, y, z, P - t


def same(a: Point, b: Point) -> bool:
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


class Element:
    """A point with its powers of sixteen, kept because most points are raised to several scalars."""

    __slots__ = ("_powers", "point")

    def __init__(self, point: Point) -> None:
        self.point = point
        self._powers: list[Point] = []

    def times(self, scalar: int) -> Point:
        """The point, `scalar` times (0 <= scalar < 2^255; never reduced mod Q, so `times(Q)` is a test)."""
        if not self._powers:
            self._powers = [self.point]
            for _ in range(63):
                self._powers.append(double(double(double(double(self._powers[-1])))))
        buckets = [IDENTITY] * 9
        for power in self._powers:
            digit = scalar & 15
            if digit > 8:
                digit -= 16
            scalar = (scalar - digit) >> 4
            if digit > 0:
                buckets[digit] = add(buckets[digit], power)
            elif digit < 0:
                buckets[-digit] = add(buckets[-digit], negate(power))
        running = total = IDENTITY
        for bucket in reversed(buckets[1:]):
            running = add(running, bucket)
            total = add(total, running)
        return total

    def has_order_q(self) -> bool:
        """Whether the point lies in the subgroup of prime order (the identity does too)."""
        return same(self.times(Q), IDENTITY)


def compress(point: Point) -> str:
    """64 hexadecimal digits: y, with the lowest bit of x at bit 255, big-endian."""
    inverse = pow(point[2], -1, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return f"{y | (x & 1) << 255:064x}"


def uncompress(z: int) -> Point:
    """The point of a number below 2^256; ValueError for what is no point or not the one spelling of it."""
    y, sign = z & (2**255 - 1), z >> 255
    if y >= P:
        raise ValueError("y is not reduced")
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if v * x * x % P == P - u:
        x = x * ROOT_OF_MINUS_ONE % P
    if (v * x * x - u) % P:
        raise ValueError("no point has this y")
    if x == 0 and sign:
        raise ValueError("a sign on x = 0")
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


G = Element(uncompress(4 * pow(5, -1, P) % P))


@lru_cache(maxsize=3)
def torsion(order: int) -> Point:
    """A point of order 2, 4 or 8: what an element outside the group has too much of."""
    for y in range(2, 100):
        try:
            point = Element(uncompress(y)).times(Q)
        except ValueError:
            continue
        if not same(Element(point).times(4), IDENTITY):
            return Element(point).times(8 // order)
    raise AssertionError("a point of order 8 has been found by then")
