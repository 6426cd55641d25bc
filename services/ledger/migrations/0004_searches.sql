-- Whose search found them has it from its beginning, as they have the request.
-- waits: one row for each match is changed; who enters facts about the same person meanwhile waits.
update stories set since = 0, how = 'match'
from entries as said
where said.type = 'recruitment.MatchAgreed.v1'
    and said.establishment = stories.establishment and said.stream = stories.stream
    and said.sequence between stories.since and coalesce(stories.until, said.sequence)
    and stories.subject::text = any(
        string_to_array(convert_from(said.body, 'UTF8')::jsonb ->> 'persons', ' ')
    )
    and not exists (
        select from stories as ended
        where ended.establishment = stories.establishment and ended.subject = stories.subject
            and ended.stream = stories.stream and ended.until < stories.since
    );
