"""Answers as people and programs get them: text for a terminal, JSON by the contract.  Nothing is decided here."""
