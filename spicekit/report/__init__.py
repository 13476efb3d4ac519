"""What a run says to a reader: a self-contained HTML report, a CSV table, a table for the command line."""

from spicekit.report.build import build_report, findings
from spicekit.report.table import summary_table, write_table_csv
from spicekit.report.terminal import terminal_table

__all__ = ["build_report", "findings", "summary_table", "terminal_table", "write_table_csv"]
