"""A value that holds a choice, a PIN or a key cannot be formatted, logged, stored or copied into the open.

The types are found by walking through every module, so one that is added tomorrow is held to it as well.
"""

import contextlib
import copy
import dataclasses
import gc
import io
import json
import logging
import pickle
import pprint
import re
import reprlib
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from booth.events import Chosen, PinTyped
from booth.store.keys import DeviceKeys
from booth.views import Confirming
from config.package import SecretContents
from config.secret import Choice, Key, Pin, Puk, Secret
from printer.escpos import Job
from printer.layout import Document
from sync.ballot.seal import Opening
from sync.mark import LENGTH
from tests.booth.rig import Rig
from tests.district.election import Made
from tests.house.tree import read
from tests.secrecy import rooms
from tests.secrecy.rooms import CANARY

KNOWN_SECRETS = {Secret, Choice, Pin, Puk, Key, Job, Document, Opening}
KNOWN_HOLDERS = {Chosen, PinTyped, Confirming, DeviceKeys}


def logged(value: Any) -> str:
    """What a careless line would leave in a log, the handler's own complaints included."""
    out, err = io.StringIO(), io.StringIO()
    logger = logging.getLogger("careless")
    logger.handlers, logger.propagate = [logging.StreamHandler(out)], False
    logger.setLevel(logging.INFO)
    with contextlib.redirect_stderr(err):
        logger.info("%s", value)
        logger.info("%r", value)
        logger.info(value)
        logger.info("with", extra={"value": value})
    return out.getvalue() + err.getvalue()


def report(value: Any) -> str:
    """A crash report of the talkative kind, with all locals."""
    try:
        raise ValueError(value)  # noqa: TRY301 -- the traceback must have this frame
    except ValueError as fault:
        told = traceback.TracebackException.from_exception(fault, capture_locals=True)
        return "".join(told.format())


WAYS: dict[str, Callable[[Any], Any]] = {
    "str": str,
    "repr": repr,
    "ascii": ascii,
    "format": format,
    "f-string": lambda value: f"{value}{value!r}{value=}",
    "percent": lambda value: "%s %r" % (value, value),  # noqa: UP031
    "in a list": lambda value: str([value, {"value": value}]),
    "pretty": pprint.pformat,
    "short": reprlib.repr,
    "bytes": bytes,
    "log": logged,
    "report": report,
    **{f"pickle {n}": lambda value, n=n: pickle.dumps(value, n) for n in range(pickle.HIGHEST_PROTOCOL + 1)},
    "copy": copy.copy,
    "deep copy": copy.deepcopy,
    "json": json.dumps,
    "json of what it can": lambda value: json.dumps(value, default=str),
    "json of its variables": lambda value: json.dumps(vars(value), default=str),
    "msgspec": msgspec.json.encode,
    "msgspec, packed": msgspec.msgpack.encode,
    "built-ins": msgspec.to_builtins,
    "as a dict": dataclasses.asdict,
    "as a tuple": dataclasses.astuple,
    "variables": vars,
}


def open_ways(value: Any) -> list[str]:
    """By which ways the canary came out."""
    found = []
    for name, way in WAYS.items():
        try:
            out = way(value)
            said = out if isinstance(out, str) else out.decode("latin-1") if isinstance(out, bytes) else repr(out)
        except Exception as refused:
            said = f"{refused} {refused.args!r}"
        if CANARY in said:
            found.append(name)
    return found


def test_every_secret_keeps_silent() -> None:
    secrets = rooms.secrets()
    assert set(secrets) >= KNOWN_SECRETS
    assert [kind for kind in secrets if hasattr(rooms.secret_of(kind), "__dict__")] == []
    assert {kind.__qualname__: ways for kind in secrets if (ways := open_ways(rooms.secret_of(kind)))} == {}


def test_everything_that_holds_a_secret_keeps_silent() -> None:
    holders = rooms.holders()
    assert set(holders) >= KNOWN_HOLDERS
    made = {kind: rooms.holder_of(kind, holders) for kind in holders}
    assert {kind.__qualname__: ways for kind, one in made.items() if (ways := open_ways(one))} == {}


def test_records_on_their_way_into_a_sealed_file_are_not_shown() -> None:
    contents = SecretContents(lanes=(CANARY.encode(),), mark_seed=CANARY.encode())
    assert set(open_ways(contents)) <= {"msgspec, packed", "variables"}


def test_what_draws_keeps_no_secret_in_a_record() -> None:
    drawing = [name for name in rooms.names() if rooms.draws(name)]
    assert len(drawing) > 10
    for name in drawing:
        path = Path(*name.split("."))
        file = path.with_suffix(".py") if path.with_suffix(".py").is_file() else path / "__init__.py"
        assert list(rooms.drawn_records_with_secrets(read(file))) == [], name
    assert list(rooms.drawn_records_with_secrets("class A:\n    kept: list[Choice]\n")) == ["A.kept"]


@dataclass(frozen=True)
class Talkative:
    """What a careless record would be."""

    text: str


class Careless(Secret[str]):
    """A secret that somebody gave a friendly look."""

    def __str__(self) -> str:  # type: ignore[override]
        return self.reveal()


def test_what_talks_is_found() -> None:
    assert {"str", "repr", "f-string", "log", "report", "pickle 4", "copy", "json of its variables"} < set(
        open_ways(Talkative(CANARY))
    )
    assert {"str", "log", "json of what it can"} < set(open_ways(Careless(CANARY)))
    assert "pickle 4" not in open_ways(Careless(CANARY))


def test_nothing_in_a_running_booth_shows_what_it_knows(election: Made, tmp_path: Path) -> None:
    """While the slip is out, every object of ours is asked what it is."""
    rig = Rig(election, tmp_path / "desk")
    try:
        rig.open()
        rig.unlock()
        rig.choose(3)
        casting, opened = rig.runner._casting, rig.runner._day.booth
        keys = (opened.keys.store_key, opened.keys.session.seed, opened.mark_seed, opened.credentials[0])
        randomness = [bytes(r) for r in casting._opening.reveal()[2]]
        needles = [
            needle for key in (*(key.reveal() for key in keys), *randomness) for needle in (repr(key)[2:-1], key.hex())
        ]
        (mark,) = re.findall(rb"[A-Z2-7]{%d}" % LENGTH, casting.job.reveal())
        needles.append(mark.decode())
        said = {}
        kept = Talkative(needles[-1])
        for one in gc.get_objects():
            room = str(getattr(type(one), "__module__", "")).partition(".")[0]
            if room in {"booth", "config", "printer", "sync"} or one is kept:
                told = repr(one)
                if any(needle in told for needle in needles):
                    said[id(one)] = type(one).__qualname__
        assert said == {id(kept): "Talkative"}
    finally:
        rig.close()
