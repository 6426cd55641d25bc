"""How it goes, as both sides say, and how practice is assessed."""
