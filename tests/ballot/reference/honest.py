"""Archives that are unlike the first one and just as good: both verifiers must accept them."""

from tests.ballot.reference.kinds import Expect, Kinds, noted
from tests.ballot.reference.maker import Made, Maker, closed, settle, tar, tar_of
from tests.ballot.reference.mutate_records import relink

KINDS: Kinds = {}


@noted(KINDS, "honest: as it was", Expect.ACCEPTED)
def _(made: Made, maker: Maker) -> bytes:
    return made.archive()


@noted(KINDS, "honest: without its last events", Expect.ACCEPTED)
def _(made: Made, maker: Maker) -> bytes:
    """Without a result, then without one or both partial decryptions: a committee that has not come yet."""
    chain = made.records()
    ends = [number for number, record in enumerate(chain, start=1) if record.event][-4:]
    return tar(settle(chain)[: maker.random.choice(ends)], made.timestamp)


@noted(KINDS, "honest: ballots in another order", Expect.ACCEPTED)
def _(made: Made, maker: Maker) -> bytes:
    maker.random.shuffle(made.ballots)
    return made.archive()


@noted(KINDS, "honest: a ballot less, everywhere", Expect.ACCEPTED)
def _(made: Made, maker: Maker) -> bytes:
    del made.ballots[0], made.spent[0]
    return closed(made, maker)


@noted(KINDS, "honest: no ballots at all", Expect.ACCEPTED)
def _(made: Made, maker: Maker) -> bytes:
    made.ballots.clear()
    made.spent.clear()
    return closed(made, maker)


@noted(KINDS, "honest: one ballot more", Expect.ACCEPTED)
def _(made: Made, maker: Maker) -> bytes:
    maker.cast(made, maker.random.randrange(made.choices))
    return closed(made, maker)


@noted(KINDS, "honest: a larger pool", Expect.ACCEPTED)
def _(made: Made, maker: Maker) -> bytes:
    made.credentials.insert(maker.random.randrange(len(made.credentials)), maker.element())
    return made.archive()


@noted(KINDS, "honest: a pool in another order", Expect.ACCEPTED)
def _(made: Made, maker: Maker) -> bytes:
    maker.random.shuffle(made.credentials)
    return made.archive()


@noted(KINDS, "honest: weights of one spelled out", Expect.ACCEPTED)
def _(made: Made, maker: Maker) -> bytes:
    made.credentials = [text + maker.random.choice(["", ",1", ",1,Wayan", ",,Wayan"]) for text in made.credentials]
    return made.archive()


@noted(KINDS, "honest: another time", Expect.ACCEPTED)
def _(made: Made, maker: Maker) -> bytes:
    made.timestamp = maker.random.randrange(2**33)
    return made.archive()


@noted(KINDS, "honest: possession proven again", Expect.ACCEPTED)
def _(made: Made, maker: Maker) -> bytes:
    made.trustees = [["Single", maker.trustee(x)] for x in made.trustee_secrets]
    return made.archive()


@noted(KINDS, "honest: trustees change numbers", Expect.ACCEPTED)
def _(made: Made, maker: Maker) -> bytes:
    made.trustees.reverse()
    made.partials.reverse()
    return made.archive()


@noted(KINDS, "honest: the second trustee comes first", Expect.ACCEPTED)
def _(made: Made, maker: Maker) -> bytes:
    chain = made.records()
    chain[-8:-2] = chain[-5:-2] + chain[-8:-5]
    return tar_of(relink(chain)[: maker.random.choice([-5, -2, len(chain)])], made)


@noted(KINDS, "honest: nobody named as administrator", Expect.ACCEPTED)
def _(made: Made, maker: Maker) -> bytes:
    made.election.pop("administrator")
    if maker.random.random() < 0.5:
        made.election.pop("credential_authority")
    made.ballots, made.spent = [], []
    maker.cast(made, 1)
    return closed(made, maker)


@noted(KINDS, "honest: texts as long as they may be, or empty", Expect.ACCEPTED)
def _(made: Made, maker: Maker) -> bytes:
    for name in ("name", "description", "administrator", "credential_authority"):
        made.election[name] = "x" * maker.random.choice([0, 1, 999, 1000])
    made.ballots, made.spent = [], []
    return closed(made, maker)


@noted(KINDS, "honest: three trustees", Expect.ACCEPTED)
def _(made: Made, maker: Maker) -> bytes:
    return maker.whole_election(["Made", "Wayan"], [0, 1], blank=False, trustees=3).archive()


@noted(KINDS, "honest: one trustee, five names", Expect.ACCEPTED)
def _(made: Made, maker: Maker) -> bytes:
    return maker.whole_election(["A", "B", "C", "D", "E"], [0, 5], blank=True, trustees=1).archive()


@noted(KINDS, "honest: names with every kind of letter", Expect.ACCEPTED)
def _(made: Made, maker: Maker) -> bytes:
    names = ['H. "Bang" Ali', "ꦱꦶꦠꦶ / \\ é 🗳", "Tab\there, line\nhere, bell \x07"]
    return maker.whole_election(names[: maker.random.randrange(2, 4)], [0, 1], blank=False).archive()
