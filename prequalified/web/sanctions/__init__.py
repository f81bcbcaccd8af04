"""Pages of lists, cases, repairs, imports and the gate."""
