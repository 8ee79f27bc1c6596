"""From whatever a booth shows after a mishap to the end of its voter's visit, and of its day where that is wanted."""

from booth.desk.verbs import Act, Place
from tests.torture.aftermath import Aftermath
from tests.torture.deeds import VOTING, agrees, changes_roll, exports
from tests.torture.play import Play


def bring_to_rest(play: Play, goals: tuple[str, ...], *, whole: bool = False) -> str:
    """What people do until the booth stands at a goal (``whole``: has closed); what it told them on the way."""
    after = Aftermath(play, goals)
    goal = after.run()
    if not play.site.desk.state().stick:
        if goal == "Closed":
            # It died before anybody put the stick in: a booth that has closed says that its batch must still go there.
            exports(play)
        else:
            play.site.desk.insert_stick()
    told = [name for name in after.trail if name.startswith("Notice:") or name == "IntoBox"]
    if play.visitor.wants and not play.voted:
        if goal not in VOTING:
            Aftermath(play, VOTING).run()
        # What hangs there was called wrong or void by those who stand there.
        play.put_away(Place.ENVELOPE)
        _votes_again(play)
        told.append("votes")
    if goal != "Closed":
        play.put_away(Place.BOX if play.voted else Place.ENVELOPE)
        if whole:
            Aftermath(play, ("Closed",)).run()
    play.site.clear(Place.DESK)
    return ", ".join(told) or goal


def _votes_again(play: Play) -> None:
    play.site.desk.printer(Act.PLUG)
    play.staff.officer.unlocks(play.site)
    if play.visitor.chooses(play.site).view == "PrintTrouble":
        changes_roll(play)
    agrees(play)
