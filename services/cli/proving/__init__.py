"""`tandem verify`: everything the ledger promises, checked against what it keeps."""
