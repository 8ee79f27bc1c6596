"""A disk that is full, read-only or answers with errors: the booth stops, says so, goes on when it is mended."""

from pathlib import Path

import pytest

from tests.torture import states
from tests.torture.failing import FAILURES, MOMENTS
from tests.torture.ground import Ground
from tests.torture.inspection import inspect
from tests.torture.play import Play
from tests.torture.rest import bring_to_rest
from tests.torture.scene import Scene
from tests.torture.shim import Shim

CASES = [
    (moment, failure)
    for moment in MOMENTS
    for failure in FAILURES
    if MOMENTS[moment].decides or failure in ("full", "read-only")
]


@pytest.mark.parametrize(("moment", "failure"), CASES, ids=[f"{failure}, {moment}" for moment, failure in CASES])
def test_it_stops_and_goes_on_when_the_disk_is_mended(
    moment: str, failure: str, library: Path, ground: Ground, kept: Path, tmp_path: Path
) -> None:
    at, fails = MOMENTS[moment], FAILURES[failure]
    state = None if at.blank else kept / states.OPEN
    with Scene(ground, tmp_path / "scene", state, stick_in=not at.blank, library=library) as scene:
        play = Play(scene, at.visitor(1), () if at.blank else states.EARLIER)
        shim = Shim(library, tmp_path / "control", scene.watched())
        play.start(shim)
        at.to_start(play)
        fails.befall(shim)
        at.act(play)
        play.site.robot.wait_until(
            lambda seen: seen.name in at.shows and any(said in seen.refused for said in at.says), "what is wrong"
        )
        assert shim.hits
        assert scene.alive
        if play.site.desk.state().card:
            play.site.desk.remove_card()
            play.site.robot.wait_until(lambda seen: not seen.card, "the card being missed")
        shim.tell()
        bring_to_rest(play, at.goals)
        assert scene.stop() == 0
        assert inspect(play, whole=False) == []
