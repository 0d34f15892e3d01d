"""One module for each kind of answer that needs no language model: what was said, grades, facts of an inspection.

Each takes a reading and the documents chosen, and gives a Draft; `drafts` turns a Draft into text and citations.
"""
