"""Sample plan and simulated answers."""
