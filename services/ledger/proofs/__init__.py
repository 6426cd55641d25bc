"""How the ledger proves itself to whoever does not trust it."""
