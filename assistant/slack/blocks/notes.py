"""Small messages: what the app says where it has no answer to show, and the words of waiting.

None of them ever holds the text of an exception: what went wrong is in the log.
"""

from __future__ import annotations

from assistant.slack.blocks.elements import mrkdwn_text, plain_text, section
from assistant.slack.blocks.limits import BARE, SECTION, SUMMARY
from assistant.slack.blocks.records import Message
from assistant.slack.blocks.text import cleaned, clip, escaped, mrkdwn

# To a message that asks nothing: a mention alone, or a word of thanks.
WELCOME = "Ask me about an inspection: name the authority, the year or the topic, and I quote what was said."


def note(text: str) -> Message:
    """A message of plain words.  `text` may hold words of a person: it is made safe here."""
    safe = cleaned(text).strip() or "–"
    return Message(
        escaped(safe, SUMMARY),
        (section(mrkdwn_text(mrkdwn(safe, SECTION))),),
        (section(plain_text(safe)),),
        escaped(safe, BARE),
    )


def queue_words(ahead: int) -> str:
    """The status of a question that waits for `ahead` others (0 or more)."""
    if ahead <= 0:
        return "is next in the queue"
    return f"is waiting: {ahead} {'question' if ahead == 1 else 'questions'} before yours"


def stopped() -> Message:
    """The asker pressed stop."""
    return note("Stopped, as you asked. Ask again whenever you like.")


def failed() -> Message:
    """Something went wrong; what, the log says."""
    return note("Something went wrong, and there is no answer. Please ask again in a minute.")


def help_message() -> Message:
    """How the slash command is used."""
    return note(
        "Type a question after the command, such as: /inspections what did Ofsted say about caseloads in 2019\n"
        "Only you see the answer; its button “Share to channel” shows it to others."
    )


def introduced(message: Message, text: str) -> Message:
    """The message with a line of ours above it."""
    line = note(text)
    return Message(
        clip(f"{line.text} {message.text}", SUMMARY),
        (*line.blocks, *message.blocks),
        (*line.plain, *message.plain),
        f"{line.bare}\n\n{message.bare}",
    )
