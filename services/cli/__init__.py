"""The `tandem` command: what an operator or an office does from a terminal."""
