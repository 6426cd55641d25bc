-- What was destroyed of whom, remembered in the transaction that destroyed it. Nothing of it is in
-- a backup set: a restored vault is told by the ledger, and forgets once more before it opens.
alter table erased
    add column disposition uuid,
    add column said jsonb; -- the fact that is about to be written

grant update (disposition, said) on erased to :"service";

create table certificates (
    establishment text not null,
    disposition uuid not null,
    digest text not null,
    gone_by text not null,
    pdf bytea not null,
    at timestamptz not null default now(),
    primary key (establishment, disposition)
);
alter table certificates enable row level security;
create policy of_one_establishment on certificates to :"service"
using (establishment = (select tenant())) with check (establishment = (select tenant()));
grant select, insert on certificates to :"service";
grant delete on duplicates to :"service";

-- Whoever destroys also writes the tables anew, so that no free space of theirs keeps a value.
grant maintain on kept, keys, cards, aliases, duplicates to :"service";

-- PostgreSQL samples columns for its planner, and would keep some values in its own catalog.
alter table kept alter column value set statistics 0, alter column grams set statistics 0,
    alter column salt set statistics 0;
alter table keys alter column key set statistics 0;
alter table cards alter column sort set statistics 0, alter column contact set statistics 0;
delete from pg_statistic where starelid in ('kept'::regclass, 'keys'::regclass, 'cards'::regclass);

-- Whose files there are, for the daily look at the schedule; an establishment is no secret.
create function establishments() returns setof text
stable security definer set search_path = :"service", pg_temp language sql as $$
    with recursive one as (
        (select establishment from kept order by establishment limit 1)
        union all
        select (select establishment from kept where establishment > one.establishment
                order by establishment limit 1)
        from one where one.establishment is not null
    )
    select establishment from one where establishment is not null
$$;
revoke execute on function establishments from public;
grant execute on function establishments to :"service";
