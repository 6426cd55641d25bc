"""Who is here: sessions kept in PostgreSQL, of which a browser holds nothing but a token."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self
from urllib.parse import urlsplit
from uuid import UUID

from contracts.access import AccessRole
from services.chassis.database import Pool, open_pool
from services.chassis.settings import Settings
from services.chassis.tokens import Identity
from services.portal.sealing import digest, new_token, seal, unseal
from services.portal.settings import LoginSettings

GLANCE = timedelta(minutes=1)  # nobody needs to know more exactly when somebody was last seen
ASK_AGAIN = timedelta(minutes=5)  # what was withdrawn ends a session no later than that
KEPT_FOR = "1 day"  # what is over, so that we know whose it was

IDENTITY = "establishment, actor, roles, staff, person"
LIVING = "ended is null and ends > now() and seen + idle > now()"
FIND = f"""
select {IDENTITY}, reason, provider, began, seen, ({LIVING}) as living,
    ended is null as unended, now() - seen > $2 as unseen, now() - asked > $3 as stale
from sessions where digest = $1
"""
BEGIN = f"""
insert into sessions (digest, {IDENTITY}, provider, hint, idle, ends)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, now() + $10::interval)
"""
SWEEP = f"""
delete from sessions where least(ends, seen + idle, coalesce(ended, ends)) + '{KEPT_FOR}' < now();
delete from attempts where began + '{KEPT_FOR}' < now();
delete from askings where asked + '{KEPT_FOR}' < now();
delete from kept_forms where kept + '{KEPT_FOR}' < now()
"""
PEOPLE = """
select establishment, person from sessions where person is not null
union select establishment, substr(actor, 9)::uuid from sessions where actor like 'partner:%'
union select establishment, substr(actor, 9)::uuid from kept_forms where actor like 'partner:%'
union select establishment, person from codes join askings on askings.id = asking
"""
FORGET = (
    "delete from sessions where establishment = $1"
    " and (person = any($2::uuid[]) or actor = any(select 'partner:' || unnest($2::uuid[])))",
    "delete from kept_forms where establishment = $1"
    " and actor = any(select 'partner:' || unnest($2::uuid[]))",
    "delete from codes using askings where askings.id = asking"
    " and establishment = $1 and person = any($2::uuid[])",
)


@dataclass(frozen=True)
class Session:
    """Somebody is here, or was until a while ago."""

    identity: Identity
    provider: str | None
    began: datetime
    seen: datetime
    living: bool
    reason: str | None = None  # why they read what is personal, if they said so
    stale: bool = False  # whether they still may is to be asked again


@dataclass(frozen=True)
class Kept:
    """A form that came too late, as it was sent."""

    path: str
    body: bytes


class Sessions:
    """Begins, finds and ends sessions."""

    pool: Pool

    def __init__(self, settings: Settings, login: LoginSettings) -> None:
        self._url = settings.database_url
        self._login = login

    async def __aenter__(self) -> Self:
        self.pool = await open_pool(self._url, "portal")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.pool.close()

    async def begin(
        self, identity: Identity, before: str | None,
        provider: str | None = None, hint: Mapping[str, str] | None = None,
    ) -> str:  # fmt: skip
        """A session under a new token; what the token before it stood for ends here.

        `hint` is what the provider said that is needed again: only this browser opens it.
        """
        token = new_token()
        idle = self._login.partner_idle if identity.person else self._login.staff_idle
        sealed = seal(token, json.dumps(dict(hint)).encode()) if hint else None
        async with self.pool.acquire() as connection, connection.transaction():
            await connection.execute(
                BEGIN, digest(token), *_columns(identity), provider, sealed, idle,
                self._login.session_life,
            )  # fmt: skip
            if before:
                await self._end(connection, before)
        if before:
            await self._move_kept(before, token, identity)
        return token

    async def of(self, token: str) -> Session | None:
        """Whose token it is; it lives on for being used. What was ended is nobody's."""
        row = await self.pool.fetchrow(FIND, digest(token), GLANCE, ASK_AGAIN)
        if row is None or not row["unended"]:
            return None
        if row["living"] and row["unseen"]:
            seen = "update sessions set seen = now() where digest = $1"
            await self.pool.execute(seen, digest(token))
        told = (row["provider"], row["began"], row["seen"], row["living"], row["reason"],
                row["stale"])  # fmt: skip
        return Session(_identity(row), *told)

    async def confirm(self, token: str, roles: tuple[AccessRole, ...]) -> None:
        """They still may be here, in these roles."""
        await self.pool.execute(
            "update sessions set asked = now(), roles = $2 where digest = $1",
            digest(token), list(roles),
        )  # fmt: skip

    async def state(self, token: str, reason: str | None) -> None:
        """From now on this is why they read what is personal; none: they do not."""
        stating = "update sessions set reason = $2 where digest = $1"
        await self.pool.execute(stating, digest(token), reason)

    async def hint(self, token: str) -> dict[str, str]:
        """What the provider said at the beginning; nothing where it was none."""
        found = await self.pool.fetchval(
            "select hint from sessions where digest = $1", digest(token)
        )
        opened = unseal(token, found) if found else None
        return dict(json.loads(opened)) if opened else {}

    async def end(self, token: str) -> None:
        async with self.pool.acquire() as connection:
            await self._end(connection, token)

    async def end_all(self, establishment: str, actor: str) -> None:
        """Every session of one person, wherever it was begun."""
        await self.pool.execute(
            "update sessions set ended = now(), hint = null"
            " where establishment = $1 and actor = $2 and ended is null",
            establishment, actor,
        )  # fmt: skip

    async def sweep(self) -> None:
        """What has been over for a day is forgotten."""
        await self.pool.execute(SWEEP)

    async def people(self) -> set[tuple[str, UUID]]:
        """Of which partners anything is here, or of who speaks for them, by establishment."""
        return {(home, person) for home, person in await self.pool.fetch(PEOPLE)}

    async def forget(self, establishment: str, people: Collection[UUID]) -> None:
        """Their sessions are ended, what they typed and their codes and links are gone."""
        async with self.pool.acquire() as connection, connection.transaction():
            for statement in FORGET:
                await connection.execute(statement, establishment, list(people))

    async def of_one(self, identity: Identity, token: str) -> list[dict[str, Any]]:
        """Somebody's living sessions, the latest first; `here` is the one that asks."""
        rows = await self.pool.fetch(
            f"select provider, began, seen, digest = $3 as here from sessions"
            f" where establishment = $1 and actor = $2 and {LIVING} order by seen desc",
            identity.establishment, identity.actor, digest(token),
        )  # fmt: skip
        return [dict(row) for row in rows]

    async def keep_form(self, token: str, identity: Identity, path: str, body: bytes) -> None:
        """What somebody had typed, for them alone, until they have signed in again."""
        await self.pool.execute(
            "insert into kept_forms (browser, establishment, actor, path, sealed)"
            " values ($1, $2, $3, $4, $5) on conflict (browser) do update"
            " set path = excluded.path, sealed = excluded.sealed, kept = now(),"
            " establishment = excluded.establishment, actor = excluded.actor",
            digest(token), identity.establishment, identity.actor, path, seal(token, body),
        )  # fmt: skip

    async def has_form(self, token: str) -> bool:
        asked = "select true from kept_forms where browser = $1"
        return bool(await self.pool.fetchval(asked, digest(token)))

    async def take_form(self, token: str, identity: Identity) -> Kept | None:
        """Given once, and to nobody else."""
        row = await self.pool.fetchrow(
            "delete from kept_forms where browser = $1 and establishment = $2 and actor = $3"
            " returning path, sealed",
            digest(token), identity.establishment, identity.actor,
        )  # fmt: skip
        body = unseal(token, row["sealed"]) if row else None
        return Kept(row["path"], body) if row and body is not None else None

    async def _move_kept(self, before: str, token: str, identity: Identity) -> None:
        if kept := await self.take_form(before, identity):
            await self.keep_form(token, identity, kept.path, kept.body)
        await self.pool.execute("delete from kept_forms where browser = $1", digest(before))

    async def _end(self, connection: Any, token: str) -> None:
        await connection.execute(
            "update sessions set ended = now(), hint = null where digest = $1 and ended is null",
            digest(token),
        )  # fmt: skip


def _columns(who: Identity) -> tuple[str, str, list[str], UUID | None, UUID | None]:
    return who.establishment, who.actor, [str(role) for role in who.roles], who.staff, who.person


def _identity(row: Any) -> Identity:
    roles = tuple(map(AccessRole, row["roles"]))
    return Identity(row["establishment"], row["actor"], roles, row["person"], row["staff"])


def path_of_ours(said: str) -> str:
    """Where to go after signing in: a path of this site, or else the first page."""
    parts = urlsplit(said)
    odd = "\\" in said or any(ord(letter) <= 32 for letter in said)
    ours = said.startswith("/") and not said.startswith("//") and not parts.netloc
    return said if ours and not parts.scheme and not odd else "/"
