"""Papers of cases and of the gate."""
