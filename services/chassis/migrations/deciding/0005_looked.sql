-- When the operator last looked in the ledger for facts that this service lacks.
alter table head add column looked timestamptz;
