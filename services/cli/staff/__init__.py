"""Nightly files of staff: found, checked against their manifest, read and told line by line."""
