-- The sources of HR by name, and digests of their tokens.
create table sources (
    establishment text not null,
    id uuid not null,
    name text not null,
    primary key (establishment, name)
);
create table source_tokens (
    establishment text not null,
    source uuid not null,
    digest bytea not null,
    given timestamptz not null default now(),
    until timestamptz, -- none: until another is given
    primary key (establishment, source, digest)
);
grant select, insert on sources to :"service";
grant select, insert on source_tokens to :"service";
grant update (until) on source_tokens to :"service";
