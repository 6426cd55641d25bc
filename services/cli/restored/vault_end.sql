-- What was destroyed by the end of what is kept: whose files, under which keys; and what is still there.
select json_build_object(
    'erased', (
        select coalesce(json_agg(json_build_object('establishment', establishment, 'said', said)), '[]')
        from vault.erased where said is not null
    ),
    'digests', (
        select coalesce(json_agg(json_build_object(
            'establishment', establishment, 'kind', kind, 'digest', encode(digest, 'hex')
        )), '[]') from vault.erased_keys
    ),
    'kept', (select coalesce(json_agg(ref), '[]') from vault.kept),
    'keys', (select coalesce(json_agg(distinct id), '[]') from vault.keys)
)
