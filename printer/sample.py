"""One sample of everything that a booth prints, to look at when a profile is checked, and clearly no vote. Pure."""

from config.mode import Mode
from config.secret import Secret
from config.words import Words
from printer.blocks import Masthead, large, shout
from printer.documents import Label, slip_and_stub
from printer.layout import Align, Columns, Cut, Document, Feed, Qr, Rule, Size, Text
from printer.profiles import Profile

JAVANESE = "ꦱꦸꦮꦫ"
"""No printer's code page holds it."""
QR_TEXT = "BILIK CONTOH BUKAN SUARA"
MARK = "BUKAN TANDA ASLI " * 7
"""As long as a mark, upper-case alphanumeric, and signed by nobody."""
TRACKER = ("CONTOHbukanSuara" * 3)[:43]


def ruler(profile: Profile) -> str:
    """As many characters of font A as one line must hold, with both ends to be seen."""
    inside = profile.columns(Size.FINE) - 2
    return "<" + "".join(str(column % 10) for column in range(2, inside + 2)) + ">"


def sample(profile: Profile, words: Words) -> Document:
    """Three pieces: every size and kind of block, then a slip and a stub as a rehearsal has them."""
    name = words("paper.sample.name")
    everything = Document(
        (
            shout(words("paper.sample.title")),
            large(words("paper.sample.not-a-vote"), bold=True),
            Columns(words("paper.sample.profile"), profile.name),
            Rule.THICK,
            Text(words("paper.sample.ruler")),
            Text(ruler(profile), Size.FINE),
            Rule.THIN,
            Text(words("paper.sample.fine"), Size.FINE, bold=True),
            Text(words("paper.sample.body")),
            Text(words("paper.sample.large"), Size.LARGE),
            Text(name, Size.NAME, Align.CENTRE, bold=True),
            Text("0", Size.NUMBER, Align.CENTRE, bold=True),
            shout(words("paper.sample.inverse")),
            Text(words("paper.sample.painted")),
            Text(JAVANESE, Size.NAME, Align.CENTRE),
            Rule.FOLD,
            Text(words("paper.sample.qr")),
            Text(QR_TEXT, bold=True),
            Qr(QR_TEXT),
            Text(words("paper.sample.next")),
            Feed(),
            Cut(),
        )
    )
    place = words("paper.sample.place")
    masthead = Masthead(words("paper.sample.election"), place, place, "-", 0, 0, Mode.REHEARSAL)
    label = Label(0, words("paper.sample.choice"))
    return everything.then(slip_and_stub(masthead, (label,), Secret(label), MARK.strip(), TRACKER, words))
