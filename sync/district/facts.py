"""Everything that can be said of the card in the reader without changing it: for ``cards show``."""

from dataclasses import dataclass

from config.cards.certificate import Certificate, Claims
from config.cards.piv.admin import PivAdmin
from config.cards.piv.card import PivCard
from config.cards.piv.commands import Reference
from config.cards.port import NO_ID
from config.cards.registry import UnknownCard, recognise
from sync.district.cards import card_list, claims_of, holder_of, label
from sync.district.found import Standing, certificate_of, look
from sync.district.workspace import Withdrawal, Workspace


@dataclass(frozen=True)
class Facts:
    """A card in the reader; None is "it does not say", or "there is nobody here who could know"."""

    id: str | None
    label: str | None
    claims: Claims | None
    """From the register where it knows the card, else from the card's certificate, which anybody may have written."""
    signed: bool | None
    """The certificate was signed by this workspace's root key."""
    standing: Standing | None
    withdrawn: Withdrawal | None
    doubt: UnknownCard | None
    """Why it does not count here, for a card that has an id."""
    contactless: bool
    pin_tries: int
    puk_tries: int | None
    factory: dict[str, bool | None]
    """Whether PIN, PUK and management key are still the factory's."""
    version: str | None
    serial: int | None

    @property
    def proved(self) -> bool:
        """It counts in this workspace, and signed a fresh challenge."""
        return self.standing is Standing.REGISTERED and self.doubt is None


def read_facts(workspace: Workspace | None, card: PivCard) -> Facts:
    """Asks the card; no PIN is shown and no try spent. Raises CardDamaged or CardGone."""
    admin = PivAdmin(card)
    certificate = certificate_of(card)
    found = look(workspace, card) if workspace else None
    known = found.known if found else None
    doubt = _doubt(workspace, card) if workspace and card.id != NO_ID else None
    claims = certificate.claims if certificate else None
    if workspace and known is not None:
        retired = found is not None and found.why is Withdrawal.RETIRED
        claims = claims_of(workspace, known.id, holder_of(known), retired=retired)
    return Facts(
        id=None if card.id == NO_ID else card.id,
        label=None if card.id == NO_ID else label(card.id),
        claims=claims,
        signed=_signed(workspace, certificate),
        standing=found.standing if found else None,
        withdrawn=found.why if found else None,
        doubt=doubt,
        contactless=card.contactless,
        pin_tries=card.tries_left(),
        puk_tries=admin.puk_tries_left(),
        factory={
            "pin": admin.is_default(Reference.PIN),
            "puk": admin.is_default(Reference.PUK),
            "management_key": admin.authenticate_factory(),
        },
        version=admin.version,
        serial=admin.serial,
    )


def _doubt(workspace: Workspace, card: PivCard) -> UnknownCard | None:
    try:
        recognise(card, card_list(workspace))
    except UnknownCard as why:
        return why
    return None


def _signed(workspace: Workspace | None, certificate: Certificate | None) -> bool | None:
    return certificate.signed_by(workspace.root) if workspace and certificate else None
