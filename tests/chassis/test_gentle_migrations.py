"""Migrations are applied while the release before works: they add, and say where somebody waits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from services.chassis.migrating import scripts_of
from services.provisioning import KEEPS

NAME = r'(?:only )?(?:if exists )?"?([a-z_]+)"?'
ALTER = rf"alter table {NAME} [^;]*?"
MADE = re.compile(r"\bcreate table (?:if not exists )?\"?([a-z_]+)")
# Others wait while a table is written anew, read through, or changed row by row: `-- waits: why`.
WAITS = {
    "adds an index": rf"\bcreate (?:unique )?index \S+ on {NAME}",
    "writes a table anew": rf"{ALTER}alter (?:column )?\S+ (?:set data )?type ",
    "reads through a table": rf"{ALTER}(?:set not null|add (?:constraint|check|foreign|primary))",
    "fills a table": rf"{ALTER}default (?:gen_random_uuid|random|clock_timestamp|nextval)",
    "changes rows": rf"(?:^|;)\s*(?:update|delete from|insert into) {NAME}",
}
# What the release before still needs goes one release later: `-- contract: since when nobody does`.
TAKES = {
    "takes a table away": rf"\bdrop table {NAME}",
    "takes a column away": rf"{ALTER}drop (?:column )?(?!constraint|not null|default)",
    "gives another name": rf"{ALTER}rename ",
    "asks what nobody gives": rf"{ALTER}add column (?:(?!default)[^;,])*not null(?![^;,]*default)",
}
SAID = {"waits": WAITS, "contract": TAKES}
# Of before the first release: they are applied to what is empty, and are frozen by their digests.
BEFORE = frozenset({
    "deciding/0003_streams_of_one", "deciding/0004_held_back_of_one",
    "projecting/0004_streams_of_one", "directory/0206_turns", "intake/0001_contacts",
    "naming/0001_named", "recruitment/0001_shortlists", "accompaniment/0001_contacts",
    "vault/0002_in_full", "vault/0003_destroying", "vault/0102_sources", "ledger/0002_proofs",
    "ledger/0003_replay", "projecting/0003_one_way_in",
})  # fmt: skip
ALL = {one.name: one for service, kinds in KEEPS.items() for one in scripts_of(service, kinds)}


class Harm(NamedTuple):
    """What a script does to a table that was there before it, without saying so."""

    what: str
    table: str


def harms(sql: str) -> Iterator[Harm]:
    bodies = re.compile(r"create (?:or replace )?function.*?(\$[a-z]*\$).*?\1", re.DOTALL)
    said = re.sub(r"--[^\n]*", "", bodies.sub("", sql.lower()))
    statements, made = re.sub(r"\s+", " ", said), set[str]()
    made.update(MADE.findall(statements))
    for word, kinds in SAID.items():
        if not re.search(rf"^-- {word}: \S", sql, re.MULTILINE):
            for what, pattern in kinds.items():
                found = {one[1] for one in re.finditer(pattern, statements)} - made
                yield from (Harm(what, table) for table in sorted(found))


@pytest.mark.parametrize("name", ALL)
def test_a_migration_lets_the_release_before_it_work_on(name: str) -> None:
    assert name in BEFORE or list(harms(ALL[name].sql)) == []


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("create index on_time on events (time);", "adds an index"),
        ("alter table events alter column time type date;", "writes a table anew"),
        ("alter table events\n    alter time set not null;", "reads through a table"),
        ("alter table events add check (version > 0);", "reads through a table"),
        ("alter table events add column key uuid default gen_random_uuid();", "fills a table"),
        ("update events set time = now();", "changes rows"),
        ("drop table events;", "takes a table away"),
        ("alter table events drop column time;", "takes a column away"),
        ("alter table events rename to facts;", "gives another name"),
        ("alter table events add column key uuid not null;", "asks what nobody gives"),
    ],
)
def test_what_makes_others_wait_or_fail_is_found_unless_it_is_said(
    statement: str, what: str
) -> None:
    assert list(harms(statement)) == [Harm(what, "events")]
    assert list(harms(f"-- waits: a second.\n-- contract: unread since 0.2.\n{statement}")) == []


@pytest.mark.parametrize(
    "statement",
    [
        "create table one (id uuid not null); create index one_by_id on one (id);",
        "alter table events add column key uuid, add column kind text not null default '';",
        "create function renew() returns void language sql as $$ update events set a = 1; $$;",
        "grant select, update, delete on events to somebody;",
        "alter table events drop constraint positive, alter column time drop not null;",
    ],
)
def test_what_only_adds_needs_no_word(statement: str) -> None:
    assert list(harms(statement)) == []
