-- The book: entries that are only ever added, the trees that prove them, and the log for readers.
create table head (position bigint not null);
insert into head values (0);

create table sources (source text primary key, position bigint not null);

create table trees (
    establishment text primary key,
    size bigint not null,
    frontier bytea[] not null
);

create table entries (
    position bigint primary key,
    establishment text not null,
    sequence bigint not null,
    source text not null,
    source_position bigint not null,
    stream uuid not null,
    version int not null,
    id uuid not null,
    type text not null,
    time timestamptz not null,
    recordedtime timestamptz not null,
    actor text not null,
    body bytea not null,
    leaf bytea not null,
    unique (establishment, sequence),
    unique (source, source_position),
    unique (id)
);
create index entries_stream on entries (establishment, stream, version);

-- What belongs to the story of a person, a request, an involvement or a project: a read model,
-- made anew from the entries at will. The interval is of sequences; without `until` it is open.
create table stories (
    establishment text not null,
    subject uuid not null,
    stream uuid not null,
    since bigint not null,
    until bigint,
    how text not null,
    primary key (establishment, subject, stream, since)
);
create unique index stories_open on stories (establishment, subject, stream) where until is null;

create function refuse_change() returns trigger language plpgsql as
$$ begin raise exception 'the ledger is only added to'; end $$;
create trigger only_added_to before update or delete or truncate on entries
for each statement execute function refuse_change();

grant select, insert on entries to :"service";
grant select, insert, update, delete on stories to :"service";
grant select, update on head to :"service";
grant select, insert, update on sources, trees to :"service";

-- Ingest enters the facts of all by COPY, which PostgreSQL gives only to a role that no policy
-- binds; who reads for someone acts as ledger_reader and sees one establishment.
alter role :"service" bypassrls;
do $$ begin create role ledger_reader;
exception when duplicate_object or unique_violation then null; end $$;
grant ledger_reader to :"service" with inherit false, set true;
grant usage on schema ledger to ledger_reader;
grant select on entries, stories to ledger_reader;
alter table entries enable row level security;
alter table stories enable row level security;
create policy of_one_establishment on entries for select to ledger_reader
using (establishment = (select tenant()));
create policy of_one_establishment on stories for select to ledger_reader
using (establishment = (select tenant()));

-- Who builds read models sees the log and nothing else.
do $$ begin create role log_reader;
exception when duplicate_object or unique_violation then null; end $$;
create view log as
select position, establishment, sequence, source, source_position, stream, type, body from entries;
grant usage on schema ledger to log_reader;
grant select on log to log_reader;
