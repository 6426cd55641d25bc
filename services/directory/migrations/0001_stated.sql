-- What each source said last of each of its people, as keyed digests: whether it says anything
-- else today is known without reading what it said. All of it can be lost, and is then made again.
create table stated (
    establishment text not null,
    source text not null,
    record bytea not null, -- a keyed digest of the source's own id
    staff uuid,
    said bytea, -- of the whole statement
    fields jsonb not null default '{}', -- of each field
    at_work boolean not null default false,
    primary key (establishment, source, record)
);
create index on stated (establishment, staff);

-- The bytes of a logo, under the digest that the facts name.
create table logos (
    establishment text not null,
    sha256 text not null,
    kind text not null,
    body bytea not null,
    primary key (establishment, sha256)
);
grant select, insert, update, delete on stated, logos to :"service";
