"""Everything that touches the bench: layout, scheduling, execution, drivers, the digital twin, and analysis."""
