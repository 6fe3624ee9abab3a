"""Script that somebody types is text, wherever it turns up, in either view."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import sit
from tests.conftest import served
from tests.served import Server

MARK = "window.__ran=(window.__ran||0)+1"
ACTS = [MARK, "alert(1)", "fetch('/pwned')", "document.title='pwned'"]
SHAPES = [
    "<script>{0}</script>",
    "<ScRiPt >{0}</sCrIpT>",
    "<img src=x onerror=\"{0}\">",
    "<img src=x onerror={0}//>",
    "<svg onload=\"{0}\">",
    "<svg><script>{0}</script></svg>",
    "<svg><animate onbegin=\"{0}\" attributeName=x dur=1s>",
    "<body onload=\"{0}\">",
    "<iframe srcdoc=\"<script>parent.{0}</script>\"></iframe>",
    "<iframe src=\"javascript:{0}\"></iframe>",
    "<object data=\"javascript:{0}\"></object>",
    "<embed src=\"javascript:{0}\">",
    "<a href=\"javascript:{0}\">click</a>",
    "<form action=\"javascript:{0}\"><button>go</button></form>",
    "<input autofocus onfocus=\"{0}\">",
    "<details open ontoggle=\"{0}\">",
    "<video><source onerror=\"{0}\"></video>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=\"{0}\">",
    "<style>@import 'javascript:{0}';</style>",
    "<link rel=stylesheet href=\"javascript:{0}\">",
    "<meta http-equiv=refresh content=\"0;url=javascript:{0}\">",
    "<base href=\"javascript:{0}//\">",
    "<template><script>{0}</script></template>",
    "<noscript><p title=\"</noscript><img src=x onerror={0}>\"></noscript>",
    "\"><script>{0}</script>",
    "'><img src=x onerror='{0}'>",
    "</title><script>{0}</script>",
    "</textarea><script>{0}</script>",
    "</script><script>{0}</script>",
    "<!--><script>{0}</script>-->",
    "<![CDATA[<script>{0}</script>]]>",
    "[click](javascript:{0})",
    "[click](JaVaScRiPt:{0})",
    "[click](data:text/html;base64,PHNjcmlwdD4=) {0}",
    "![x](javascript:{0})",
    "![x\" onerror=\"{0}](x)",
    "[x](http://a \" onmouseover=\"{0})",
    "<javascript:{0}>",
    "`<img src=x onerror={0}>`",
    "```\n<script>{0}</script>\n```",
    "| <script>{0}</script> |\n| --- |\n| <img src=x onerror={0}> |",
    "[a]: javascript:{0}\n[a]",
    "<a href=\"vbscript:{0}\">x</a>",
    "<a href=\" &#14; javascript:{0}\">x</a>",
    "<a href=\"java&#x09;script:{0}\">x</a>",
    "<div style=\"background:url(javascript:{0})\">",
    "{{{{constructor.constructor('{0}')()}}}}",
    "${{{0}}}",
    "<x onclick={0} tabindex=1 autofocus onfocus={0}>",
    "<script src=\"data:text/javascript,{0}\"></script>",
]  # fmt: skip
PAYLOADS = [shape.format(act) for shape, act in product(SHAPES, ACTS)]
PER_CONVERSATION = 50


def test_there_are_two_hundred_of_them() -> None:
    assert len(set(PAYLOADS)) >= 200


def study(persona: str, options: list[str]) -> str:
    return json.dumps(
        {
            "study": "at-once",
            "title": f"Title {options[0]}",
            "welcome": f"Welcome {options[1]}",
            "persona": {"name": persona, "greeting": options[2]},
            "labels": [{"name": "intent", "kind": "choice", "options": options}],
        }
    )


@pytest.fixture
def hostile(tmp_path: Path) -> Any:
    with served(tmp_path, study(PAYLOADS[0][:200], [payload[:200] for payload in PAYLOADS[:12]])) as server:
        server.environ["CURTAIN_MESSAGE_BURST"] = "1000"
        yield server.restart()


def watch(page: Page) -> list[str]:
    """Everything that would show that a script ran."""
    ran: list[str] = []
    page.on("dialog", lambda dialog: (ran.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.on("request", lambda request: ran.append(request.url) if "pwned" in request.url else None)
    return ran


def nothing_ran(page: Page, ran: list[str]) -> None:
    assert ran == []
    assert page.evaluate("window.__ran") is None
    assert "pwned" not in page.title()
    assert (
        page.locator("[role=log] :is(script, iframe, object, embed, svg, form, style, link, meta, base)").count() == 0
    )
    assert page.evaluate("[...document.querySelectorAll('a')].every(a => /^(https?|mailto|tel):/.test(a.href))")
    handlers = (
        "[...document.querySelectorAll('[role=log] *')].some(e => [...e.attributes].some(a => /^on/i.test(a.name)))"
    )
    assert not page.evaluate(handlers)


def touch_everything(page: Page) -> None:
    """What a mouse and a keyboard would set off; links that lead outside are not followed."""
    page.locator("[role=log] *").evaluate_all(
        "all => all.forEach(e => ['mouseover', 'focus', 'toggle'].forEach(name => e.dispatchEvent(new Event(name))))"
    )
    page.locator("[role=log] a:not([href^=http])").evaluate_all("all => all.forEach(e => e.click())")


def test_two_hundred_payloads_in_messages_replies_names_and_labels_run_nowhere(hostile: Server, contexts: Any) -> None:
    owner = hostile.seat()
    for start in range(0, len(PAYLOADS), PER_CONVERSATION):
        payloads = PAYLOADS[start : start + PER_CONVERSATION]
        key = f"participant-number-{start}"
        name = payloads[7][:60]
        colleague = hostile.seat(hostile.invite_person(owner, name, "wizard"))
        with hostile.participant(key) as chat, hostile.wizard(colleague) as desk:
            session = None
            for number, payload in enumerate(payloads):
                assert chat.call("send", {"id": f"m{number}", "text": payload})["ok"]
                session = session or desk.call("inbox")["sessions"][-1]["session"]
                reply = {
                    "session": session,
                    "id": f"r{number}",
                    "text": payload,
                    "labels": {"intent": PAYLOADS[1][:200]},
                }
                assert desk.call("reply", reply)["ok"]
            chat.wait_for("message", n=1 + 2 * len(payloads))
            chat.call("send", {"id": "last", "text": "the last one"})

        page = contexts()
        page.context.add_cookies([{"name": "visit", "value": key, "url": hostile.url}])
        ran = watch(page)
        page.goto(hostile.participant_link)
        expect(page.get_by_role("log").get_by_text("the last one")).to_be_visible()
        touch_everything(page)
        nothing_ran(page, ran)
        page.context.close()

        page = contexts()
        sit(page, hostile, colleague)
        ran = watch(page)
        page.goto(f"{hostile.url}/studio")
        page.get_by_role("navigation", name="Conversations").get_by_role("listitem").first.get_by_role("button").click()
        expect(page.get_by_role("article").get_by_text("the last one")).to_be_visible()
        touch_everything(page)
        nothing_ran(page, ran)
        page.context.close()

    page = contexts()
    sit(page, hostile, owner)
    ran = watch(page)
    for path in ("/studio", "/studio/people", "/studio/data"):
        page.goto(hostile.url + path)
        page.wait_for_load_state("networkidle")
        nothing_ran(page, ran)
