"""Question in, answer out, and its faces: terminal, Slack, evaluation.

Imports `index`, never the reverse.  The faces import the core; only `assistant.cli.main` imports all of them.
"""
