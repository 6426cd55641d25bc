-- Whom a team is reached by: what is to ask for another contact when one leaves is found by it.
create function contact_in(body bytea) returns text language sql immutable strict parallel safe
return coalesce(
    convert_from(body, 'UTF8')::jsonb #>> '{data,contact}',
    convert_from(body, 'UTF8')::jsonb #>> '{data,data,contact}'
);

create index contacts on events (contact_in(body)) where type in (
    'intake.RequestDrafted.v1', 'intake.RequestRevised.v1', 'intake.RequestRecorded.v1',
    'intake.ContactNamed.v1', 'intake.FactCorrected.v1'
);
