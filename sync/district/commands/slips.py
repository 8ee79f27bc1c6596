"""``slips scan``: a hand count with a scanner; genuine, doubled, forged, foreign and rehearsal slips told apart."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import click
import msgspec

from config.errors import InputError
from config.files import write_whole
from config.mode import Mode
from config.package import Place
from config.record import encode
from sync.district import console
from sync.district.commands import options
from sync.district.commands.slipkeep import keep_counts
from sync.district.ledger import ledger_of
from sync.district.misuse import Misuse
from sync.district.pictures import pictures_in, scans_in
from sync.district.results import BLANK, BoothResult, State
from sync.district.scanning import Scan, SlipCount, origin_of, other_origins
from sync.district.slipshow import Names, SlipRecord, show_summary, show_totals, tell, tell_heap
from sync.district.standing import now, stand
from sync.district.workspace import Workspace

BLANK_WORDS = ("-", "0", "kosong", "blank")
"""How the blank choice is named: as on the slip, or in a word. No candidate has the number 0."""
NO_HEAP, TOTALS, DONE = "*", "?", ("selesai", "done", ".")


@click.group()
def slips() -> None:
    """Struk di kotak audit. / The slips in the box."""


@slips.command(name="scan")
@options.workspace
@click.option(
    "--booth",
    required=True,
    shell_complete=options.complete_booth,
    help="Bilik yang kotaknya dihitung. / The booth whose box is counted.",
)
@click.option(
    "--choice", help="Pilihan yang tercetak pada tumpukan ini (nomor, - kosong). / What the heap's print says."
)
@click.option(
    "--pictures",
    type=click.Path(exists=True, path_type=Path),
    multiple=True,
    help="Foto struk atau foldernya, bukan pemindai. / Pictures of slips, or folders of them.",
)
@click.option(
    "--also",
    type=options.WorkspaceType(),
    multiple=True,
    help="Ruang kerja lain, mis. gladi, agar struknya dikenali. / Other workspaces whose slips may turn up.",
)
@click.option(
    "--out", type=options.path, help="Tulis jumlahnya saja ke berkas JSON. / Write the counts, and only them."
)
@options.as_json
@options.database
def scan_slips(
    workspace: Workspace,
    booth: str,
    choice: str | None,
    pictures: tuple[Path, ...],
    also: tuple[Workspace, ...],
    out: Path | None,
    as_json: bool,
) -> int:
    """Hitung struk dengan pemindai QR. / Count slips by their marks: forged, doubled and foreign ones are told.

    Urutkan struk menurut pilihan yang tercetak, ketik nomornya, lalu pindai tumpukannya; selesai: ketik selesai.
    Tanda hanya ada di memori selama hitungan ini. Keluar 1: ada yang harus disisihkan, ganda, tidak terbaca, atau
    berbeda dari hasil; atau belum ada hasil untuk dibandingkan.
    Sort by the printed choice, type its number, scan that heap; type done at the end. Marks stay in memory, and only
    for this count. Exit 1: something lies aside, was doubled or unreadable, or differs from the result; or there was no
    result to compare with.
    """
    count = SlipCount(origin_of(workspace, booth), other_origins(workspace, booth, also))
    place = workspace.place(booth)
    names = _names(workspace, place, count)
    if choice is not None:
        heap = _heap(choice, count, names)
        if heap is None:
            raise Misuse(
                f"--choice takes one of these: {_known(names)}.",
                id=f"--choice memerlukan salah satu dari: {_known(names)}.",
            )
        count.heap = heap
    try:
        if pictures:
            _begin(workspace, place)
            _scan_pictures(pictures, count, names)
        else:
            # Hidden before anything is asked: a scanner is quick.
            with console.hidden_lines() as lines:
                _begin(workspace, place)
                _tell_how()
                _scan_lines(lines, count, names)
    except KeyboardInterrupt:
        show_totals(count, names)
        console.warn(
            "Dihentikan: hitungan ini tidak selesai dan tidak disimpan. Hitung lagi dari struk pertama, sebab struk "
            "ganda hanya tampak dalam satu hitungan.",
            "Stopped: this count is not whole, and nothing of it was kept. Begin again with the first slip: doubles "
            "are only seen within one count.",
        )
        return 130
    record = _record(workspace, place, count, names)
    show_summary(record)
    if out is not None:
        write_whole(out, encode(record))
        console.say(f"Ditulis, jumlah saja: {out}", "Written, counts only.")
    if as_json:
        console.machine(msgspec.to_builtins(record) | {"clean": record.clean})
    return 0 if record.clean else 1


def _names(workspace: Workspace, place: Place, count: SlipCount) -> Names:
    """For each choice what is printed large on its slip: number (a dash for blank) and name."""
    village = next(village for village in workspace.election.villages if village.code == place.village_code)
    names = {0: ("-", BLANK)} | {n: (str(c.number), c.name) for n, c in enumerate(village.candidates, 1)}
    return {choice: names[choice] for choice in count.own.choices}


def _heap(text: str, count: SlipCount, names: Names) -> int | None:
    """The choice that a typed number or word means."""
    word = "-" if text.casefold() in BLANK_WORDS else text
    return next((choice for choice in count.own.choices if names[choice][0] == word), None)


def _known(names: Names) -> str:
    return ", ".join(f"{number} {name}" for number, name in names.values())


def _begin(workspace: Workspace, place: Place) -> None:
    mode = ("GLADI", "REHEARSAL") if workspace.record.mode is Mode.REHEARSAL else ("pemilihan", "election")
    console.say(
        f"Hitungan struk ({mode[0]}): Desa {place.village}, TPS {place.tps}, bilik {place.booth} ({place.booth_id}).",
        f"Count of slips ({mode[1]}): village {place.village}, polling station {place.tps}, booth {place.booth}.",
        "bold",
    )


def _tell_how() -> None:
    console.say(
        f"Ketik nomor pada tumpukan (- untuk kosong), lalu pindai struknya satu per satu. {TOTALS} jumlah "
        f"sementara, {NO_HEAP} tanpa tumpukan, {DONE[0]}: akhir.",
        f"Type the heap's printed number (- for blank), then scan its slips one by one. {TOTALS} totals so far, "
        f"{NO_HEAP} no heap, {DONE[1]}: the end.",
    )


def _scan_pictures(paths: tuple[Path, ...], count: SlipCount, names: Names) -> None:
    files = pictures_in(paths)
    if not files:
        raise Misuse(
            "There is no picture (.png, .jpg) at these paths.",
            id="Di tempat yang disebutkan tidak ada gambar (.png, .jpg).",
        )
    for file in files:
        try:
            scans = list(scans_in(file))
        except InputError as fault:
            console.complain(fault)
            count.unreadable += 1
            continue
        for scan in scans:
            tell(count.judge(scan), count, names, where=file.name)
        if not scans:
            count.unreadable += 1
            console.warn(
                f"{file.name}: tidak ada kode yang terbaca. Foto lagi dari dekat dan rata, atau pindai struknya.",
                f"{file.name}: no code could be read. Take the picture again, near and flat, or scan the slip.",
            )


def _scan_lines(lines: Iterator[str], count: SlipCount, names: Names) -> None:
    for line in lines:
        if line.casefold() in DONE:
            return
        act = _typed(line, count, names)
        if act is not None:
            act()
        elif line:
            tell(count.judge(Scan(line)), count, names)


def _typed(line: str, count: SlipCount, names: Names) -> Callable[[], None] | None:
    """What a hand typed between two scans; None for everything else, most of all a mark."""
    if line == TOTALS:
        return partial(show_totals, count, names)
    if line == NO_HEAP:
        count.heap = None
        return partial(tell_heap, None)
    heap = _heap(line, count, names)
    if heap is not None:
        count.heap = heap
        return partial(tell_heap, names[heap])
    if line.isdecimal() and len(line) <= 2:
        return partial(
            console.warn,
            f"Tidak ada pilihan bernomor {line} di sini. Pilihannya: {_known(names)}.",
            f"No choice here has the number {line}.",
        )
    return None


def _record(workspace: Workspace, place: Place, count: SlipCount, names: Names) -> SlipRecord:
    result = _result(workspace, place)
    # A final result that rests on paper is compared as one that people decided.
    state = State.NOTHING if result is None else State.PAPER if result.by_paper else result.state
    aside = {verdict.value: number for verdict, number in sorted(count.aside.items())}
    return SlipRecord(
        mode=workspace.record.mode,
        election_id=workspace.record.election_id,
        booth=place.booth_id,
        choices=tuple(" ".join(name) for name in names.values()),
        genuine=tuple(count.votes[choice] for choice in names),
        doubled=count.doubled,
        aside=aside,
        unreadable=count.unreadable,
        state=state,
        result=result.votes if result else None,
        cast=result.counts.cast if result and result.counts and state is not State.CONFLICT else None,
    )


def _result(workspace: Workspace, place: Place) -> BoothResult | None:
    """The booth's line in the results, as they stand."""
    villages = stand(workspace, ledger_of(workspace), now()).villages
    booths: Iterator[BoothResult] = (booth for village in villages for booth in village.booths)
    return next((booth for booth in booths if booth.place.booth_id == place.booth_id), None)


slips.add_command(keep_counts)

COMMANDS = (slips,)
