"""An establishment, its departments, its staff, and who they are at login."""
