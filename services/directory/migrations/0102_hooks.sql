-- How each source proves its webhooks, what was heard already, and what lies aside.
create table hook_doors (
    source uuid primary key,
    establishment text not null,
    sealed bytea not null -- secrets
);

create table hooks_heard (
    source uuid not null,
    known_by text not null,
    at timestamptz not null default now(),
    primary key (source, known_by)
);

create table hooks_aside (
    hook uuid primary key,
    establishment text not null,
    source uuid not null,
    at timestamptz not null default now()
);
create index on hooks_aside (establishment, at desc);

grant select, insert, update on hook_doors to :"service";
grant select, insert, update, delete on hooks_heard to :"service";
grant select, insert on hooks_aside to :"service";
