"""Sample papers that the tests and the gallery print."""

from datetime import datetime, timedelta, timezone

from config.cards.role import Role
from config.mode import Mode
from config.secret import Pin, Secret
from config.words import Words, builtin
from printer.blocks import Machine, Masthead
from printer.documents import (
    Counts,
    Equation,
    Label,
    Result,
    ResultTape,
    ZeroReport,
    result_tape,
    slip,
    slip_and_stub,
    stub,
    zero_report,
)
from printer.envelope import PinSlip, pin_slip
from printer.layout import Columns, Document, Qr, Text
from printer.takeover import TakeoverTape

WIB = timezone(timedelta(hours=7))
ID, EN = builtin("id"), builtin("en")
MARK = "6BFOXN*TS0BI$ZD-PHQ7I9AD66V5B22CH9M9ESI9XBHXK-%69LQOGI.*V76GCV4*XUA2P-FHT-HNTI4L6N$Q%UG/YL WO*Z7ON15"
"""As long as a mark of some 75 bytes in base45."""
TRACKER = "kQ4rXb0PzZ8yT1mWc7sVd2uGe9hJf3oLa5nNi6pRtEw"
HASH = "9f2c4e7a1b3d5f60718293a4b5c6d7e8f90112233445566778899aabbccddeef"
FINGERPRINT = "CBAD 6CFA 2C1A D385 16C0"
"""As config.record.fingerprint gives it, grouped already."""
CANDIDATES = (
    Label(1, "H. AHMAD SYARIFUDDIN"),
    Label(2, "SITI AMINAH"),
    Label(3, "DRS. BAMBANG SUGIARTO"),
    Label(None, "SUARA KOSONG"),
)


def texts(document: Document) -> str:
    """All that a document says, QR codes included."""
    said = []
    for block in document.reveal():
        match block:
            case Text(text) | Qr(text):
                said.append(text)
            case Columns(left, right):
                said += [left, right]
    return "\n".join(said)


def masthead(mode: Mode = Mode.OFFICIAL) -> Masthead:
    return Masthead("Pemilihan Kepala Desa 2026", "Banyuasin", "Sungai Rengit", "16.07.08.2001", 3, 1, mode)


def ballot_with(label: Label) -> tuple[Label, ...]:
    """The usual ballot, with one more line where the label is not on it."""
    return CANDIDATES if label in CANDIDATES else (*CANDIDATES, label)


def sample_slip(
    label: Label, mode: Mode = Mode.OFFICIAL, words: Words = ID, ballot: tuple[Label, ...] | None = None
) -> Document:
    return slip(masthead(mode), ballot or ballot_with(label), Secret(label), MARK, words)


def sample_job(label: Label, mode: Mode = Mode.OFFICIAL, words: Words = ID) -> Document:
    return slip_and_stub(masthead(mode), ballot_with(label), Secret(label), MARK, TRACKER, words)


def sample_stub(mode: Mode = Mode.OFFICIAL, words: Words = ID) -> Document:
    return stub(masthead(mode), TRACKER, words)


def sample_zero_report(mode: Mode = Mode.OFFICIAL, words: Words = ID) -> Document:
    report = ZeroReport(
        masthead=masthead(mode),
        time=datetime(2026, 11, 22, 6, 41, 30, tzinfo=WIB),
        setup_hash=HASH,
        root_fingerprint=FINGERPRINT,
        session_fingerprint=FINGERPRINT[::-1],
        machine=Machine("bilik 0.1.0", HASH[4:] + HASH[:4], HASH[12:] + HASH[:12]),
        candidates=CANDIDATES,
        ballots=0,
        sessions=0,
        officer_cards=("KPPS-03-A",),
        committee_cards=("PANITIA-1",),
    )
    return zero_report(report, words)


def sample_tape(
    mode: Mode = Mode.OFFICIAL,
    words: Words = ID,
    *,
    result: bool = True,
    holds: bool = True,
    notes: tuple[str, ...] = (),
) -> Document:
    votes = (211, 305, 7, 12)
    tape = ResultTape(
        masthead=masthead(mode),
        opened=datetime(2026, 11, 22, 6, 41, 30, tzinfo=WIB),
        closed=datetime(2026, 11, 22, 13, 4, 59, tzinfo=WIB),
        results=tuple(Result(label, count) for label, count in zip(CANDIDATES, votes, strict=True)) if result else None,
        counts=Counts(
            sessions=540,
            cast=535,
            abandoned=4,
            refused=2,
            interrupted=1,
            tests=1,
            paperless=0,
            fragments=1,
            attendance=1622,
            left_without_voting=3,
        ),
        equations=(
            Equation("Sesi = suara + tidak selesai + uji", 540, 540, True),
            Equation("Kredensial = suara + batal", 539, 539 if holds else 538, holds),
            Equation("Suara masuk paling banyak sejumlah DPT", 535, 612, True, "≤"),
        ),
        setup_hash=HASH,
        batch_sha256=HASH[::-1],
        log_head=HASH[8:] + HASH[:8],
        root_fingerprint=FINGERPRINT,
        session_fingerprint=FINGERPRINT[::-1],
        machine=Machine("bilik 0.1.0", HASH[4:] + HASH[:4], HASH[12:] + HASH[:12]),
        copy=2,
        copies=5,
        notes=notes,
    )
    return result_tape(tape, words)


def takeover(
    mode: Mode = Mode.OFFICIAL, *, attended: int = 214, pending: int = 0, unlocked: int = 0, shared: bool = False
) -> TakeoverTape:
    """The stick knew 211 cast ballots; three voters left. So 214 attended leave no difference."""
    cast, left = 211, 3
    return TakeoverTape(
        masthead=masthead(mode),
        time=datetime(2026, 11, 22, 10, 58, 30, tzinfo=WIB),
        last=datetime(2026, 11, 22, 10, 30, 59, tzinfo=WIB),
        device=2,
        devices=3,
        sessions=214 + pending + unlocked,
        cast=cast,
        abandoned=2,
        void=4,
        pending=pending,
        unlocked=unlocked,
        attended=attended,
        left=left,
        difference=None if shared else attended - left - cast,
        officer="RAHMAT HIDAYAT (5f2c91aa)",
        committee="SITI NURJANAH (0b77e4d1)",
        setup_hash=HASH,
        root_fingerprint=FINGERPRINT,
        before_fingerprint=FINGERPRINT[::-1],
        session_fingerprint="77A0 9C41 5E03 D2F8 B1E6",
        machine=Machine("bilik 0.1.0", HASH[4:] + HASH[:4], HASH[12:] + HASH[:12]),
    )


def sample_pin_slip(mode: Mode = Mode.OFFICIAL, words: Words = ID, role: Role = Role.OFFICERS) -> Document:
    slip = PinSlip(
        election="Pemilihan Kepala Desa 2026",
        district="Banyuasin",
        mode=mode,
        holder="Hj. NUR HASANAH LESTARININGTYAS, S.Pd.",
        role=role,
        place="Sungai Rengit TPS 3",
        label="DE1C-3583",
        pin=Pin("427516"),
    )
    return pin_slip(slip, words)
