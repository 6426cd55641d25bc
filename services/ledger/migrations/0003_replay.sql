-- What a replay asks: what happened in which order, what led to what, what a unit took part in.
create index entries_happened on entries (establishment, time, sequence);

-- A fact is in the story of its cause alone, and what a team began in that of its department.
insert into stories (establishment, subject, stream, since, until, how)
select establishment, (told ->> 'causationid')::uuid, stream, sequence, sequence, 'effect'
from entries cross join lateral (select convert_from(body, 'UTF8')::jsonb as told) as said
where told ? 'causationid'
on conflict do nothing;

insert into stories (establishment, subject, stream, since, until, how)
select establishment, (told #>> '{data,department}')::uuid, stream, sequence,
    case version when 1 then null else sequence end, 'department'
from entries cross join lateral (select convert_from(body, 'UTF8')::jsonb as told) as said
where source = 'intake' and told #>> '{data,department}' is not null
    and (told #>> '{data,department}')::uuid <> stream
on conflict do nothing;

create or replace view log as
select position, establishment, sequence, source, source_position, stream, type, body,
    id, time, recordedtime
from entries;
-- Without whom they name: whose story a fact is in is theirs and the office's.
create view parts as
select establishment, subject, stream, since, until, how from stories
where how not in ('named', 'match', 'merged');
create view sealed as select establishment, size, at from checkpoints;
grant select on parts, sealed to log_reader;
