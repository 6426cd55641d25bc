-- How long what went out and what lies aside is kept; what an establishment decided last counts.
create table retention (
    number bigint generated always as identity primary key,
    establishment text not null,
    rule text not null,
    said jsonb not null,
    decided_by text not null,
    decided_at timestamptz not null default now()
);
create index on retention (establishment, rule, number);
grant select, insert on retention to :"service";

alter table outgoing add column kept_at timestamptz not null default now();
grant delete on outgoing, deliveries, attempts, hooks_aside to :"service";
