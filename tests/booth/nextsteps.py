"""What people would do next at a booth, as far as its tables know: what leads on, and what goes wrong on the way."""

from collections.abc import Callable, Iterator
from functools import partial

from booth import asks, polls, session
from booth.asking import NoPinFor, PinFor
from booth.asks import Ask, Leave
from booth.events import Button, Chosen, NumbersTyped, PinTyped, Touched
from booth.polls import Polls
from booth.session import Session
from config.cards.role import Role
from config.secret import Choice, Pin
from printer.faults import Fault
from tests.booth.desks import People
from tests.booth.hand import HandBooth

Step = Callable[[], object]


def next_steps(booth: HandBooth, people: People) -> Iterator[Step]:
    """At least one; every entry of the tables that a touch, card, print or silence can bring about is among them."""
    runner = booth.runner
    voting = runner._polls is Polls.OPEN
    asked = runner._facts.asked
    if not runner._worker._work.empty():
        yield booth.finish_work
        yield booth.finish_work
        yield partial(booth.finish_work, Fault.NO_PAPER)
        return
    if isinstance(asked, PinFor | NoPinFor):
        if isinstance(asked, PinFor) and booth.card is not None:
            yield partial(booth.touch, PinTyped(Pin(booth.pins[booth.card])))
        yield partial(booth.touch, Touched(Button.CANCEL))
        yield booth.pull_card
        return
    ask = asks.SESSION.get(runner._session) if voting else asks.POLLS.get(runner._polls)
    machine, state = (session, runner._session) if voting else (polls, runner._polls)
    names = {event.name for event in machine.events_of(state)}
    yield from (partial(booth.touch, Touched(button)) for button in Button if button.name in names)
    if isinstance(ask, Ask):
        for role, cards in ((Role.OFFICERS, people.officers), (Role.COMMITTEE, people.committee)):
            if role in ask.roles:
                yield from (partial(booth.show, card) for card in cards)
    if isinstance(ask, Leave):
        yield partial(_leave, booth)
    if voting:
        yield from _of_session(booth, runner._session)
    else:
        yield partial(_look_around, booth)
        if state in (Polls.CLOSE_ATTENDANCE, Polls.TAKEOVER_ATTENDANCE):
            yield partial(booth.touch, NumbersTyped(10, 1))


def _of_session(booth: HandBooth, state: Session) -> Iterator[Step]:
    if state is Session.IDLE:
        yield partial(booth.touch, Touched(Button.OFFICER))
        yield partial(_look_around, booth)
    if state is Session.CHOOSING:
        yield from (partial(booth.touch, Chosen(Choice(place))) for place in (0, 1, 2))
    if session.Event.SILENT in session.events_of(state):
        yield partial(booth.wait, 601 if state is Session.PRINT_TROUBLE else 2)


def _leave(booth: HandBooth) -> None:
    booth.pull_card()
    booth.tick()


def _look_around(booth: HandBooth) -> None:
    booth.wait_for_stick()
    booth.tick(1.1)
    booth.finish_work()
