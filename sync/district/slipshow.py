"""What whoever scans slips is told: one line a scan, totals, and the comparison at the end."""

from config.mode import Mode
from config.record import Record
from sync.district import console
from sync.district.scanning import Judgement, SlipCount, Verdict
from sync.district.states import State

Names = dict[int, tuple[str, str]]
"""For each choice number and name as they are printed on its slip."""

ASIDE_WORDS = {
    Verdict.OTHER_CHOICE.value: ("tanda untuk pilihan lain", "mark of another choice"),
    Verdict.EARLIER_PACKAGE.value: ("paket lama bilik ini", "this booth's earlier package"),
    Verdict.OTHER_BOOTH.value: ("bilik lain", "another booth"),
    Verdict.REHEARSAL.value: ("gladi", "rehearsal"),
    Verdict.OTHER_ELECTION.value: ("pemilihan lain", "another election"),
    Verdict.UNKNOWN.value: ("palsu, asing, atau salah baca", "forged, foreign or misread"),
    Verdict.STUB.value: ("kertas pemilih", "a voter's stub"),
}

SENTENCES = {
    Verdict.GENUINE: (
        "{place}. Sah: {printed}. Jumlahnya {here}.",
        "Genuine: {printed}. That makes {here} of {place}.",
    ),
    Verdict.OTHER_CHOICE: (
        (
            "Tandanya untuk {printed}, tumpukan ini {heap}. Baca struknya. Tercetak {printed}: pindahkan ke "
            "tumpukannya dan pindai di sana. Tercetak {heap}: tulisan dan tanda tidak sepasang; sisihkan dan catat."
        ),
        (
            "The mark is for {printed}, this heap is {heap}. Read the slip. If {printed} is printed on it, put it "
            "on that heap and scan it there. If {heap} is, print and mark do not belong together: lay it aside "
            "and note it."
        ),
    ),
    Verdict.DOUBLED: (
        (
            "Tanda ini sudah terhitung sebagai struk ke-{place} ({printed}). Lembar yang sama terpindai dua kali? "
            "Lanjutkan. Ada dua lembar? Satu adalah salinan: sisihkan lembar ini dan catat."
        ),
        (
            "This mark was counted as slip {place} ({printed}). The same paper twice? Go on. Two papers? One is a "
            "copy: lay this one aside and note it."
        ),
    ),
    Verdict.EARLIER_PACKAGE: (
        "Struk bilik {booth} dari paket yang sudah diganti. Sisihkan dan catat.",
        "A slip of booth {booth} with a package that was replaced. Lay it aside and note it.",
    ),
    Verdict.OTHER_BOOTH: (
        "Struk bilik {booth}, bukan bilik ini. Sisihkan, catat, dan serahkan ke hitungan bilik itu.",
        "A slip of booth {booth}, not of this one. Lay it aside, note it, and give it to that booth's count.",
    ),
    Verdict.REHEARSAL: (
        "Struk GLADI ({election}, bilik {booth}): bukan suara. Sisihkan dan catat.",
        "A REHEARSAL slip ({election}, booth {booth}): no vote. Lay it aside and note it.",
    ),
    Verdict.OTHER_ELECTION: (
        "Struk pemilihan lain ({election}, bilik {booth}). Sisihkan dan catat.",
        "A slip of another election ({election}, booth {booth}). Lay it aside and note it.",
    ),
    Verdict.STUB: (
        "Kertas pemilih (kode lacak), bukan struk. Sisihkan dan catat; pilihan tidak ada di situ.",
        "A voter's stub, not a slip. Lay it aside and note it; it holds no choice.",
    ),
    Verdict.UNREADABLE: (
        "Yang terbaca bukan tanda struk. Pindai lagi; jika tetap begitu, sisihkan dan catat.",
        "What was read is not a mark. Scan again; if it stays so, lay the slip aside and note it.",
    ),
    Verdict.UNKNOWN: (
        (
            "Tanda ini bukan dari bilik mana pun yang dikenal di sini: palsu, asing, atau salah baca. Pindai lagi; "
            "jika tetap begitu, sisihkan dan catat."
        ),
        (
            "The mark is of no booth known here: forged, foreign or misread. Scan it again; if it stays so, lay the "
            "slip aside and note it."
        ),
    ),
}
"""What happened and what to do, Indonesian and English."""


class SlipRecord(Record, tag_field="format", tag="bilik-slip-count/1", frozen=True):
    """A finished count as numbers: no mark and no order of slips. ``--out`` writes it."""

    mode: Mode
    election_id: str
    booth: str
    choices: tuple[str, ...]
    genuine: tuple[int, ...]
    doubled: int
    """Scans of a mark that was counted before."""
    aside: dict[str, int]
    """Different slips that do not count, by verdict."""
    unreadable: int
    """Scans and pictures that gave no mark; a slip that was scanned again is among them."""
    state: State
    """How much the workspace knows of the booth."""
    result: tuple[int, ...] | None
    """The booth's votes as they stand in the workspace, in the order of ``choices``."""
    cast: int | None
    """Cast ballots of the booth's one batch; of two batches in conflict nobody knows which one counts."""

    @property
    def clean(self) -> bool:
        """Nothing is left for people to explain."""
        return self.compared and self.fits and not (self.doubled or self.aside or self.unreadable)

    @property
    def compared(self) -> bool:
        """Whether there was anything to hold the slips against."""
        return self.total is not None

    @property
    def fits(self) -> bool:
        """The slips are the result; while there is none, they are as many as the ballots."""
        return self.result in (None, self.genuine) and self.total in (None, sum(self.genuine))

    @property
    def total(self) -> int | None:
        """How many slips there should be. Where people decided by paper that is the sum of what they decided."""
        if self.state is State.PAPER and self.result is not None:
            return sum(self.result)
        return self.cast


def tell(judgement: Judgement, count: SlipCount, names: Names, where: str = "") -> None:
    """One scan's verdict and what to do; ``where`` is the picture that it came from."""
    id_, en = _sentences(judgement, count, names)
    before = f"{where}: " if where else ""
    if judgement.verdict is Verdict.GENUINE:
        console.say(f"✓ {before}{id_}", f"{before}{en}", "bold green")
    else:
        console.say(f"✗ {before}{id_}", f"{before}{en}", "bold red")
        console.ring()


def _sentences(judgement: Judgement, count: SlipCount, names: Names) -> tuple[str, str]:
    choice, origin = judgement.choice, judgement.origin
    values = {
        "printed": " ".join(names[choice]) if choice is not None else "",
        "heap": " ".join(names[count.heap]) if count.heap is not None else "",
        "here": count.votes[choice] if choice is not None else 0,
        "place": judgement.place,
        "booth": origin.booth if origin else "",
        "election": origin.election if origin else "",
    }
    said = SENTENCES[judgement.verdict]
    if judgement.verdict is Verdict.GENUINE and count.heap is None:
        said = (f"{said[0]} Cocokkan dengan yang tercetak.", f"{said[1]} Compare it with the print.")
    return said[0].format(**values), said[1].format(**values)


def tell_heap(heap: tuple[str, str] | None) -> None:
    """Which heap is scanned from here on."""
    if heap is None:
        console.say(
            "Tanpa tumpukan: cocokkan tiap tanda dengan yang tercetak.", "No heap: compare each mark with the print."
        )
    else:
        printed = " ".join(heap)
        console.say(f"Tumpukan {printed}.", f"The heap of {printed}.", "bold")


def show_totals(count: SlipCount, names: Names) -> None:
    """What was genuine so far."""
    rows = [(*names[choice], str(votes)) for choice, votes in count.votes.items()]
    console.table("Sejauh ini / so far", ("", "pilihan / choice", "sah / genuine"), rows, numbers=(2,))


def show_summary(record: SlipRecord) -> None:
    """The whole count beside the booth's result, and what is left to be explained."""
    results = [None] * len(record.choices) if record.result is None else list(record.result)
    rows = []
    for name, counted, voted in zip(record.choices, record.genuine, results, strict=True):
        rows.append((name, str(counted), *_beside(counted, voted)))
    rows.append(("Jumlah / total", str(sum(record.genuine)), *_beside(sum(record.genuine), record.total)))
    heads = ("pilihan / choice", "struk / slips", "hasil / result", "selisih / difference")
    console.table("Hitungan struk / count of slips", heads, rows, numbers=(1, 2, 3))
    for verdict, number in record.aside.items():
        id_, en = ASIDE_WORDS[verdict]
        console.warn(f"Disisihkan: {number} ({id_}).", f"Aside: {number} ({en}).")
    if record.doubled:
        console.warn(
            f"Tanda yang terpindai lagi: {record.doubled} kali.", f"Marks that were scanned again: {record.doubled}."
        )
    if record.unreadable:
        console.warn(
            f"Pindaian tanpa tanda: {record.unreadable}. Tiap struknya harus sudah dipindai lagi atau disisihkan.",
            f"Scans without a mark: {record.unreadable}. Each of those slips was scanned again or lies aside.",
        )
    _conclude(record)


def _beside(counted: int, other: int | None) -> tuple[str, str]:
    return ("–", "–") if other is None else (str(other), f"{counted - other:+d}" if counted != other else "0")


CONCLUSIONS = {
    State.NOTHING: (
        "Berkas hasil bilik ini belum ada: jumlah di atas belum dibandingkan. Impor berkasnya, lalu hitung lagi.",
        "The booth's batch is not here: these numbers were compared with nothing. Import it and count again.",
    ),
    State.CONFLICT: (
        (
            "Dua berkas hasil bilik ini BENTROK: jumlah di atas belum dibandingkan. Bandingkan dengan pita hasil, "
            "putuskan dengan decide, lalu hitung lagi."
        ),
        (
            "Two batches of this booth are in CONFLICT: these numbers were compared with nothing. Compare them with "
            "the result tapes, decide, then count again."
        ),
    ),
}
"""Why there was nothing to compare with, and what to do next."""


def _conclude(record: SlipRecord) -> None:
    if not record.compared:
        console.warn(*CONCLUSIONS[State.CONFLICT if record.state is State.CONFLICT else State.NOTHING])
    elif not record.fits:
        console.warn(
            "Struk dan hasil BERBEDA. Hitung ulang; jika tetap, catat dalam berita acara: kertas yang menentukan.",
            "Slips and result DIFFER. Count again; if it stays so, write it into the minutes: paper decides.",
        )
    elif record.result is None:
        console.say(
            "Banyaknya struk sama dengan banyaknya suara; hasil per pilihan belum ada.",
            "As many slips as ballots; there is no result by choice yet.",
            "bold green",
        )
    elif record.state is not State.PAPER:
        console.say("Struk dan hasil sama.", "Slips and result are equal.", "bold green")
    if record.state is State.PAPER:
        _conclude_by_paper(record)
    console.say(
        "Tanda-tanda sudah dilupakan; hanya jumlah di atas yang tinggal.",
        "The marks are forgotten; only the numbers above remain.",
    )


def _conclude_by_paper(record: SlipRecord) -> None:
    if record.fits:
        console.say(
            "Hasil bilik ini diputuskan dari kertas, dan struknya sama. Catat hitungan ini dalam berita acara.",
            "This booth's result was decided by paper, and the slips are equal. Note this count in the minutes.",
            "bold green",
        )
    else:
        console.warn(
            "Hasil bilik ini diputuskan dari kertas. Jika hitungan ulang tetap berbeda, putuskan lagi: decide --paper.",
            "This booth's result was decided by paper. If it differs in a second count too, decide anew: "
            "decide --paper.",
        )
