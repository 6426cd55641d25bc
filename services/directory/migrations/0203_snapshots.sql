-- Nightly files: runs, what their lines come to, and what each source said last. Nobody is named:
-- people are keyed digests of the source's own ids, and ids of the directory.
create table snapshot_runs (
    id uuid primary key,
    number bigint generated always as identity,
    establishment text not null,
    source uuid not null,
    name text not null,
    sha256 text not null,
    rows int not null,
    taken_at timestamptz,
    state text not null,
    dry boolean not null,
    counts jsonb not null default '{}',
    actor text not null,
    began timestamptz not null default now(),
    ended timestamptz
);
create index on snapshot_runs (establishment, source, number);

create table snapshot_lines (
    run uuid not null references snapshot_runs,
    line int not null,
    who bytea not null,
    digest bytea, -- none: it cannot be read
    active boolean not null,
    primary key (run, line)
);
create index on snapshot_lines (run, who);

create table snapshot_work (
    run uuid not null references snapshot_runs,
    number int not null,
    who bytea not null,
    change text not null,
    lines int[] not null,
    staff uuid,
    digest bytea,
    done boolean not null default false,
    primary key (run, number)
);
create index on snapshot_work (run, who);

create table snapshot_people (
    establishment text not null,
    source uuid not null,
    who bytea not null,
    staff uuid not null,
    digest bytea not null,
    active boolean not null,
    primary key (establishment, source, who)
);

grant select, insert, delete on snapshot_lines, snapshot_work, snapshot_people to :"service";
grant select, insert on snapshot_runs to :"service";
grant update (state, counts, ended) on snapshot_runs to :"service";
grant update (done) on snapshot_work to :"service";
grant update (staff, digest, active) on snapshot_people to :"service";
