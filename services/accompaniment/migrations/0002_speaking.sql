-- What recruitment and directory said, for whoever must sign: opaque ids, and no age. The last line
-- of a pair counts; one without a kind ended it. A line goes when the fact it comes from is annulled.
create table speaking (
    fact uuid primary key,
    place bigint generated always as identity,
    establishment text not null,
    partner uuid not null,
    representative uuid not null,
    kind text,
    limits text[] not null default '{}',
    until text
);
create index speaking_for on speaking (establishment, partner);

create table minors_signing (
    fact uuid primary key,
    place bigint generated always as identity,
    establishment text not null,
    parent_too boolean not null
);

grant select, insert, update, delete on speaking, minors_signing to :"service";
