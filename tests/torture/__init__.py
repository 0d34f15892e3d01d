"""What an index has to survive, done to it many times: `make torture` does all of it and prints a table.

One module for each fault; each tells in an `Outcome` what was done and what came of it.  A short variant of each runs
with the tests (`test_torture.py`).
"""
