-- To a planner without statistics, after much was written at once, any index that begins with
-- projection and generation looks as good as the right one: then each look-up reads them all.
drop index documents_of;
drop index links_key;
create index links_key on links (key, projection, generation);
