"""The Slack face: questions from Slack in, answers as Slack messages out.  Knows Slack; the core does not know it."""
