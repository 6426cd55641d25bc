-- Read models: one JSON document a thing, in generations.
create table live (projection text primary key, generation int not null);

create table generations (
    projection text not null,
    generation int not null,
    position bigint not null default 0,
    reached jsonb not null default '{}',
    primary key (projection, generation)
);

create table documents (
    projection text not null,
    generation int not null,
    key uuid not null,
    establishment text not null,
    body jsonb not null,
    primary key (projection, generation, key)
);

create table parked (
    projection text not null,
    generation int not null,
    key uuid not null,
    position bigint not null,
    why text not null,
    since timestamptz not null default now(),
    primary key (projection, generation, key)
);

grant select, insert, update, delete on live, generations, documents, parked to :"service";

-- The projector writes for all; who reads for someone sees one establishment.
do $$ begin create role documents_reader;
exception when duplicate_object or unique_violation then null; end $$;
grant documents_reader to :"service" with inherit false, set true;
grant usage on schema :"service" to documents_reader;
grant select on documents, live to documents_reader;
alter table documents enable row level security;
create policy of_all on documents to :"service" using (true) with check (true);
create policy of_one_establishment on documents for select to documents_reader
using (establishment = (select tenant()));
