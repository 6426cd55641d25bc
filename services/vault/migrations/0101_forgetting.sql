-- Single values that were let go, until the tables are written anew without the space they took.
create table forgotten (
    establishment text not null,
    ref uuid not null,
    at timestamptz not null default now(),
    primary key (establishment, ref)
);
grant select, insert, delete on forgotten to :"service";
