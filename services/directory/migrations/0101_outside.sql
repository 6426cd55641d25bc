-- What goes out to HR: messages in one order an establishment, who receives them, how it went.
create table receivers (
    subscription uuid primary key,
    establishment text not null,
    sealed bytea -- address and secrets; none once it has ended
);
create index on receivers (establishment);

create table outgoing_head (establishment text primary key, position bigint not null);

create table outgoing (
    establishment text not null,
    position bigint not null,
    id uuid not null unique,
    name text not null,
    subject uuid not null,
    person uuid, -- whose consent is asked again as it leaves
    time timestamptz not null,
    data jsonb not null,
    primary key (establishment, position)
);

create table deliveries (
    number bigint generated always as identity primary key,
    establishment text not null,
    subscription uuid not null references receivers,
    position bigint not null,
    state text not null default 'waiting',
    tries int not null default 0,
    due timestamptz not null default now(),
    made timestamptz not null default now(),
    done timestamptz,
    asked_by text, -- who asked for it once more
    foreign key (establishment, position) references outgoing
);
create unique index deliveries_once on deliveries (subscription, position) where asked_by is null;
create index deliveries_waiting on deliveries (subscription, number) where state = 'waiting';
create index deliveries_shown on deliveries (establishment, number desc);

create table attempts (
    delivery bigint not null references deliveries,
    number int not null,
    at timestamptz not null,
    milliseconds int not null,
    outcome text not null,
    primary key (delivery, number)
);

-- Which department asks.
create table requests_known (
    establishment text not null,
    request uuid not null,
    department uuid not null,
    primary key (establishment, request)
);

-- Which messages to their employer a partner allows.
create table employers_told (
    establishment text not null,
    person uuid not null,
    consent uuid not null,
    messages text[] not null,
    until date,
    primary key (establishment, person, consent)
);

grant select, insert, update on receivers, outgoing_head, deliveries, requests_known to :"service";
grant select, insert on outgoing, attempts to :"service";
grant select, insert, update, delete on employers_told to :"service";
