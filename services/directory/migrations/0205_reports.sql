-- What a report of a file tells beside its counts: how far it is, why it stopped, which lines
-- could not be read. Still nobody is named.
alter table snapshot_runs
    add column moved timestamptz not null default now(),
    add column stopped text;

create table snapshot_troubles (
    run uuid not null references snapshot_runs,
    line int not null,
    in_column text,
    why text not null,
    primary key (run, line)
);

grant select, insert, update, delete on snapshot_troubles to :"service";
grant update (moved, stopped) on snapshot_runs to :"service";
