-- Gone back to an earlier moment: what was destroyed since is noted, and destroyed before the door opens.
with told as (select :'since'::json as it), erased as (
    insert into vault.destroyed_since (establishment, said)
    select one ->> 'establishment', (one -> 'said')::jsonb
    from told, json_array_elements(it -> 'erased') as one
), digests as (
    insert into vault.erased_keys (establishment, kind, digest)
    select one ->> 'establishment', one ->> 'kind', decode(one ->> 'digest', 'hex')
    from told, json_array_elements(it -> 'digests') as one on conflict do nothing
), keys as (
    delete from vault.keys where id not in (
        select still::uuid from told, json_array_elements_text(it -> 'keys') as still
    )
)
insert into vault.destroyed_since (establishment, ref)
select establishment, ref from vault.kept where ref not in (
    select still::uuid from told, json_array_elements_text(it -> 'kept') as still
)
