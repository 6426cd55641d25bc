-- Two establishments may use one stream id: each feeds its own documents.
alter table links drop constraint links_pkey;
alter table links add primary key (projection, generation, stream, key, establishment);
