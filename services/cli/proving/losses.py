"""What services have said to be lost everywhere: no promise is broken by it, and it is told."""

from __future__ import annotations

from datetime import datetime

import orjson

from contracts import ANNOUNCING
from services.chassis.database import connect
from services.chassis.losing import losses_of
from services.chassis.moments import HERE

LOST = """
select establishment, source, body from ledger.trees
join ledger.entries using (establishment)
where entries.stream = any($1::uuid[]) order by establishment, sequence
"""


async def losses(url: str) -> dict[str, list[str]]:
    """By establishment, a sentence for each loss; `url` leads to the ledger's database."""
    connection = await connect(url, "ledger")
    try:
        rows = await connection.fetch(LOST, [losses_of(one) for one in ANNOUNCING])
    finally:
        await connection.close()
    told: dict[str, dict[str, None]] = {}
    for establishment, source, body in rows:
        said = orjson.loads(body)
        lost, at = said["data"], datetime.fromisoformat(said["recordedtime"]).astimezone(HERE)
        words = (
            f"Les étapes {lost['first']} à {lost['last']} de {source} sont perdues partout :"
            f" {source} l’a dit le {at:%Y-%m-%d à %H:%M}."
        )
        told.setdefault(establishment, {}).setdefault(words)
    return {home: list(words) for home, words in told.items()}
