-- The establishment of the transaction; a missing one is an error, never an empty page.
create function tenant() returns text stable language plpgsql as $$ begin
    if coalesce(current_setting('tandem.establishment', true), '') = '' then
        raise exception 'no establishment is set';
    end if;
    return current_setting('tandem.establishment');
end $$;
