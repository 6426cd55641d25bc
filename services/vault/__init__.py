"""The vault: the only place that knows who people are and what was said of them."""
