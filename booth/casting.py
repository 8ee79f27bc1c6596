"""Casting: seals a choice, holds ballot and slip until the voter has decided, and writes each step to the store."""

from collections.abc import Callable, Mapping

from booth.opening import OpenBooth
from booth.provision import label_of, masthead_of, words_of
from booth.session import Effect
from config.errors import DamageError, InputError
from config.package import Package
from config.secret import Choice, Secret
from printer.documents import slip, slip_and_stub
from printer.escpos import Job, render
from printer.profiles import Profile
from sync.ballot.seal import Opening, seal
from sync.ballot.verify import verify_ballot
from sync.mark import new_mark


class Casting:
    """One voter's ballot in hand. After ``wipe`` nothing of it is left here but what the store holds sealed."""

    def __init__(self, package: Package, booth: OpenBooth, profile: Profile) -> None:
        self._package = package
        self._booth = booth
        self._profile = profile
        self._words = words_of(package)[package.manifest.settings.paper_language]
        self._refusals = 0
        self._choice: Choice | None = None
        self._opening: Opening | None = None
        self._job: Job | None = None

    @property
    def choice(self) -> Choice | None:
        """What the voter chose, until it is wiped."""
        return self._choice

    @property
    def job(self) -> Job:
        """Slip and stub as bytes; a reprint is the same job, with the same mark."""
        if self._job is None:
            raise ValueError("nothing is sealed")
        return self._job

    @property
    def refused_before(self) -> bool:
        """This session has refused a slip already: the next refusal ends it."""
        return self._refusals > 0

    def choose(self, choice: Choice) -> None:
        """Takes the voter's touch; nothing is sealed or stored yet."""
        self._choice = choice

    def perform(self, effect: Effect) -> None:
        """One effect of the session's table; durable when it returns."""
        _WRITE[effect](self)

    def wipe(self) -> None:
        """Forgets choice, randomness and mark."""
        if self._opening is not None:
            self._opening.wipe()
        self._choice = self._opening = self._job = None

    def _unlock(self) -> None:
        self.wipe()
        self._refusals = 0
        self._booth.store.unlock()

    def _seal(self) -> None:
        if self._choice is None:
            raise ValueError("nothing is chosen")
        booth, manifest = self._booth, self._package.manifest
        slot = booth.store.free_slot()
        try:
            sealed = seal(booth.setup, booth.credentials[slot], self._choice)
            # A ballot that our own strict verifier refuses must never reach the store or the printer.
            verify_ballot(booth.setup, sealed.ballot)
        except InputError:
            # Without its cause, which may hold what was sealed.
            raise DamageError(
                "This booth cannot seal a ballot that verifies. Do not use it any more; call the district.",
                id="Bilik ini tidak dapat menyegel surat suara yang sah. Jangan dipakai lagi; hubungi kabupaten.",
            ) from None
        mark = new_mark(booth.mark_seed, manifest.ballot.uuid, manifest.place.booth_id, self._choice)
        first = 0 if manifest.blank else 1
        choices = range(first, len(manifest.candidates) + 1)
        ballot = tuple(label_of(self._package, self._words, choice) for choice in choices)
        label = Secret(label_of(self._package, self._words, self._choice.reveal()))
        masthead = masthead_of(self._package)
        if manifest.settings.stub:
            paper = slip_and_stub(masthead, ballot, label, mark, sealed.tracker, self._words)
        else:
            paper = slip(masthead, ballot, label, mark, self._words)
        self._job = render(paper, self._profile)
        self._opening = sealed.opening
        booth.store.seal(slot, sealed.ballot)

    def _refuse(self) -> None:
        self._refusals += 1
        self._booth.store.refuse()

    def _test(self) -> None:
        if self._opening is None:
            raise ValueError("nothing is sealed")
        self._booth.store.test(self._opening.reveal_json())


# By functions and not by bound methods: a circle would keep the keys until Python looks for circles.
_WRITE: Mapping[Effect, Callable[[Casting], None]] = {
    Effect.UNLOCK: Casting._unlock,
    Effect.SEAL: Casting._seal,
    Effect.CAST: lambda it: it._booth.store.cast(),
    Effect.REFUSE: Casting._refuse,
    Effect.END_REFUSED: lambda it: it._booth.store.end_refused(),
    Effect.ABANDON: lambda it: it._booth.store.abandon(),
    Effect.VOID_WITH_PAPER: lambda it: it._booth.store.interrupt(paper=True),
    Effect.VOID_WITHOUT_PAPER: lambda it: it._booth.store.interrupt(paper=False),
    Effect.TEST: Casting._test,
    Effect.FRAGMENT: lambda it: it._booth.store.fragment(),
    Effect.FINISH: lambda it: it._booth.store.finish(),
    Effect.WIPE: lambda it: it.wipe(),
}
