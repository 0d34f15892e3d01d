"""From a question to a Reading of it: authority, publisher, period, topic, intent.

Works on the question's words alone: nothing here opens the index, calls a model or answers.
"""
