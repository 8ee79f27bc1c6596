"""The root error: whose fault it is, and a sentence with a next step in both languages."""


class BilikError(Exception):
    """Something that a person must be told; ``str()`` is the English sentence, ``.id`` the Indonesian one.

    Both say what is wrong and what to do next. Neither may hold a choice, a PIN, a key or randomness.
    """

    def __init__(self, en: str, *, id: str) -> None:  # noqa: A002 -- the language's own code
        super().__init__(en)
        self.en = en
        self.id = id

    def __reduce__(self) -> tuple[object, ...]:
        """So that it travels between processes, whatever its own constructor takes."""
        return _again, (type(self), self.en), self.__dict__


class InputError(BilikError):
    """A file, package, batch or typed value is not what it must be."""


class OperatorError(BilikError):
    """A person used a command or a card in a way that is refused; nothing has changed."""


class DeviceError(BilikError):
    """A printer, card, stick, disk or clock did not do its part."""


class DamageError(BilikError):
    """What we stored ourselves does not verify any more: the booth quarantines itself."""


def _again(kind: type[BilikError], en: str) -> BilikError:
    return kind.__new__(kind, en)
