-- Documents that stand behind another of the same thing: who asks for one is given the other.
create table joined (
    projection text not null,
    generation int not null,
    establishment text not null,
    other uuid not null,
    kept uuid not null,
    primary key (projection, generation, establishment, other)
);
create index joined_kept on joined (kept, projection, generation);

grant select, insert, update, delete on joined to :"service";
grant select on joined to documents_reader;
alter table joined enable row level security;
alter table joined force row level security;
create policy of_all on joined to :"service" using (true) with check (true);
create policy of_one_establishment on joined for select to documents_reader
using (establishment = (select tenant()));
