-- Two establishments may use one stream id: what lies here holds back its own alone.
alter table quarantine add column establishment text;
update quarantine set establishment = convert_from(body, 'UTF8')::jsonb ->> 'establishment'
where stream is not null;
