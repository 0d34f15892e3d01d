"""What the Slack face remembers, in SQLite or PostgreSQL: handled events, questions, kept answers and feedback.

    store       what may be asked of it; the one door for the rest of the Slack face
    database    opening it, transactions, and what a failure of it is turned into
    tables      the tables as they are now
    rows        rows to records and back
    migrate     from the tables of any earlier version to those of now, with the steps in `migrations`

Nothing here knows Slack's API or how a question is answered.
"""
