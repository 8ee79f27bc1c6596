"""Officers' cards made on virtual PIV cards in a moment: the applet is spoken to directly, without a pcscd."""

from pathlib import Path

from config.cards.certificate import Claims, make_certificate
from config.cards.piv.admin import DEFAULT_MANAGEMENT_KEY, DEFAULT_PIN, PivAdmin
from config.cards.piv.apdu import Apdu
from config.cards.piv.card import PivCard
from config.cards.port import Slot
from config.cards.registry import RegisteredCard, register
from config.cards.role import CardKind
from config.cards.virtual.applet import Applet
from config.cards.virtual.card import new_virtual_card
from config.minisign import SecretKey
from config.secret import Pin


class DirectLine:
    """A line to an applet in this process; see ``config.cards.piv.apdu.Line``."""

    def __init__(self, applet: Applet) -> None:
        self._applet = applet

    def transmit(self, apdu: Apdu) -> bytes:
        return self._applet.process(apdu.reveal())


def direct(file: Path) -> PivCard:
    """One insertion of the card in a file."""
    return PivCard(DirectLine(Applet(file)))


def issue_piv(file: Path, root: SecretKey, claims: Claims, pin: Pin) -> RegisteredCard:
    """Makes a factory-fresh card at ``file`` into the card that ``claims`` says; its PUK stays the factory's."""
    new_virtual_card(file)
    admin = PivAdmin(direct(file))
    assert admin.authenticate(DEFAULT_MANAGEMENT_KEY)
    for slot in Slot:
        admin.write_certificate(slot, make_certificate(root, admin.generate(slot), slot, claims))
    admin.write_identity(claims.card)
    admin.change_pin(DEFAULT_PIN, pin)
    return register(
        direct(file),
        kind=CardKind.PIV,
        role=claims.role,
        holder=claims.holder,
        village_code=claims.village_code,
        tps=claims.tps,
    )
