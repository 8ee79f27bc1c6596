"""What the card remembers only while it is powered, and one word for each thing it wants to know about itself."""

from dataclasses import dataclass

from config.cards.virtual.card import CardMemory, Profile


@dataclass
class Session:
    """From power on to power off."""

    memory: CardMemory
    selected: bool = False
    pin_shown: bool = False
    pin_fresh: bool = False
    """The PIN was verified by the command directly before this one."""
    managed: bool = False
    """Who speaks has shown the management key."""
    awaited: bytes | None = None
    """Answer that the management key's holder still owes to a challenge."""

    @property
    def yubico(self) -> bool:
        """The card has its maker's own commands."""
        return self.memory.record.profile is Profile.YUBICO

    def forget(self) -> None:
        """All security status is lost."""
        self.pin_shown = self.pin_fresh = self.managed = False
        self.awaited = None

    def power_off(self) -> None:
        """Nothing is left but the memory."""
        self.forget()
        self.selected = False
