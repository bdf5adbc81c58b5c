"""Records -> frozen snapshots -> text. Nothing here prints, trains or reads a config."""

from art.reporting.gate import render_gate
from art.reporting.snapshots import Report, StageSnapshot, snapshot, to_json
from art.reporting.terminal import render_report

__all__ = ["Report", "StageSnapshot", "render_gate", "render_report", "snapshot", "to_json"]
