"""What partners and teams learn before they work together."""
