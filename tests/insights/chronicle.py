"""Facts in their envelopes, in the ledger, as the services would have brought them there."""

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from contracts.envelope import Envelope, Fact
from services.ledger.book import Book

BEGINNING = datetime(2026, 9, 1, 14, tzinfo=UTC)
NORTH = "north"


class Chronicle:
    """Writes one fact a minute, for any stream of any service."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.last: Envelope
        self._versions: Counter[UUID] = Counter()
        self._written = 0

    def tell(
        self,
        stream: UUID,
        *facts: Fact,
        establishment: str = NORTH,
        time: datetime | None = None,
        precision: str | None = None,
        channel: str = "http",
        cause: UUID | None = None,
    ) -> "Chronicle":
        for fact in facts:
            self._versions[stream] += 1
            moment = BEGINNING + timedelta(minutes=len(self.envelopes))
            self.last = Envelope(
                id=uuid4(),
                type=fact.type,
                source=fact.type.partition(".")[0],
                subject=stream,
                time=time or moment,
                precision=precision,
                recordedtime=moment,
                establishment=establishment,
                version=self._versions[stream],
                actor="marie",
                channel=channel,
                correlationid=uuid4(),
                causationid=cause,
                persons=" ".join(sorted(map(str, fact.persons()))),
                data=fact.model_dump(mode="json"),
            )
            self.envelopes.append(self.last)
        return self

    @property
    def bodies(self) -> list[bytes]:
        return [envelope.write() for envelope in self.envelopes]

    async def enter(self, book: Book) -> None:
        """Bring what is new into the ledger, in this order."""
        places: dict[str, int] = defaultdict(int)
        for number, envelope in enumerate(self.envelopes):
            places[envelope.source] += 1
            if number >= self._written:
                place = places[envelope.source] - 1
                await book.place_of(envelope.source)
                await book.enter(envelope.source, place, [envelope.write()])
        self._written = len(self.envelopes)
