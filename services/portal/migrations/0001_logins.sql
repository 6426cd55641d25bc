-- Who is here, who is on the way in, and what they had typed. No name, no address, no token:
-- what could let somebody in is kept as a digest only, what was typed only under a browser's key.
create table sessions (
    digest bytea primary key, -- SHA-256 of what the browser's cookie holds
    establishment text not null,
    actor text not null, -- `staff:<uuid>` or `partner:<uuid>`
    roles text[] not null,
    staff uuid,
    person uuid,
    provider text, -- who said so, where it was a provider of the establishment
    hint bytea, -- whom it said, sealed with the cookie, to ask again whether they may
    began timestamptz not null default now(),
    seen timestamptz not null default now(),
    asked timestamptz not null default now(), -- when we last made sure that they still may
    idle interval not null,
    ends timestamptz not null,
    ended timestamptz -- by the person, or by whoever withdrew their access
);
create index sessions_of_one on sessions (establishment, actor);

create table attempts ( -- to sign in at a provider: one use, ten minutes
    digest bytea primary key, -- of the state
    browser bytea not null, -- digest of its cookie
    establishment text not null,
    provider text not null,
    nonce text not null,
    verifier text not null, -- RFC 7636
    back text not null, -- a path of ours
    began timestamptz not null default now()
);

create table askings ( -- for a code, whether or not the address is known
    id uuid primary key,
    browser bytea not null,
    establishment text not null,
    tries int not null default 0,
    asked timestamptz not null default now()
);
create index askings_of_browser on askings (browser, asked);

create table codes ( -- one for each person the message went to
    id uuid primary key,
    asking uuid not null references askings on delete cascade,
    person uuid not null,
    salt bytea not null,
    digest bytea not null, -- of the six digits: under this salt, and a key of the portal
    link bytea not null unique, -- SHA-256 of the one-time link's token
    made timestamptz not null default now(),
    used timestamptz
);
create index codes_of_asking on codes (asking);

create table kept_forms ( -- what was sent just after a session had ended
    browser bytea primary key,
    establishment text not null,
    actor text not null, -- and nobody else sees it
    path text not null,
    sealed bytea not null, -- with a key that only the browser's cookie gives
    kept timestamptz not null default now()
);

grant select, insert, update, delete on sessions, attempts, askings, codes, kept_forms
to :"service";
