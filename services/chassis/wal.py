"""Whether PostgreSQL's log still leaves for where it is kept: what stays fills the disk, and is in
no backup."""

from __future__ import annotations

from typing import NamedTuple

from services.chassis.database import Pool
from services.chassis.metrics import Figure

LEAVING = """
select coalesce((
    select extract(epoch from now() - coalesce(last_archived_time, stats_reset))
    from pg_stat_archiver where last_failed_time > coalesce(last_archived_time, '-infinity')
), 0)::float8, count(*) filter (where not active),
coalesce(max(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)), 0)::bigint
from pg_replication_slots
"""


class Leaving(NamedTuple):
    """For how many seconds the next piece could not be put aside (0: it could); how many slots
    wait for somebody who does not come; and how many bytes are kept for the slowest."""

    stuck: float
    slots: int
    held: int


async def leaving(pool: Pool) -> Leaving:
    """Of the server that this service's tables are on."""
    return Leaving(*(await pool.fetchrow(LEAVING) or (0.0, 0, 0)))


async def of_wal(service: str, pool: Pool) -> list[Figure]:
    """The same in figures; services that share a server say the same."""
    label, told = {"service": service}, await leaving(pool)
    return [
        Figure("tandem_wal_stuck_seconds", label, told.stuck),
        Figure("tandem_wal_slots_idle", label, told.slots),
        Figure("tandem_wal_held_bytes", label, told.held),
    ]
