"""Whatever is taken when a package is made stands whole on every paper: no word is broken, no sign is cut."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from config.fonts import length
from config.mode import Mode
from config.secret import Secret
from printer.blocks import Masthead, head
from printer.documents import Label, slip_and_stub
from printer.escpos import CAPITAL_DOTS, CELL_DOTS, render
from printer.layout import Columns, Document, Size
from printer.painting import _fitted, _size, _wrap, painted_lines, painted_room
from printer.profiles import PROFILES, Profile
from tests import named
from tests.printer import papers

NARROW, WIDE = PROFILES["common-58"], PROFILES["common-80"]
FEW = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow]
)
PROFILE = pytest.mark.parametrize("profile", [NARROW, WIDE], ids=["58 mm", "80 mm"])


def printed_in(profile: Profile, text: str) -> bool:
    """Whether the printer has letters for it, so that it is not painted."""
    return any(_holds(codec, text) for codec in profile.code_pages.values())


def _holds(codec: str, text: str) -> bool:
    try:
        text.encode(codec)
    except UnicodeEncodeError:
        return False
    return True


def whole(words: str, job: bytes) -> bool:
    """Whether each word of plain letters goes to the printer in one piece."""
    return all(word.encode("ascii") in job for word in words.split())


@PROFILE
@FEW
@given(name=named.names(), other=named.names(), village=named.places(), election=named.titles())
def test_slip_and_stub_have_no_broken_word(
    profile: Profile, name: str, other: str, village: str, election: str
) -> None:
    masthead = Masthead(election, "Kabupaten", village, "34.04.01.2001", 999, 99, Mode.REHEARSAL)
    ballot = (Label(1, name), Label(99, other), Label(None, "Suara kosong"))
    document = slip_and_stub(masthead, ballot, Secret(ballot[0]), papers.MARK, papers.TRACKER, papers.ID)
    job = b"".join(render(document, profile).segments())
    assert whole(village, job)
    assert whole(election, job)
    if all(printed_in(profile, label.name) for label in ballot) and name.isascii():
        assert whole(name, job)


@PROFILE
@FEW
@given(name=named.names(), other=named.names())
def test_a_painted_name_is_whole(profile: Profile, name: str, other: str) -> None:
    """Beside a name in another script all names are painted: in one size, words in one piece, nothing at the rim."""
    among = (name, other, "ꦱꦶꦠꦶ", "Suara kosong")
    height = profile.scales[Size.NAME][1]
    usual = 2 * CELL_DOTS * height
    line, _ = _fitted(among, profile.width_dots, CAPITAL_DOTS * height, usual * 3 // 2)
    rows = _wrap(name, profile.width_dots, line.capital)
    assert " ".join(rows).split() == name.split()
    assert all(length(row, _size(line.capital), bold=True) <= profile.width_dots for row in rows)
    image = painted_room(name, among, profile.width_dots, CAPITAL_DOTS * height, usual * 3 // 2, centre=True)
    assert image.height <= usual * 3 // 2
    assert not ink_at_an_edge(image)


@PROFILE
@FEW
@given(name=named.names())
def test_a_name_on_the_tape_is_whole(profile: Profile, name: str) -> None:
    """A row of the result, with the number before the name."""
    row = f"99. {name}"
    if printed_in(profile, row):
        job = b"".join(render(Document((Columns(row, "5000", Size.LARGE, bold=True),)), profile).segments())
        assert not name.isascii() or whole(name, job)
        return
    capital = CAPITAL_DOTS * profile.scales[Size.LARGE][1]
    assert " ".join(_wrap(row, profile.width_dots, capital)).split() == row.split()
    assert not any(ink_at_an_edge(image) for image in painted_lines(row, profile.width_dots, capital))


@PROFILE
@FEW
@given(place=named.places(), district=named.places(), election=named.titles(), tps=st.integers(1, 999))
def test_the_head_of_a_tape_is_whole(profile: Profile, place: str, district: str, election: str, tps: int) -> None:
    masthead = Masthead(election, district, place, "34.04.01.2001", tps, 1, Mode.OFFICIAL)
    job = b"".join(render(Document(head(masthead, "Pita hasil", papers.ID)), profile).segments())
    for words in (place, district, election):
        assert whole(words, job)


def ink_at_an_edge(image: Image.Image) -> bool:
    """Whether something black lies in the last column, where a sign would be cut off."""
    return image.convert("L").crop((image.width - 1, 0, image.width, image.height)).getextrema()[0] == 0
