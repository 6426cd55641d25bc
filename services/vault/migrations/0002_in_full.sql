-- Who kept each value: a newer one never takes the place of an older one, it stands beside it.
alter table kept add column kept_by text, add column kept_for text, add column kept_as text;
grant delete on kept to :"service";

-- Values kept for a fact that may never come, until its service has said that it did.
-- Nothing personal stands here: one sweep looks after every establishment's.
create table claims (
    establishment text not null,
    claim uuid not null,
    service text not null, -- whose fact it is
    refs uuid[] not null,
    since timestamptz not null default now(),
    doubted timestamptz, -- when that service last did not know it
    primary key (claim, establishment)
);
create index claims_of_service on claims (service, since);
create index claims_doubted on claims (establishment, claim) where doubted is not null;

-- The latest value of what people are sorted, filtered and looked up by.
create table cards (
    establishment text not null,
    subject uuid not null,
    field text not null,
    number bigint not null,
    sort text collate "C" not null,
    contact text, -- an address or a number as it is compared
    primary key (establishment, subject, field)
);
create index cards_in_order on cards (establishment, field, sort, subject);
create index cards_by_contact on cards (establishment, contact) where contact is not null;

-- Two references that a person found to be of one person.
create table aliases (
    establishment text not null,
    subject uuid not null,
    same_as uuid not null,
    primary key (establishment, subject)
);
create index aliases_of on aliases (establishment, same_as);
create table duplicates (
    id uuid primary key,
    establishment text not null,
    one uuid not null,
    other uuid not null,
    score int not null,
    why text[] not null,
    found_at timestamptz not null default now(),
    same boolean, -- as a person decided; none yet
    kept uuid,
    decided_by text,
    decided_at timestamptz,
    unique (establishment, one, other)
);
create index duplicates_open on duplicates (establishment, score desc, id) where same is null;

-- Who was erased, so that nothing brings them back; their keys are known by a keyed digest alone.
create table erased (
    establishment text not null,
    subject uuid not null,
    at timestamptz not null default now(),
    primary key (establishment, subject)
);
create table erased_keys (
    establishment text not null,
    kind text not null,
    digest bytea not null,
    at timestamptz not null default now(),
    primary key (establishment, kind, digest)
);
grant delete on keys to :"service";

-- What an establishment has decided of its purposes and retention rules; the last counts.
create table schedule (
    number bigint generated always as identity primary key,
    establishment text not null,
    kind text not null,
    code text not null,
    said jsonb not null,
    decided_by text not null,
    decided_at timestamptz not null default now()
);
create index schedule_of on schedule (establishment, kind, code, number);

-- Whose files are somebody's to read, as their service says.
create table caseloads (
    establishment text not null,
    actor text not null,
    subject uuid not null,
    since timestamptz not null default now(),
    until timestamptz,
    primary key (establishment, actor, subject, since)
);
create index kept_by_whom on kept (establishment, kept_by, subject) where kept_by is not null;

-- The journal: bytes of one reading each, its place without a gap, and its leaf of the tree.
create table journal (
    establishment text not null,
    sequence bigint not null,
    at timestamptz not null,
    actor text not null,
    role text,
    purpose text not null,
    asked text not null,
    whole boolean not null, -- more than names
    own boolean not null,
    refused boolean not null,
    subjects uuid[] not null,
    body bytea, -- none: let go after its time
    leaf bytea not null,
    primary key (establishment, sequence)
);
create index journal_in_time on journal (establishment, at);
create index journal_of_actor on journal (establishment, actor, sequence);
create index journal_of_subject on journal using gin (subjects);
create table journal_trees (
    establishment text primary key,
    size bigint not null,
    frontier bytea[] not null
);
revoke insert on readings from :"service"; -- closed: the journal goes on from here

grant select, insert, update, delete on claims, cards, aliases to :"service";
grant select, insert, update on duplicates, caseloads, journal_trees to :"service";
grant select, insert on schedule, journal, erased, erased_keys to :"service";

alter table cards enable row level security;
alter table aliases enable row level security;
alter table duplicates enable row level security;
alter table erased enable row level security;
alter table erased_keys enable row level security;
alter table schedule enable row level security;
alter table caseloads enable row level security;
alter table journal enable row level security;
alter table journal_trees enable row level security;
create policy of_one_establishment on cards to :"service"
using (establishment = (select tenant())) with check (establishment = (select tenant()));
create policy of_one_establishment on aliases to :"service"
using (establishment = (select tenant())) with check (establishment = (select tenant()));
create policy of_one_establishment on duplicates to :"service"
using (establishment = (select tenant())) with check (establishment = (select tenant()));
create policy of_one_establishment on erased to :"service"
using (establishment = (select tenant())) with check (establishment = (select tenant()));
create policy of_one_establishment on erased_keys to :"service"
using (establishment = (select tenant())) with check (establishment = (select tenant()));
create policy of_one_establishment on schedule to :"service"
using (establishment = (select tenant())) with check (establishment = (select tenant()));
create policy of_one_establishment on caseloads to :"service"
using (establishment = (select tenant())) with check (establishment = (select tenant()));
create policy of_one_establishment on journal to :"service"
using (establishment = (select tenant())) with check (establishment = (select tenant()));
create policy of_one_establishment on journal_trees to :"service"
using (establishment = (select tenant())) with check (establishment = (select tenant()));

-- Nobody is found by what a service knows nothing of. The establishment is compared in a way that
-- no index serves: the one of grams is to be used.
create or replace function names_with(asked text[]) returns table (subject uuid, value text)
stable security definer set search_path = :"service", pg_temp language sql as $$
    select subject, value from kept
    where grams is not null and grams @> asked and establishment || '' = (select tenant())
        and not exists (
            select from claims where claims.establishment = kept.establishment
                and claims.claim = kept.claim and doubted is not null
        )
$$;

-- As for names: under a policy the index of subjects would not be used.
create function readings_of(whose uuid) returns setof journal
stable security definer set search_path = :"service", pg_temp language sql as $$
    select * from journal where subjects @> array[$1] and establishment = (select tenant())
$$;
revoke execute on function readings_of from public;
grant execute on function readings_of to :"service";

-- After its time a reading is let go; its leaf stays, so that the tree still proves the others.
create function let_go(before timestamptz) returns bigint
security definer set search_path = :"service", pg_temp language plpgsql as $$
declare gone bigint;
begin
    if before > now() - interval '2 years' then
        raise exception 'a reading is kept for two years at least';
    end if;
    update journal set body = null, subjects = '{}', actor = '', role = null
    where establishment = (select tenant()) and at < before and body is not null;
    get diagnostics gone = row_count;
    return gone;
end $$;
revoke execute on function let_go from public;
grant execute on function let_go to :"service";
