-- Whom the first fact of a stream names: what is to end when a person leaves is found by it.
create function named_in(body bytea) returns text[] language sql immutable strict parallel safe
return string_to_array(convert_from(body, 'UTF8')::jsonb ->> 'persons', ' ');

create index first_facts_naming on events using gin (named_in(body)) where version = 1;
