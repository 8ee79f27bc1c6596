"""Finishing a batch that left its booth without result: a card of each role that is missing opens its key."""

from collections.abc import Callable

from config.cards.port import Card
from config.cards.registry import RegisteredCard, recognise
from config.cards.role import Role
from config.errors import OperatorError
from config.secret import Pin
from config.trustees import OWNERS, seal_context
from config.wrap import unwrap
from sync.ballot import tar
from sync.ballot.archive import extend
from sync.ballot.records import Event, OwnedPayload, parse
from sync.ballot.tally import partial_decryption, result
from sync.ballot.verify import DEFAULT, verify_archive
from sync.district.holders import ROLE_WORDS
from sync.district.issuing import refuse_contactless
from sync.district.ledger import Ledger
from sync.district.workspace import Workspace


def decrypt(
    workspace: Workspace, ledger: Ledger, booth: str, card: Card, ask_pin: Callable[[RegisteredCard], Pin]
) -> tuple[Role, tuple[int, ...] | None]:
    """Adds the card's role to a booth's archive; with both roles there the result, too, else None.

    ``ask_pin`` is called once the card is known to be of use and has proved itself. Raises OperatorError when there
    is nothing to do for this card; the batch itself stays as it came.
    """
    workspace.place(booth)
    here = ledger.admitted().get(booth)
    package = workspace.package(booth)
    if here is None or package is None:
        raise OperatorError(
            f"No batch of booth {booth} is here yet. Import it first.",
            id=f"Belum ada berkas hasil bilik {booth}. Impor dulu.",
        )
    if here.result is not None:
        raise OperatorError(
            f"Booth {booth} has its result already. Nothing is to be done.",
            id=f"Bilik {booth} sudah punya hasil. Tidak ada yang perlu dilakukan.",
        )
    if card.contactless and not package.manifest.settings.contactless_cards:
        refuse_contactless(card)
    known = recognise(card, package.card_list)
    role = known.role
    if role not in OWNERS:
        raise OperatorError(
            "A technician's card opens no result. Use a card of the officers or of the committee.",
            id="Kartu teknisi tidak membuka hasil. Pakai kartu petugas atau kartu panitia.",
        )
    owner = OWNERS.index(role) + 1
    archive = ledger.keeping.archive(here.archive_sha256)
    report = verify_archive(archive)
    if not report.valid or report.setup is None or report.tally is None:
        raise OperatorError(
            f"The stored archive of booth {booth} was changed. Restore the workspace from its backup.",
            id=f"Arsip tersimpan bilik {booth} berubah. Pulihkan ruang kerja dari cadangan.",
        )
    if owner in report.partials:
        raise OperatorError(
            f"The {role.value} have opened this booth's sum already. Use a card of the other role.",
            id=f"Peran {ROLE_WORDS[role][1]} sudah membuka jumlah bilik ini. Pakai kartu dengan peran lain.",
        )
    trustee = package.manifest.trustees[owner - 1]
    card.verify_pin(ask_pin(known))
    secret = unwrap(trustee.keys, card, seal_context(workspace.record.election_id, booth, role))
    partial = partial_decryption(report.setup, report.tally, owner, secret)
    partials = [*_partials(archive), (owner, partial)]
    votes = result(report.setup, report.tally, partials) if len(partials) == len(OWNERS) else None
    longer = ledger.keeping.put_archive(extend(archive, [(owner, partial)], votes))
    if not ledger.complete(booth, here.archive_sha256, longer, votes):
        raise OperatorError(
            f"Somebody else has just worked on booth {booth}. Look at the results and try again if it is needed.",
            id=f"Orang lain baru saja mengerjakan bilik {booth}. Lihat hasilnya dan ulangi bila perlu.",
        )
    return role, votes


def _partials(archive: bytes) -> list[tuple[int, bytes]]:
    """(owner, record) of the partial decryptions in an archive that was verified."""
    members = {member.name: member.data for member in tar.read(archive, DEFAULT.tar)}
    found = []
    for name, data in members.items():
        event = parse(Event, data) if name.endswith(".event.json") else None
        if event is not None and event.type == "PartialDecryption":
            owned = parse(OwnedPayload, members[f"{event.payload}.data.json"])
            found.append((owned.owner, members[f"{owned.payload}.data.json"]))
    return found
