"""Answers, notes and views as Slack blocks: pure functions from records to plain dicts.  Nothing here calls Slack."""
