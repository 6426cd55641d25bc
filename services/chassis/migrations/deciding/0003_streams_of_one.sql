-- An id says nothing of whose it is: what one establishment begins under it binds no other.
alter table events
    drop constraint events_stream_version_key,
    add unique (stream, version, establishment);

alter table alarms
    drop constraint alarms_pkey,
    add primary key (stream, kind, establishment);
