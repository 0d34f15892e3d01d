"""Documents in, hits out: reading, describing, chunking, embedding, storing and searching.

Knows no prompt, no language model and no Slack; runs with no token of any kind.
`assistant` imports this package, never the reverse (`tests/test_architecture.py`).
"""
