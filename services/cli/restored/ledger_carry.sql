-- What others were shown after the last piece of log nobody here can know: a ledger that was put back is
-- another log from here on, and says so.
insert into ledger.epochs (establishment, epoch, size, why)
select home, coalesce(last.epoch, 1) + 1, coalesce(size, 0), 'restored'
from (
    select establishment as home from ledger.trees
    union select json_object_keys(:'since'::json)
) as all_of_them
left join ledger.trees on trees.establishment = home
left join lateral (
    select max(epoch) as epoch from ledger.epochs where epochs.establishment = home
) as last on true
