-- What is to be done about a stream when its time has come.
create table alarms (
    stream uuid not null,
    kind text not null,
    establishment text not null,
    due timestamptz not null,
    primary key (stream, kind)
);
create index alarms_due on alarms (due);
grant select, insert, update, delete on alarms to :"service";
