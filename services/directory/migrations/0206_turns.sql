-- What a source says next of a person is known by this: said again after a kill, it is recognised.
-- Lost with the row, it is another one, and the statement is told once more.
alter table stated add column turn uuid not null default gen_random_uuid();
