-- What was destroyed after the moment that a restore went back to. The vault destroys it again before
-- its door opens, and then lets go of these lines.
create table destroyed_since (
    number bigint generated always as identity primary key,
    establishment text not null,
    ref uuid, -- a single value
    said jsonb -- or a person's whole file: the fact that told of it
);
grant select, delete on destroyed_since to :"service";
