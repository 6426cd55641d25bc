"""What keeps a register from coming in or going out."""


class Interrupted(Exception):
    """Tandem ne répond plus. Relancez la même commande : rien ne sera doublé."""

    def __str__(self) -> str:
        return str(self.__doc__)


class NotWritten(Exception):
    """A file cannot be written where it was asked for; the message says why."""
