"""The dashboard: reads snapshots of the run store and writes nothing. A later capability."""
