-- Why an auditor reads what is personal, as they stated it: a code, and the number of a file.
alter table sessions add column reason text;
