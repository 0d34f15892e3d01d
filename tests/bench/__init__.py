"""Measures how fast, how large and how exact the index is, and how that changes with the number of documents.

`make bench` runs it.  It is no test: what must hold on every machine is tested beside it, in small, by `test_bench`.
"""
