-- On which server this was written last, and by which transaction. A copy that was restored, a
-- standby that stands in, and a hand that wrote here say otherwise.
alter table head add column server text;
alter table head add column written xid8;
