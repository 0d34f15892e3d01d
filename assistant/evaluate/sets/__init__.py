"""Test sets in their three forms, read into the same records: quotes, BEIR folders, TREC topics and judgements."""

from assistant.evaluate.sets.load import load_set, read_set
from assistant.evaluate.sets.write import item_row, rows_text, write_new_set, write_set

__all__ = ["item_row", "load_set", "read_set", "rows_text", "write_new_set", "write_set"]
