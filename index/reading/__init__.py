"""Files in, RawText out: one module per format, and the worker processes that keep a hostile file away from the rest.

Nothing is imported here: a worker loads only what the file in hand needs.
"""
