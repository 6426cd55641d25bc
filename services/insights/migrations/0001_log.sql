-- Insights reads the ledger's log.
grant log_reader to :"service" with inherit false, set true;
