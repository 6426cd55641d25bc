-- What proofs are made of. Every eighth level of each tree is kept: one hash for 256 entries.
create table nodes (
    establishment text not null,
    level int not null,
    number bigint not null,
    hash bytea not null,
    primary key (establishment, level, number)
);

-- A ledger that was restored to less than it had shown goes on under another origin.
create table epochs (
    establishment text not null,
    epoch int not null,
    size bigint not null,
    at timestamptz not null default clock_timestamp(),
    why text not null,
    primary key (establishment, epoch)
);

-- Keys that sign: the private half is sealed, and whoever comes next is signed by who was before.
create table signing_keys (
    number int primary key,
    public bytea not null,
    sealed bytea not null,
    since timestamptz not null default clock_timestamp(),
    statement text not null
);

create table checkpoints (
    establishment text not null,
    epoch int not null,
    size bigint not null,
    key int not null references signing_keys,
    at timestamptz not null default clock_timestamp(),
    note text not null,
    primary key (establishment, epoch, size)
);

-- Who is shown the checkpoints. Where, and with which secret, is sealed. The place of a witness is
-- the outbox: what is newer is still to be shown, whatever stopped in between.
create table witnesses (
    id uuid primary key,
    establishment text not null,
    kind text not null,
    sealed bytea not null,
    key text,
    since timestamptz not null default clock_timestamp(),
    ended timestamptz,
    epoch int not null default 0,
    size bigint not null default 0,
    shown timestamptz,
    due timestamptz not null default clock_timestamp(),
    attempts int not null default 0,
    trouble text not null default ''
);
create index witnesses_due on witnesses (due) where ended is null;

create table cosignatures (
    establishment text not null,
    epoch int not null,
    size bigint not null,
    witness uuid not null,
    line text not null,
    primary key (establishment, epoch, size, witness)
);

-- What this ledger witnesses for others: the logs it knows, and the last it saw of each.
create table witnessed (
    origin text primary key,
    key text not null,
    size bigint not null default 0,
    root bytea,
    note text,
    at timestamptz
);

create trigger only_added_to before update or delete or truncate on nodes
for each statement execute function refuse_change();
create trigger only_added_to before update or delete or truncate on epochs
for each statement execute function refuse_change();
create trigger only_added_to before update or delete or truncate on signing_keys
for each statement execute function refuse_change();
create trigger only_added_to before update or delete or truncate on checkpoints
for each statement execute function refuse_change();
create trigger only_added_to before update or delete or truncate on cosignatures
for each statement execute function refuse_change();

grant select, insert on nodes, epochs, signing_keys, checkpoints, cosignatures to :"service";
grant select, insert, update on witnesses, witnessed to :"service";
grant select on nodes, checkpoints, epochs, cosignatures to ledger_reader;
alter table nodes enable row level security;
alter table checkpoints enable row level security;
alter table epochs enable row level security;
alter table cosignatures enable row level security;
create policy of_one_establishment on nodes for select to ledger_reader
using (establishment = (select tenant()));
create policy of_one_establishment on checkpoints for select to ledger_reader
using (establishment = (select tenant()));
create policy of_one_establishment on epochs for select to ledger_reader
using (establishment = (select tenant()));
create policy of_one_establishment on cosignatures for select to ledger_reader
using (establishment = (select tenant()));

-- The nodes over what was entered before.
do $$
declare
    home text;
    tile bigint;
    hashes bytea[];
begin
    for below in 0..24 by 8 loop
        for home, tile, hashes in
            select establishment, number / 256, array_agg(hash order by number)
            from (
                select establishment, 0 as level, sequence - 1 as number, leaf as hash from entries
                union all
                select establishment, level, number, hash from nodes
            ) as known
            where level = below group by 1, 2 having count(*) = 256
        loop
            while cardinality(hashes) > 1 loop
                hashes := array(
                    select sha256('\x01'::bytea || hashes[2 * pair - 1] || hashes[2 * pair])
                    from generate_series(1, cardinality(hashes) / 2) as pair order by pair
                );
            end loop;
            insert into nodes values (home, below + 8, tile, hashes[1]);
        end loop;
    end loop;
end $$;

-- From the days of a period to its entries, at next to no cost for what is entered.
create index entries_recorded on entries using brin (recordedtime) with (pages_per_range = 16);
