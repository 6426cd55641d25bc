"""A ledger of any size: the same life of 24 facts, told of somebody else each time.

Of 200 establishments the second is half as large as the first, the third a third.
"""

import random
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import UUID

from services.chassis.appending import moment, written
from services.ledger.book import Book
from tests.insights.life import PERSON, a_whole_life

AT_ONCE = 200  # lives
HOMES = 200
BEGINNING = datetime(2026, 9, 1, 14, tzinfo=UTC)
OURS = "5eed0000-0000-4000-8000-"
MADE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
HAPPENED = re.compile(r'"time":"[^"]+"')


class Lives:
    """Of each service in its order; one begins every minute."""

    def __init__(self) -> None:
        told = a_whole_life().envelopes
        self.facts = len(told)
        unheard = [one.model_copy(update={"recordedtime": None}) for one in told]
        self._like = [(one.source, _pattern(written(one.source, one).body)) for one in unheard]
        self._dice = random.Random(7)
        self._names = [f"home-{number}" for number in range(HOMES)]
        self._shares = [1 / (number + 1) for number in range(HOMES)]
        self._positions: Counter[str] = Counter()
        self.homes: list[str] = []  # of each life

    def next(self, count: int) -> dict[str, list[bytes]]:
        """As each service would announce them."""
        made: dict[str, list[bytes]] = {source: [] for source, _ in self._like}
        for home in self._dice.choices(self._names, self._shares, k=count):
            life = len(self.homes)
            said = {"who": self.whose(life), "home": home, "now": moment(self.day(life)).decode()}
            for place, (source, like) in enumerate(self._like):
                self._positions[source] += 1
                said["id"] = f"{life:08x}-{place:04x}-4000-b000-000000000001"
                body = like.format(position=self._positions[source], **said)
                made[source].append(body.encode())
            self.homes.append(home)
        return made

    async def enter(self, book: Book, size: int) -> int:
        """Through the ledger's own door, until it has so many facts; says how many came."""
        entered = 0
        while len(self.homes) * self.facts < size:
            for source, bodies in self.next(AT_ONCE).items():
                await book.enter(source, await book.place_of(source), bodies)
                entered += len(bodies)
        await book.pool.execute("analyze entries, stories, nodes")
        return entered

    @staticmethod
    def whose(life: int) -> str:
        return f"5eed{life >> 16:04x}-{life & 0xFFFF:04x}-4000-8000-"

    @staticmethod
    def person(life: int) -> UUID:
        return UUID(Lives.whose(life) + str(PERSON)[24:])

    @staticmethod
    def day(life: int) -> datetime:
        """When it happened, all of it."""
        return BEGINNING + timedelta(minutes=life)


def _pattern(body: bytes) -> str:
    """Whose life, where, and which fact it is are still to be said."""
    like = body.decode().replace("{", "{{").replace("}", "}}").replace(OURS, "{who}")
    like = HAPPENED.sub('"time":"{now}"', MADE.sub("{id}", like)).replace(
        '"establishment":"north"', '"establishment":"{home}"'
    )
    return '{{"recordedtime":"{now}","position":{position},' + like[2:]
