"""An optional language model that words an answer; what it says is checked, and every quote is printed by code.

settings    which model, where, how long and for how much
client      one request to an OpenAI-compatible endpoint; the one door to its SDK
tokens      how many tokens a text has; the one door to tiktoken
ledger      what was spent today
prompts     the texts of `prompts/`, with their placeholders filled
context     passages as numbered sentences, packed into the model's budget
reply       the model's output, read strictly
checking    which of its claims may stand
wording     all of these in order: from evidence to a draft, or why there is none
"""
