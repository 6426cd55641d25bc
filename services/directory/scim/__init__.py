"""The first door: a source of HR speaks SCIM 2.0 (RFC 7643 and 7644)."""
