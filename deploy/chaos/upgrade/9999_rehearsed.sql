-- On tables that are written to all the while, as releases do: more is added, nothing is taken.
alter table commands add column rehearsed timestamptz;
create index rehearsed on events (recordedtime);
create table rehearsals (at timestamptz primary key);
grant select, insert on rehearsals to :"service";
