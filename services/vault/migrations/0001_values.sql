-- Personal values, the ids that stand for the office's own keys, and who has read what.
create table kept (
    ref uuid primary key,
    digest bytea not null unique, -- of what was asked, so that asking again finds it
    number bigint generated always as identity,
    establishment text not null,
    subject uuid not null,
    claim uuid not null,
    field text not null,
    salt bytea not null,
    value text not null,
    commitment text not null,
    grams text[], -- of names alone, to find them by
    purpose text not null,
    kept_at timestamptz not null default now(),
    rule text not null -- the line of the retention schedule
);
create index kept_of_subject on kept (establishment, subject, field, number);
create index kept_names on kept using gin (grams) where grams is not null;

create table keys (
    establishment text not null,
    kind text not null,
    key text not null,
    id uuid not null,
    primary key (establishment, kind, key)
);
create index keys_of_id on keys (establishment, kind, id);

create table readings (
    number bigint generated always as identity primary key,
    establishment text not null,
    at timestamptz not null default now(),
    actor text not null,
    onbehalfof text,
    role text,
    purpose text not null,
    subjects uuid[] not null
);

grant select, insert on kept, keys to :"service";
grant insert on readings to :"service"; -- a journal is only added to

alter table kept enable row level security;
alter table keys enable row level security;
alter table readings enable row level security;
create policy of_one_establishment on kept to :"service"
using (establishment = (select tenant())) with check (establishment = (select tenant()));
create policy of_one_establishment on keys to :"service"
using (establishment = (select tenant())) with check (establishment = (select tenant()));
create policy of_one_establishment on readings to :"service"
using (establishment = (select tenant())) with check (establishment = (select tenant()));

-- Under a policy PostgreSQL does not look into the index of grams: this looks for itself, and
-- only into the establishment of the transaction.
create function names_with(asked text[]) returns table (subject uuid, value text)
stable security definer set search_path = :"service", pg_temp language sql as $$
    select subject, value from kept
    where grams is not null and grams @> asked and establishment = (select tenant())
$$;
revoke execute on function names_with from public;
grant execute on function names_with to :"service";
