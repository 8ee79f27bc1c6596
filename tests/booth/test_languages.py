"""An election whose first language is not a whole one: voters' screens speak it, officers and paper need another."""

import pytest

from booth.comfort import Comfort
from booth.events import Button, ComfortTouched
from booth.views import Choosing, WaitingForCard
from tests.booth.conftest import QUICK
from tests.booth.rig import Rig
from tests.district.election import changed_sample, district, prepared


@pytest.fixture
def rig(tmp_path):
    source = changed_sample(tmp_path / "source", languages=["jv", "id"], **QUICK)
    rig = Rig(prepared(tmp_path / "made", source), tmp_path / "desk")
    yield rig
    rig.close()


def test_a_day_in_javanese(rig, tmp_path):
    rig.open()
    rig.unlock()
    assert rig.frame.comfort.language == "jv"
    assert list(rig.frame.look.words) == ["jv", "id"]
    assert rig.frame.look.words["jv"]("button.yes") == "Inggih"
    rig.touch(ComfortTouched(Comfort("id")))
    rig.see(Choosing)
    rig.until(lambda: rig.frame.comfort.language == "id")
    rig.choose(0)
    rig.tap(Button.RIGHT)
    rig.see(WaitingForCard)
    rig.vote(2)
    _, closed = rig.close_polls(attended=2)
    assert closed.result[0] == ("SUARA KOSONG", 1)
    rig.restart()
    rig.until(lambda: getattr(rig.frame.view, "result", None) == closed.result)
    done = district("import", tmp_path / "made" / "workspace", rig.stick)
    assert done.returncode == 0, done.stdout
