-- What a list needs of a document stands beside it, and so do the streams that feed it.
alter table generations
    add column begun timestamptz not null default now(),
    add column stopped text,
    add column failed text;

drop table documents;
create table documents (
    projection text not null,
    generation int not null,
    key uuid not null,
    establishment text not null,
    state text not null,
    facets text[] not null,
    words text not null,
    sorts text[] not null,
    body bytea not null,
    primary key (projection, generation, establishment, key)
) with (fillfactor = 80);
create index documents_of on documents (projection, generation, establishment, state);

drop table parked;
create table parked (
    projection text not null,
    generation int not null,
    establishment text not null,
    key uuid not null,
    position bigint not null,
    why text not null,
    since timestamptz not null default now(),
    primary key (projection, generation, establishment, key)
);

create table links (
    projection text not null,
    generation int not null,
    stream uuid not null,
    key uuid not null,
    establishment text not null,
    primary key (projection, generation, stream, key)
);
create index links_key on links (projection, generation, key);

grant select, insert, update, delete on documents, links, parked to :"service";
grant select on documents, links to documents_reader;
alter table documents enable row level security;
alter table documents force row level security;
alter table links enable row level security;
alter table links force row level security;
create policy of_all on documents to :"service" using (true) with check (true);
create policy of_all on links to :"service" using (true) with check (true);
create policy of_one_establishment on documents for select to documents_reader
using (establishment = (select tenant()));
create policy of_one_establishment on links for select to documents_reader
using (establishment = (select tenant()));
