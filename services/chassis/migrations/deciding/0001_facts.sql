-- What every deciding service keeps: its facts, what it answered, and what it has heard.
create table head (position bigint not null, recordedtime timestamptz not null);
insert into head values (0, 'epoch');

create table events (
    position bigint primary key,
    establishment text not null,
    stream uuid not null,
    version int not null,
    id uuid not null unique,
    type text not null,
    time timestamptz not null,
    recordedtime timestamptz not null,
    body bytea not null,
    unique (stream, version)
);

create table commands (
    key uuid primary key,
    fingerprint bytea not null,
    answer jsonb not null,
    answered timestamptz not null default now()
);
create index on commands (answered);

create table heard (listener text primary key, position bigint not null);

create table quarantine (
    listener text not null,
    position bigint not null,
    stream uuid,
    blocks_stream boolean not null,
    why text not null,
    body bytea not null,
    since timestamptz not null default now(),
    primary key (listener, position)
);

-- A fact is never changed: not even its own service may.
grant select, insert on events to :"service";
grant select, update on head to :"service";
grant select, insert, delete on commands to :"service";
grant select, insert, update on heard to :"service";
grant select, insert, update, delete on quarantine to :"service";
