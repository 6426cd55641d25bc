-- Whom a team is reached by: what is to ask for another contact when one leaves is found by it.
create function contact_in(body bytea) returns text language sql immutable strict parallel safe
return coalesce(
    convert_from(body, 'UTF8')::jsonb #>> '{data,contact}',
    convert_from(body, 'UTF8')::jsonb #>> '{data,data,contact}'
);

create index contacts on events (contact_in(body)) where type in (
    'accompaniment.TermsSet.v1', 'accompaniment.InvolvementRecorded.v1',
    'accompaniment.ContactNamed.v1', 'accompaniment.FactCorrected.v1'
);
