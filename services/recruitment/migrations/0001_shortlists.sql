-- Which searches thought of a person: their consent may end, and these are to leave them out.
create index shortlists_naming on events using gin (named_in(body))
    where type = 'recruitment.CandidateShortlisted.v1';
