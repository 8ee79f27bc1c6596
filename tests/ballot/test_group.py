"""One spelling for each element and scalar, and nothing from outside the group."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.bindings import crypto_core_ed25519_add

from sync.ballot import group
from sync.ballot.group import Element, Scalar
from sync.ballot.refusal import RefusalKind, Refused
from tests.ballot.altered import ORDER_TWO, SMALL_ORDER

SCALARS = st.integers(0, group.Q - 1).map(lambda n: Scalar(n.to_bytes(32, "little")))
GOOD = group.encode_element(group.G)

BAD_ELEMENTS = {
    "empty": "",
    "short": GOOD[:-1],
    "long": GOOD + "0",
    "upper case": GOOD.upper().replace("6", "A"),
    "with a newline": GOOD + "\n",
    "full-width digits": "６" * 64,
    "identity": group.encode_element(group.IDENTITY),
    "zero": "0" * 64,
    "order two": ORDER_TWO[::-1].hex(),
    "order eight": SMALL_ORDER[::-1].hex(),
    "mixed with order two": crypto_core_ed25519_add(group.G, ORDER_TWO)[::-1].hex(),
    "mixed with order eight": crypto_core_ed25519_add(group.G, SMALL_ORDER)[::-1].hex(),
    "not on the curve": f"{2:064x}",
    "p": f"{group.P:064x}",
    "p + 3": f"{group.P + 3:064x}",
    "p + 1, the identity again": f"{group.P + 1:064x}",
    "identity with a sign": f"{1 | 1 << 255:064x}",
    "all ones": "f" * 64,
}
BAD_SCALARS = {
    "empty": "",
    "leading zero": "01",
    "two zeros": "00",
    "plus": "+1",
    "minus": "-1",
    "blank": " 1",
    "newline": "1\n",
    "underscore": "1_0",
    "hexadecimal": "0x1",
    "exponent": "1e0",
    "full-width": "１",
    "Arabic digits": "١",
    "q": str(group.Q),
    "q + 1": str(group.Q + 1),
    "77 digits": "1" * 77,
    "a million digits": "1" * 1_000_000,
}


@pytest.mark.parametrize("name", BAD_ELEMENTS)
def test_bad_element_is_refused(name: str) -> None:
    with pytest.raises(Refused) as refused:
        group.decode_element(BAD_ELEMENTS[name])
    assert refused.value.kind is RefusalKind.ELEMENT


@pytest.mark.parametrize("name", BAD_ELEMENTS)
def test_bad_element_does_not_get_through_a_multiplication(name: str) -> None:
    """The checks of a ballot's elements rely on this."""
    for exponent in (group.ZERO, group.ONE, group.random_scalar()):
        with pytest.raises(Refused):
            group.power(group.read_element(BAD_ELEMENTS[name]), exponent)


@pytest.mark.parametrize("name", BAD_SCALARS)
def test_bad_scalar_is_refused(name: str) -> None:
    with pytest.raises(Refused) as refused:
        group.decode_scalar(BAD_SCALARS[name])
    assert refused.value.kind is RefusalKind.SCALAR


def test_the_identity_only_where_it_is_allowed() -> None:
    text = group.encode_element(group.IDENTITY)
    assert group.decode_element(text, identity_allowed=True) == group.IDENTITY


@given(SCALARS)
def test_scalars_and_elements_come_back(scalar: Scalar) -> None:
    assert group.decode_scalar(group.encode_scalar(scalar)) == scalar
    element = group.g_power(scalar)
    assert group.decode_element(group.encode_element(element), identity_allowed=True) == element


@given(SCALARS, SCALARS)
def test_exponents_add_and_multiply(a: Scalar, b: Scalar) -> None:
    base = group.g_power(a)
    assert group.multiply(base, group.g_power(b)) == group.g_power(group.add(a, b))
    assert group.divide(base, group.g_power(b)) == group.g_power(group.subtract(a, b))
    assert group.power(base, b) == group.g_power(group.times(a, b))
    assert group.multiply(base, group.g_power(group.negate(a))) == group.IDENTITY


@pytest.mark.parametrize("base", [group.IDENTITY, group.G])
def test_zero_and_identity_are_their_own_case(base: Element) -> None:
    assert group.power(base, group.ZERO) == group.IDENTITY
    assert group.power(group.IDENTITY, group.ONE) == group.IDENTITY
    assert group.g_power(group.ZERO) == group.IDENTITY
    assert group.multiply(base, group.IDENTITY) == base


def test_hash_is_big_endian_and_reduced() -> None:
    from hashlib import sha256

    for text in ("", "pok|Ed25519|é"):
        number = int.from_bytes(sha256(text.encode()).digest(), "big") % group.Q
        assert group.hash_scalar(text) == number.to_bytes(32, "little")


def test_random_scalars_are_reduced_and_spread() -> None:
    drawn = {int.from_bytes(group.random_scalar(), "little") for _ in range(200)}
    assert len(drawn) == 200
    assert all(0 < number < group.Q for number in drawn)
    assert min(drawn) < group.Q // 16
    assert max(drawn) > group.Q - group.Q // 16
