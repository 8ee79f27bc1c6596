"""Results as programs read them: keys in a fixed order, so that equal results are equal bytes."""

import json

from sync.district.finals import Finals, Signed
from sync.district.ledger import Decision
from sync.district.results import BoothResult, Figures, VillageResult
from sync.district.show import NO_FINALS
from sync.district.workspace import Workspace
from sync.equations import Equation


def results_json(workspace: Workspace, villages: tuple[VillageResult, ...], finals: Finals = NO_FINALS) -> str:
    """``bilik-results/1``."""
    plan = workspace.election
    value = {
        "format": "bilik-results/1",
        "mode": workspace.record.mode.value,
        "election": {
            "id": workspace.record.election_id,
            "name": plan.name,
            "district": plan.district,
            "date": plan.date,
        },
        "villages": [_village(village, finals) for village in villages],
    }
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _village(village: VillageResult, finals: Finals) -> dict[str, object]:
    code = village.village.code
    signed, undone = finals.standing.get(code), finals.undone.get(code)
    return {
        "code": code,
        "name": village.village.name,
        "choices": list(village.choices),
        "state": village.total.state.value,
        "booths_counted": village.total.counted,
        "booths": village.total.booths,
        "votes": list(village.total.votes),
        "figures": _figures(village.total.figures),
        "tie": _tie(village),
        "final": None if signed is None else _signed(signed),
        "undone": None if undone is None else _signed(undone.signed) | {"id": undone.id, "en": undone.en},
        "tps": [
            {
                "tps": station.name.removeprefix("TPS "),
                "state": station.state.value,
                "votes": list(station.votes),
                "figures": _figures(station.figures),
                "equations": _equation_list(station.equations),
            }
            for station in village.stations
        ],
        "booth_results": [_booth(booth) for booth in village.booths],
        "mismatches": [
            {"where": where, "equation": equation.name.value, "left": equation.left, "right": equation.right}
            for where, equation in village.mismatches
        ],
    }


def _booth(booth: BoothResult) -> dict[str, object]:
    return {
        "booth": booth.place.booth_id,
        "state": booth.state.value,
        "votes": None if booth.votes is None else list(booth.votes),
        "cast": booth.counts.cast if booth.counts else None,
        "void": booth.counts.void if booth.counts else None,
        "figures": _figures(booth.figures),
        "by_paper": booth.by_paper,
        "equations": _equation_list(booth.equations),
        "reason": booth.reason,
        "decision": None if booth.decision is None else _decision(booth.decision),
    }


def _decision(decision: Decision) -> dict[str, object]:
    return {"by": decision.by, "at": decision.at, "tape": decision.tape, "reason": decision.reason}


def _figures(figures: Figures) -> dict[str, object]:
    return {
        "voters": figures.voters,
        "reported": figures.reported,
        "cast": figures.cast,
        "turnout_percent": figures.turnout_percent,
        "void": {"refused": figures.refused, "interrupted": figures.interrupted, "tests": figures.tests},
    }


def _tie(village: VillageResult) -> dict[str, object] | None:
    tie = village.tie
    if tie is None:
        return None
    return {
        "votes": tie.votes,
        "choices": list(tie.choices),
        "tps_led": [spread.led for spread in tie.spreads],
        "tps_shared": [spread.shared for spread in tie.spreads],
        "largest_tps_first": [
            {
                "tps": part.name.removeprefix("TPS "),
                "voters": part.voters,
                "votes": [part.votes[c] for c in tie.choices],
            }
            for part in tie.largest_first
        ],
    }


def _signed(signed: Signed) -> dict[str, object]:
    return {"by": signed.by, "with": signed.with_, "reason": signed.reason, "at": signed.at}


def _equation_list(equations: tuple[Equation, ...]) -> list[dict[str, object]]:
    return [
        {"name": equation.name.value, "left": equation.left, "right": equation.right, "holds": equation.holds}
        for equation in equations
    ]
