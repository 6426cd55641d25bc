-- Whether so many names have these grams: who is looked for among them is found another way.
create function is_common(asked text[], most int) returns boolean
stable security definer set search_path = :"service", pg_temp language sql as $$
    select count(*) = most from (
        select from kept where grams is not null and grams @> asked
            and establishment || '' = (select tenant())
        limit most
    ) as found
$$;
revoke execute on function is_common from public;
grant execute on function is_common to :"service";
