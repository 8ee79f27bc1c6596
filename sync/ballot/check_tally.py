"""The tally of an archive against its ballots, decryptions against the tally, the result against both."""

from collections.abc import Sequence
from dataclasses import dataclass

from sync.ballot.chain import Contents, Item
from sync.ballot.check_ballots import Cast
from sync.ballot.election import Election
from sync.ballot.group import Element
from sync.ballot.records import ResultRecord, parse
from sync.ballot.refusal import Refusal, RefusalKind, Refused
from sync.ballot.tally import Tally, check_factors, count_votes, read_tally, sum_choices


@dataclass(frozen=True)
class Counted:
    """The tally and the result that the archive states, None where they cannot be read; and every refusal."""

    tally: Tally | None
    result: tuple[int, ...] | None
    refusals: tuple[Refusal, ...]


def check_tally(
    contents: Contents, election: Election | None, trustee_keys: Sequence[Element] | None, cast: Cast
) -> Counted:
    """Check sums, counts, decryptions and result as far as the records before them could be read."""
    refusals: list[Refusal] = []
    tally = _check_sum(contents, election, cast, refusals)
    if election is None or tally is None:
        return Counted(None, None, tuple(refusals))
    factors = _check_partials(contents, election, trustee_keys, tally, refusals)
    result = _check_result(contents, trustee_keys, tally, factors, refusals)
    return Counted(tally, result, tuple(refusals))


def _check_sum(contents: Contents, election: Election | None, cast: Cast, refusals: list[Refusal]) -> Tally | None:
    """What is tallied is what is in the archive: as many ballots, and their product."""
    sizes, sized, encrypted = contents.sizes, contents.sized, contents.encrypted
    if sizes and sized:
        for name, number in (("num_tallied", sizes.num_tallied), ("total_weight", sizes.total_weight)):
            if number != contents.num_ballots:
                detail = f"{name} is {number}, ballots are {contents.num_ballots}"
                refusals.append(Refusal(sized.label, RefusalKind.COUNT, detail))
    if election is None or encrypted is None or sizes is None:
        return None
    try:
        stated = read_tally(election.num_choices, encrypted.data, sizes.num_tallied)
    except Refused as fault:
        refusals.append(fault.at(encrypted.label))
        return None
    # With a ballot that could not be read there is no product to compare; that ballot is refused already.
    if len(cast.facts) == contents.num_ballots:
        product = sum_choices(election.num_choices, (facts.choices for facts in cast.facts))
        if product.sums != stated.sums:
            refusals.append(Refusal(encrypted.label, RefusalKind.TALLY))
    return stated


def _check_partials(
    contents: Contents,
    election: Election,
    trustee_keys: Sequence[Element] | None,
    tally: Tally,
    refusals: list[Refusal],
) -> dict[int, tuple[Element, ...]]:
    """The proven decryption factors of each trustee."""
    factors: dict[int, tuple[Element, ...]] = {}
    seen: set[int] = set()
    for partial in contents.partials if trustee_keys is not None else ():
        owner, item = partial.owner, partial.item
        if trustee_keys is None or owner > len(trustee_keys) or owner in seen:
            refusals.append(Refusal(item.label, RefusalKind.OWNER))
            continue
        seen.add(owner)
        try:
            factors[owner] = check_factors(election.phi, trustee_keys[owner - 1], tally, item.data)
        except Refused as fault:
            refusals.append(fault.at(item.label))
    return factors


def _check_result(
    contents: Contents,
    trustee_keys: Sequence[Element] | None,
    tally: Tally,
    factors: dict[int, tuple[Element, ...]],
    refusals: list[Refusal],
) -> tuple[int, ...] | None:
    """The result is what the proven factors make of the tally, vote for vote."""
    item = contents.result
    if item is None:
        return None
    try:
        stated = _read_result(item, len(tally.sums))
        if sum(stated) != contents.num_ballots:
            detail = f"it counts {sum(stated)} votes, ballots are {contents.num_ballots}"
            refusals.append(Refusal(item.label, RefusalKind.COUNT, detail))
        if trustee_keys is not None:
            owners = {partial.owner for partial in contents.partials}
            _compare(stated, owners, len(trustee_keys), tally, factors)
    except Refused as fault:
        refusals.append(fault.at(item.label))
        return None
    return stated


def _compare(
    stated: tuple[int, ...],
    owners: set[int],
    num_trustees: int,
    tally: Tally,
    factors: dict[int, tuple[Element, ...]],
) -> None:
    if len(owners) < num_trustees:
        raise Refused(RefusalKind.DECRYPTIONS_MISSING)
    # A refused decryption leaves nothing to compare the result with; it is reported already.
    if len(factors) == num_trustees and count_votes(tally, list(factors.values())) != stated:
        raise Refused(RefusalKind.RESULT)


def _read_result(item: Item, num_choices: int) -> tuple[int, ...]:
    (row,) = parse(ResultRecord, item.data).result
    if len(row) != num_choices:
        raise Refused(RefusalKind.SHAPE)
    return tuple(row)
