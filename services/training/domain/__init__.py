"""Plans of partners and teams, and the trainings a register tells of."""
