"""Messages and views as one HTML page that looks as Slack draws them: for the README, for reviews, for the eye.

The page holds no script and nothing from elsewhere.  It says what blocks mean; Slack decides how they look.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from html import escape, unescape

from assistant.slack.blocks.limits import Block
from assistant.slack.blocks.records import Message

APP = "Inspection history"
_STYLE = """
:root{--ink:#1d1c1d;--quiet:#616061;--line:#dddddd;--link:#1264a3;--soft:#f8f8f8}
*{box-sizing:border-box}
body{margin:0;background:#fff;color:var(--ink);font:15px/1.46 Lato,"Helvetica Neue",Arial,"Liberation Sans",sans-serif}
main{max-width:740px;margin:0 auto;padding:20px 20px 32px}
.message{display:grid;grid-template-columns:36px minmax(0,1fr);gap:0 10px;padding:8px 0}
.face{width:36px;height:36px;border-radius:8px;background:#2c5f5d;color:#fff;font-weight:700;display:grid;place-items:center}
.face.asker{background:#8d8d93}
.who{font-weight:900}.badge{font-size:10px;font-weight:700;color:var(--quiet);background:#e8e8e8;border-radius:2px;
padding:1px 3px;margin:0 4px;vertical-align:2px}.when{font-size:12px;color:var(--quiet)}
.blocks>*{margin:0 0 8px}.blocks>:last-child{margin-bottom:0}
p,ul,blockquote{margin:0}.rich>*+*{margin-top:4px}
ul{padding-left:26px}li{margin:3px 0}
blockquote{border-left:4px solid var(--line);padding-left:12px}
.context{font-size:13px;line-height:1.4;color:var(--quiet)}.context p+p{margin-top:2px}
a{color:var(--link);text-decoration:none}
.section{display:flex;gap:16px;justify-content:space-between;align-items:flex-start}
h2{font-size:18px;margin:4px 0;line-height:1.3}hr{border:0;border-top:1px solid var(--line);margin:12px 0!important}
.actions{display:flex;flex-wrap:wrap;gap:8px}
.button{border:1px solid rgba(29,28,29,.3);border-radius:8px;padding:0 12px;font-size:13px;font-weight:700;
line-height:28px;background:#fff;white-space:nowrap;max-width:100%;overflow:hidden;text-overflow:ellipsis}
.button.primary{background:#007a5a;border-color:#007a5a;color:#fff}.button.danger{background:#e01e5a;border-color:#e01e5a;color:#fff}
.thumbs{display:flex;gap:12px;color:var(--quiet);font-size:13px}
.thumbs span{border:1px solid var(--line);border-radius:12px;padding:1px 10px}
details{border:1px solid var(--line);border-radius:8px;padding:8px 12px}
summary{font-weight:700;cursor:pointer}details .blocks{margin-top:8px}
table{border-collapse:collapse;font-size:13px;width:100%}caption{text-align:left;color:var(--quiet);padding:0 0 4px}
th,td{border:1px solid var(--line);padding:6px 10px;text-align:left;vertical-align:top}th{background:var(--soft)}
.view{border:1px solid var(--line);border-radius:10px;box-shadow:0 4px 14px rgba(0,0,0,.12);margin:8px 0}
.view>header,.view>footer{padding:12px 20px;font-weight:900;font-size:18px;border-bottom:1px solid var(--line)}
.view>footer{border:0;border-top:1px solid var(--line);display:flex;gap:8px;justify-content:flex-end}
.view>.blocks{padding:16px 20px}
.field b{display:block;margin-bottom:4px}.field .input{border:1px solid #8d8d93;border-radius:4px;
padding:6px 10px;min-height:34px;color:var(--quiet);white-space:pre-wrap}.option{display:block;margin:4px 0}
.thumb{width:13px;height:13px;vertical-align:-2px;fill:none;stroke:currentColor;stroke-width:1.5}
.thumb.down{transform:rotate(180deg)}.unknown{color:#b00;border:1px dashed #b00;padding:4px 8px}
.pre{white-space:pre-wrap}
pre{margin:0;padding:8px;font:12px/1.5 Monaco,Menlo,"Liberation Mono",monospace;background:var(--soft);
border:1px solid var(--line);border-radius:4px;overflow-x:auto}
"""

# Drawn, not written: not every machine has a font with a thumb in it.
_THUMB = (
    '<svg class="thumb{}" viewBox="0 0 16 16" aria-hidden="true">'
    '<path d="M1.5 7h3v7h-3zM4.5 7l3-5.5c1.6 0 2.2 1.2 1.8 2.6L8.7 6.2h5c1 0 1.5.8 1.2 1.8l-1.5 5'
    'c-.2.6-.7 1-1.4 1H4.5z"/></svg>'
)


def page(messages: Sequence[Message], question: str) -> str:
    """A standalone page: the question, and the messages that answer it."""
    asked = f'<p class="pre">{escape(question)}</p>' if question else ""
    asker = _message("You", "asker", "", asked) if asked else ""
    badge = '<span class="badge">APP</span>'
    return _page(question, asker + "".join(_message(APP, "", badge, _blocks(m.blocks)) for m in messages))


def view_page(view: Block) -> str:
    """A standalone page of a modal or of the Home tab."""
    title = _words(view.get("title")) or "Home"
    buttons = [
        f'<span class="button{kind}">{escape(_words(view[key]))}</span>'
        for key, kind in (("close", ""), ("submit", " primary"))
        if key in view
    ]
    foot = f"<footer>{''.join(buttons)}</footer>" if buttons else ""
    return _page(
        title, f'<div class="view"><header>{escape(title)}</header>{_blocks(view.get("blocks", ()))}{foot}</div>'
    )


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en-GB"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title or APP)}</title><style>{_STYLE}</style></head><body><main>{body}</main></body></html>\n"
    )


def _message(who: str, kind: str, badge: str, body: str) -> str:
    return (
        f'<article class="message"><div class="face {kind}">{escape(who[:1])}</div><div><div>'
        f'<span class="who">{escape(who)}</span>{badge}</div>{body}</div></article>'
    )


def _blocks(blocks: Iterable[Block]) -> str:
    return f'<div class="blocks">{"".join(map(_block, blocks))}</div>'


def _block(block: Block) -> str:
    draw = _BLOCKS.get(str(block.get("type")))
    return draw(block) if draw else f'<div class="unknown">Unknown block: {escape(str(block.get("type")))}</div>'


def _section(block: Block) -> str:
    beside = _element(block["accessory"]) if "accessory" in block else ""
    return f'<div class="section"><p class="pre">{_text(block.get("text"))}</p>{beside}</div>'


def _context(block: Block) -> str:
    lines = "".join(f'<p class="pre">{_text(element)}</p>' for element in block["elements"])
    return f'<div class="context">{lines}</div>'


def _header(block: Block) -> str:
    return f"<h2>{_text(block['text'])}</h2>"


def _actions(block: Block) -> str:
    return f'<div class="actions">{"".join(map(_element, block["elements"]))}</div>'


def _input(block: Block) -> str:
    hint = f'<div class="context">{_text(block["hint"])}</div>' if "hint" in block else ""
    optional = ' <span class="when">(optional)</span>' if block.get("optional") else ""
    return f'<div class="field"><b>{_text(block["label"])}{optional}</b>{_element(block["element"])}{hint}</div>'


def _container(block: Block) -> str:
    is_open = "" if block.get("default_collapsed") else " open"
    return f"<details{is_open}><summary>{_text(block['title'])}</summary>{_blocks(block['child_blocks'])}</details>"


def _table(block: Block) -> str:
    head, *rows = block["rows"]
    top = "".join(f'<th scope="col">{_cell(cell)}</th>' for cell in head)
    body = "".join(f"<tr>{''.join(f'<td>{_cell(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def _cell(cell: Block) -> str:
    return _rich(cell) if cell.get("type") == "rich_text" else escape(str(cell.get("text", cell.get("value", ""))))


def _rich(block: Block) -> str:
    return f'<div class="rich">{"".join(map(_rich_part, block["elements"]))}</div>'


def _rich_part(part: Block) -> str:
    inner = part.get("elements", ())
    if part["type"] == "rich_text_list":
        items = "".join(f"<li>{_runs(item['elements'])}</li>" for item in inner)
        return f"<ul>{items}</ul>"
    if part["type"] == "rich_text_preformatted":
        return f"<pre>{_runs(inner)}</pre>"
    tag = "blockquote" if part["type"] == "rich_text_quote" else "p"
    return f'<{tag} class="pre">{_runs(inner)}</{tag}>'


def _runs(runs: Iterable[Block]) -> str:
    return "".join(map(_run, runs))


def _run(run: Block) -> str:
    text = escape(str(run.get("text", run.get("url", ""))))
    if run["type"] == "link":
        text = f'<a href="{escape(run["url"])}">{text}</a>'
    for style, tag in (("bold", "b"), ("italic", "i"), ("strike", "s"), ("code", "code")):
        if run.get("style", {}).get(style):
            text = f"<{tag}>{text}</{tag}>"
    return text


def _words(text: object) -> str:
    return str(text.get("text", "")) if isinstance(text, dict) else ""


def _text(text: object) -> str:
    if not isinstance(text, dict) or text.get("type") != "mrkdwn":
        return escape(_words(text))
    parts = re.split(r"<(https?://[^|>]+)\|([^>]*)>", _words(text))
    drawn = [
        f'<a href="{escape(unescape(parts[at + 1]))}">{_plain(parts[at + 2])}</a>{_plain(parts[at + 3])}'
        for at in range(0, len(parts) - 1, 3)
    ]
    html = "".join([_plain(parts[0]), *drawn])
    return re.sub(r"(?<!\w)_([^_\n]+)_(?!\w)", r"<i>\1</i>", re.sub(r"\*([^*\n]+)\*", r"<b>\1</b>", html))


def _plain(mrkdwn: str) -> str:
    return escape(unescape(mrkdwn), quote=False)


def _element(element: Block) -> str:
    draw = _ELEMENTS.get(str(element.get("type")))
    return draw(element) if draw else f'<div class="unknown">Unknown element: {escape(str(element.get("type")))}</div>'


def _button(element: Block) -> str:
    return f'<span class="button {escape(str(element.get("style", "")))}">{_text(element["text"])}</span>'


def _feedback(element: Block) -> str:
    sides = (("positive_button", ""), ("negative_button", " down"))
    drawn = "".join(f"<span>{_THUMB.format(way)} {_text(element[key]['text'])}</span>" for key, way in sides)
    return f'<div class="thumbs">{drawn}</div>'


def _options(sign: str) -> Callable[[Block], str]:
    def draw(element: Block) -> str:
        return "".join(f'<span class="option">{sign} {_text(option["text"])}</span>' for option in element["options"])

    return draw


def _field(element: Block) -> str:
    said = escape(str(element.get("initial_value", ""))) or _text(element.get("placeholder"))
    return f'<div class="input">{said}</div>'


_BLOCKS: dict[str, Callable[[Block], str]] = {
    "section": _section,
    "context": _context,
    "header": _header,
    "divider": lambda _: "<hr>",
    "actions": _actions,
    "context_actions": _actions,
    "input": _input,
    "container": _container,
    "data_table": _table,
    "rich_text": _rich,
}
_ELEMENTS: dict[str, Callable[[Block], str]] = {
    "button": _button,
    "feedback_buttons": _feedback,
    "checkboxes": _options("☐"),
    "radio_buttons": _options("○"),
    "plain_text_input": _field,
    "conversations_select": _field,
}
