-- What SCIM resources there are, and keyed digests of what they are looked for by.
create table scim_resources (
    id uuid primary key,
    number bigint generated always as identity,
    establishment text not null,
    source uuid not null,
    kind text not null,
    stated boolean not null default false -- false: its first fact is on its way
);
create index on scim_resources (establishment, source, number);
create table scim_keys (
    establishment text not null,
    source uuid not null,
    id uuid not null references scim_resources on delete cascade,
    attribute text not null,
    digest bytea not null,
    primary key (id, attribute, digest)
);
create index on scim_keys (establishment, source, attribute, digest);
grant select, insert, delete on scim_resources, scim_keys to :"service";
grant update (stated) on scim_resources to :"service";
