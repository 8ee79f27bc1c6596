"""Values that may never be shown: a choice, a PIN, a key, randomness."""

from typing import Generic, NoReturn, TypeVar

T = TypeVar("T")


class Secret(Generic[T]):
    """Holds a value that cannot be printed, formatted, compared, hashed, pickled or copied by accident.

    The only way out is ``reveal()``; who calls it answers for where the value goes.
    """

    __slots__ = ("__value",)

    def __init__(self, value: T) -> None:
        self.__value = value

    def reveal(self) -> T:
        """The value itself."""
        return self.__value

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __format__(self, spec: str) -> NoReturn:
        raise TypeError(f"a {type(self).__name__} is not written into text")

    def __str__(self) -> NoReturn:
        raise TypeError(f"a {type(self).__name__} is not written into text")

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError(f"a {type(self).__name__} is not stored or copied")

    def __eq__(self, other: object) -> NoReturn:
        raise TypeError(f"a {type(self).__name__} is not compared; reveal it where that is safe")

    __hash__ = None  # type: ignore[assignment]


class Pin(Secret[str]):
    """A card's PIN: six digits, as typed."""

    __slots__ = ()


class Puk(Secret[str]):
    """A card's unblocking key: eight digits, kept by the district."""

    __slots__ = ()


class Choice(Secret[int]):
    """A voter's choice: 0 is blank, i is the candidate at place i (from 1) of the election's list."""

    __slots__ = ()


class Key(Secret[bytes]):
    """A private or symmetric key, raw bytes."""

    __slots__ = ()
