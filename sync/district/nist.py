"""Results in the form of NIST SP 1500-100 version 2 (Election Results Common Data Format), JSON; pure."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from config.election import Election
from config.mode import Mode
from sync.district.results import BoothResult, Figures, State, Sum, VillageResult

Node = dict[str, Any]

COUNT_STATUS = {
    State.NOTHING: "not-processed",
    State.SEALED: "in-process",
    State.CONFLICT: "in-process",
    State.PRELIMINARY: "in-process",
    State.COMPLETE: "completed",
    State.PAPER: "completed",
    State.FINAL: "completed",
}
DISTRICT = "gp-district"


def results_nist(
    election: Election, election_id: str, villages: Sequence[VillageResult], *, at: str, program: str
) -> bytes:
    """The report; ``at`` (UTC, to the minute) is when it was made, ``program`` what made it.

    A village is a contest. A blank vote is an undervote: the ballot was cast and elects nobody. Void ballots were
    never cast, so they are counts of a type of their own and in no total.
    """
    report = _node(
        "ElectionReport",
        Format="precinct-level",
        GeneratedDate=f"{at[:-1]}:00Z",
        Issuer=election.district,
        IssuerAbbreviation=election.district,
        SequenceStart=1,
        SequenceEnd=1,
        Status=_status(village.total.state for village in villages),
        VendorApplicationId=program,
        IsTest=election.mode is Mode.REHEARSAL,
        GpUnit=list(_units(election, villages)),
        Election=[_election(election, election_id, villages)],
    )
    if election.mode is Mode.REHEARSAL:
        report["TestType"] = "rehearsal"
    return json.dumps(report, ensure_ascii=False, indent=1).encode() + b"\n"


def _node(kind: str, **fields: Any) -> Node:
    return {"@type": f"ElectionResults.{kind}"} | fields


def _text(content: str) -> Node:
    return _node("InternationalizedText", Text=[_node("LanguageString", Content=content, Language="id")])


def _status(states: Iterable[State]) -> str:
    found = set(states)
    if found == {State.FINAL}:
        return "certified"
    whole = found <= {State.FINAL, State.COMPLETE, State.PAPER}
    return "unofficial-complete" if whole else "unofficial-partial"


def _tps_id(village: VillageResult, tps: int) -> str:
    return f"gp-{village.village.code}-{tps:03}"


def _unit(id_: str, kind: str, name: str, state: State, figures: Figures, below: Sequence[str]) -> Node:
    unit = _node("ReportingUnit", Name=_text(name), Type=kind, VotersRegistered=figures.voters) | {"@id": id_}
    if below:
        unit["ComposingGpUnitIds"] = list(below)
    if figures.turnout_percent is not None:
        unit["VotersParticipated"] = figures.cast
    unit["CountStatus"] = [_node("CountStatus", Status=COUNT_STATUS[state], Type="total")]
    return unit


def _units(election: Election, villages: Sequence[VillageResult]) -> Iterator[Node]:
    below = [f"gp-{village.village.code}" for village in villages]
    yield _node("ReportingUnit", Name=_text(election.district), Type="county", ComposingGpUnitIds=below) | {
        "@id": DISTRICT
    }
    for village in villages:
        code = village.village.code
        total = village.total
        tps = [_tps_id(village, planned.number) for planned in village.village.tps]
        unit = _unit(f"gp-{code}", "village", village.village.name, total.state, total.figures, tps)
        number = _node("ExternalIdentifier", Type="national-level", Value=code, Label="kode wilayah")
        yield unit | {"ExternalIdentifier": [number], "SubUnitsReported": total.counted, "TotalSubUnits": total.booths}
        for station, id_, planned in zip(village.stations, tps, village.village.tps, strict=True):
            booths = [booth for booth in village.booths if booth.place.tps == planned.number]
            below = [f"gp-{booth.place.booth_id}" for booth in booths]
            yield _unit(id_, "polling-place", station.name, station.state, station.figures, below)
            for booth in booths:
                name = f"{station.name} bilik {booth.place.booth}"
                unit = _unit(f"gp-{booth.place.booth_id}", "other", name, booth.state, booth.figures, ())
                yield unit | {"OtherType": "booth"}


def _election(election: Election, election_id: str, villages: Sequence[VillageResult]) -> Node:
    candidates = [
        _node("Candidate", BallotName=_text(candidate.name)) | {"@id": f"candidate-{village.village.code}-{n}"}
        for village in villages
        for n, candidate in enumerate(village.village.candidates, 1)
    ]
    identifier = _node("ExternalIdentifier", Type="other", OtherType="bilik-election", Value=election_id)
    return _node(
        "Election",
        Name=_text(election.name),
        Type="other",
        OtherType="village-head",
        StartDate=election.date,
        EndDate=election.date,
        ElectionScopeId=DISTRICT,
        ExternalIdentifier=[identifier],
        Candidate=candidates,
        Contest=[_contest(village) for village in villages],
        BallotCounts=[count for village in villages for count in _ballots(village)],
    )


def _parts(village: VillageResult) -> Iterator[tuple[str, BoothResult | Sum, tuple[int, ...] | None]]:
    """Village, TPS and booths: the unit's id, and the votes where they are known."""
    yield f"gp-{village.village.code}", village.total, village.total.votes if village.total.counted else None
    for station, planned in zip(village.stations, village.village.tps, strict=True):
        yield _tps_id(village, planned.number), station, station.votes if station.counted else None
    for booth in village.booths:
        yield f"gp-{booth.place.booth_id}", booth, booth.votes


def _contest(village: VillageResult) -> Node:
    code = village.village.code
    known = [(unit, votes) for unit, _, votes in _parts(village) if votes is not None]
    selections = []
    for n, _candidate in enumerate(village.village.candidates, 1):
        place = n if village.blank else n - 1
        counts = [_node("VoteCounts", Type="total", GpUnitId=unit, Count=votes[place]) for unit, votes in known]
        selection = _node(
            "CandidateSelection", SequenceOrder=n, CandidateIds=[f"candidate-{code}-{n}"], VoteCounts=counts
        )
        selections.append(selection | {"@id": f"selection-{code}-{n}"})
    contest = _node(
        "CandidateContest",
        Name=f"{village.village.name} ({code})",
        ElectionDistrictId=f"gp-{code}",
        VotesAllowed=1,
        NumberElected=1,
        VoteVariation="plurality",
        ContestSelection=selections,
        CountStatus=[_node("CountStatus", Status=COUNT_STATUS[village.total.state], Type="total")],
        SubUnitsReported=village.total.counted,
        TotalSubUnits=village.total.booths,
    ) | {"@id": f"contest-{code}"}
    if village.blank:
        contest["OtherCounts"] = [_node("OtherCounts", GpUnitId=unit, Undervotes=votes[0]) for unit, votes in known]
    return contest


def _ballots(village: VillageResult) -> Iterator[Node]:
    for unit, part, _ in _parts(village):
        figures = part.figures
        if figures.turnout_percent is None:
            continue
        yield _node("BallotCounts", GpUnitId=unit, Type="total", BallotsCast=figures.cast)
        for kind, count in (
            ("refused", figures.refused),
            ("interrupted", figures.interrupted),
            ("test", figures.tests),
        ):
            yield _node("BallotCounts", GpUnitId=unit, Type="other", OtherType=f"void-{kind}", BallotsRejected=count)
