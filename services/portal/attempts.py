"""Those on their way to a provider and back: one use each, ten minutes, in the same browser."""

from __future__ import annotations

from services.portal.providers import Attempt
from services.portal.sealing import digest
from services.portal.sessions import Sessions

REMEMBER = """
insert into attempts (digest, browser, establishment, provider, nonce, verifier, back)
values ($1, $2, $3, $4, $5, $6, $7)
"""
RECALL = """
delete from attempts where digest = $1 and browser = $2 and establishment = $3 and provider = $4
returning nonce, verifier, back, began > now() - interval '10 minutes' as fresh
"""


class Attempts:
    """What is remembered of them, in the portal's own tables."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def remember(
        self, attempt: Attempt, browser: str, establishment: str, provider: str, back: str
    ) -> None:
        await self._sessions.pool.execute(
            REMEMBER, digest(attempt.state), digest(browser), establishment, provider,
            attempt.nonce, attempt.verifier, back,
        )  # fmt: skip

    async def recall(
        self, state: str, browser: str, establishment: str, provider: str
    ) -> tuple[Attempt, str] | None:
        """The attempt, once, and where it was to lead; None for any other browser or door."""
        asked = digest(state), digest(browser), establishment, provider
        row = await self._sessions.pool.fetchrow(RECALL, *asked)
        if row is None or not row["fresh"]:
            return None
        return Attempt(state, row["nonce"], row["verifier"]), row["back"]
