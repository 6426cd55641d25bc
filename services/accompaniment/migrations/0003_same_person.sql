-- Which files recruitment said are of one person; chains are never made.
create table same_person (
    establishment text not null,
    kept uuid not null,
    merged uuid not null,
    primary key (establishment, merged)
);
create index same_person_kept on same_person (establishment, kept);

grant select, insert, update, delete on same_person to :"service";
