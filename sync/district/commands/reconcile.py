"""``reconcile``: what does not add up between roll, desk, booths, ballots and paper, first."""

from collections import Counter
from collections.abc import Sequence

import click
from rich.text import Text

from config.errors import InputError
from sync.batch import read
from sync.district import console
from sync.district.commands import options
from sync.district.evidence import Evidence, evidence_of
from sync.district.explaining import CHECK_WORDS, MISSING_WORDS, meaning_of
from sync.district.ledger import Ledger, ledger_of
from sync.district.reconciling import Finding, Missing, Verdict, reconcile
from sync.district.standing import Standing, named, now, stand
from sync.district.workspace import Workspace

VERDICT_WORDS = {
    Verdict.FAILS: ("TIDAK COCOK", "does not add up", "bold red"),
    Verdict.UNLIKELY: ("JANGGAL", "unlikely", "bold yellow"),
    Verdict.OPEN: ("belum dapat diperiksa", "cannot be checked yet", "yellow"),
    Verdict.HOLDS: ("cocok", "adds up", "green"),
}


@click.command(name="reconcile")
@options.workspace
@click.argument("village", required=False, shell_complete=options.complete_village)
@click.option("--all", "everything", is_flag=True, help="Juga yang cocok. / What adds up, too.")
@options.as_json
@options.database
def reconcile_all(workspace: Workspace, village: str | None, everything: bool, as_json: bool) -> int:
    """Cocokkan DPT, meja, bilik, surat suara, dan kertas. / Hold roll, desk, booths, ballots and paper together.

    Yang tidak cocok lebih dulu, dengan arti dan yang perlu diperiksa. Keluar 1: ada yang tidak cocok atau janggal.
    What does not add up comes first, with what it can mean and what to look at. Exit 1: something does not add up or
    is unlikely.
    """
    chosen = named(workspace, village).code if village is not None else None
    ledger = ledger_of(workspace)
    standing = stand(workspace, ledger, now())
    villages = [one for one in standing.villages if chosen in (None, one.village.code)]
    booths = [booth.place.booth_id for one in villages for booth in one.booths]
    evidence = _evidence(ledger, standing, booths)
    findings = reconcile(villages, evidence, standing.slips)
    if as_json:
        console.machine(_json(findings))
    else:
        _show(findings, everything=everything)
    return 1 if any(one.verdict in (Verdict.FAILS, Verdict.UNLIKELY) for one in findings) else 0


def _evidence(ledger: Ledger, standing: Standing, booths: Sequence[str]) -> dict[str, Evidence]:
    """From the batches that count, one after another: a district has a thousand of them."""
    found = {}
    with console.progress("Membaca / reading") as bar:
        task = bar.add_task("", total=len(booths))
        for booth in booths:
            bar.update(task, description=booth)
            here = standing.admitted.get(booth)
            if here is not None:
                try:
                    found[booth] = evidence_of(read(ledger.keeping.batch(here.batch_sha256)))
                except InputError as fault:
                    console.warn(f"{booth}: {fault.id}", f"{booth}: {fault.en}")
            bar.advance(task)
    return found


def _show(findings: Sequence[Finding], *, everything: bool) -> None:
    for one in findings:
        if one.verdict in (Verdict.FAILS, Verdict.UNLIKELY):
            _explain(one)
    if everything:
        console.table(
            "Semua pemeriksaan / every check",
            ("tempat / where", "pemeriksaan / check", "angka / numbers", "keadaan / state"),
            [_row(one) for one in findings],
        )
    _summary(findings)


def _explain(one: Finding) -> None:
    id_, en = CHECK_WORDS[one.check]
    word_id, word_en, style = VERDICT_WORDS[one.verdict]
    where = _where(one)
    detail = f" ({one.detail})" if one.detail else ""
    numbers = f"{one.left} {one.relation} {one.right}"
    console.say(f"✗ {where}: {word_id}. {id_}: {numbers}{detail}", f"{where}: {word_en}. {en}: {numbers}", style)
    meaning = meaning_of(one)
    if meaning is not None:
        console.say(f"    Artinya mungkin: {meaning.mean_id}", f"    It can mean: {meaning.mean_en}")
        console.say(f"    Langkah: {meaning.look_id}", f"    Do: {meaning.look_en}")


def _summary(findings: Sequence[Finding]) -> None:
    counts = Counter(one.verdict for one in findings)
    for missing in Missing:
        open_ = [one for one in findings if one.verdict is Verdict.OPEN and one.missing is missing]
        if open_:
            places = len({_where(one) for one in open_})
            id_, en = MISSING_WORDS[missing]
            console.say(
                f"Belum dapat diperiksa: {len(open_)} di {places} tempat ({id_}).",
                f"Cannot be checked yet: {len(open_)} at {places} places ({en}).",
                "yellow",
            )
    wrong = counts[Verdict.FAILS] + counts[Verdict.UNLIKELY]
    console.say(
        f"Cocok {counts[Verdict.HOLDS]}, tidak cocok {counts[Verdict.FAILS]}, janggal {counts[Verdict.UNLIKELY]}, "
        f"belum dapat diperiksa {counts[Verdict.OPEN]}.",
        f"{counts[Verdict.HOLDS]} add up, {counts[Verdict.FAILS]} do not, {counts[Verdict.UNLIKELY]} are unlikely, "
        f"{counts[Verdict.OPEN]} cannot be checked yet.",
        "bold red" if wrong else "bold green",
    )


def _where(one: Finding) -> str:
    return f"{one.village} {one.where}" if one.where.startswith("TPS") else one.where


def _row(one: Finding) -> tuple[str | Text, ...]:
    id_, en, style = VERDICT_WORDS[one.verdict]
    numbers = "–" if one.verdict is Verdict.OPEN else f"{one.left} {one.relation} {one.right}"
    words = " / ".join(CHECK_WORDS[one.check])
    return (Text(_where(one), no_wrap=True), words, Text(numbers, no_wrap=True), Text(f"{id_} / {en}", style=style))


def _json(findings: Sequence[Finding]) -> dict[str, object]:
    counts = Counter(one.verdict for one in findings)
    return {
        "format": "bilik-reconciliation/1",
        "counts": {verdict.value: counts[verdict] for verdict in Verdict},
        "findings": [_finding(one) for one in findings],
    }


def _finding(one: Finding) -> dict[str, object]:
    meaning = meaning_of(one)
    return {
        "village": one.village,
        "where": one.where,
        "check": one.check.value,
        "left": one.left,
        "right": one.right,
        "relation": one.relation,
        "verdict": one.verdict.value,
        "missing": one.missing.value if one.missing else None,
        "detail": one.detail,
        "mean": None if meaning is None else {"id": meaning.mean_id, "en": meaning.mean_en},
        "look": None if meaning is None else {"id": meaning.look_id, "en": meaning.look_en},
    }


COMMANDS = (reconcile_all,)
