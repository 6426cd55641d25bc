-- How large each establishment's log was at the end of what is kept.
select coalesce(json_object_agg(establishment, size), '{}') from ledger.trees
