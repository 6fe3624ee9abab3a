"""Studies without code: the form has every field, saving loses nothing, and what is wrong is told where it is."""

from __future__ import annotations

import io
import json
import re
import threading
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from tests.conftest import served
from tests.served import Server, Visitor, closed_up
from wizard.store.database import connect_to_read
from wizard.store.invites import invite_code
from wizard.study import BadStudy, Study
from wizard.study_file import fields_of, read_study
from wizard.web.differences import differences
from wizard.web.study_form import SECTIONS, Field
from wizard.web.study_parcel import TEMPLATES, packed, template_source, unpacked

STUDY = """\
study: help   # ours
title: Help
labels:
  - {name: intent, options: [lost, charge]}
model_sees: {documents: [cards.md]}
"""


def paths(fields: tuple[Field, ...], before: str = "") -> Iterator[str]:
    for field in fields:
        yield f"{before}{field.name}"
        yield from paths(field.fields, f"{before}{field.name}.")


def paths_of(model: type[BaseModel], before: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        yield f"{before}{name}"
        for each in parts(field.annotation):
            yield from paths_of(each, f"{before}{name}.")


def parts(kind: Any) -> Iterator[type[BaseModel]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
    for each in get_args(kind):
        yield from parts(each)


def test_the_form_has_every_field_of_a_study_once() -> None:
    asked = [path for section in SECTIONS for path in paths(section.fields)]
    assert sorted(asked) == sorted(paths_of(Study))


@pytest.mark.parametrize("name", list(TEMPLATES))
def test_a_template_is_a_study(name: str) -> None:
    study = read_study(template_source(name, "my-own"))
    assert study.study == "my-own"
    assert study.persona.greeting
    assert study.welcome


def test_the_templates_show_a_survey_and_a_limit() -> None:
    studies = [read_study(template_source(name, "my-own")) for name in TEMPLATES]
    assert any(each.survey.after for each in studies)
    assert any(each.limits.minutes for each in studies)


def test_a_study_in_a_file_comes_out_as_it_went_in() -> None:
    assert unpacked(packed(STUDY, {"cards.md": "# Cards"})) == (STUDY, {"cards.md": "# Cards"})
    assert unpacked(STUDY.encode()) == (STUDY, {})


@pytest.mark.parametrize("damaged", [0, 0xFF])
def test_of_a_file_that_broke_on_its_way_nothing_comes_in_that_was_not_in_it(damaged: int) -> None:
    study, documents = STUDY * 20, {"cards.md": "# Cards"}
    whole = packed(study, documents)
    refused = 0
    for at in range(len(whole)):
        try:
            source, others = unpacked(whole[:at] + bytes([damaged]) + whole[at + 1 :])
        except BadStudy:
            refused += 1
        else:
            assert source == study, at
            assert others.items() <= documents.items(), at
    assert refused > len(whole) / 2


def test_two_versions_word_for_word() -> None:
    told = differences("a: 1\nb: two words\n", "a: 1\nb: two others\nc: new\n")
    assert [what for what, _ in told] == ["same", "gone", "come", "come"]
    assert [words for other, words in told[1][1] if other] == ["words"]
    assert next(words for other, words in told[2][1] if other) == "others"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with served(tmp_path_factory.mktemp("studies"), STUDY) as server:
        yield server


@pytest.fixture
def owner(server: Server) -> Visitor:
    if not hasattr(server, "owner"):
        server.owner = server.seat()  # type: ignore[attr-defined]
    return Visitor(server.url, {"seat": server.owner})  # type: ignore[attr-defined]


def asks(owner: Visitor, verb: str, **given: Any) -> tuple[int, dict[str, Any]]:
    data = json.dumps(given).encode()
    headers = {"Content-Type": "application/json", "Origin": owner.url}
    status, body = owner.request("POST", f"/studio/studies/{verb}", data, headers)
    return status, {} if status == 404 else json.loads(body)


def test_the_two_views_of_what_was_typed(owner: Visitor) -> None:
    fields = fields_of(read_study(STUDY))
    _, told = asks(owner, "look", fields={**fields, "title": "Aid"}, source=STUDY)
    assert told == {"source": STUDY.replace("title: Help", "title: Aid"), "problems": []}
    _, told = asks(owner, "look", source=STUDY)
    assert told == {"fields": fields, "problems": []}
    _, told = asks(owner, "look", fields={**fields, "title": ""}, source=STUDY)
    assert told == {"problems": [{"message": "this can't be empty", "field": "title", "line": None}]}
    _, told = asks(owner, "look", source="study: a\ntitle: [")
    assert told["problems"][0]["line"]
    for nonsense in ({}, {"fields": 3}, {"source": "x", "fields": []}):
        status, told = asks(owner, "look", **nonsense)
        assert (status, bool(told["problems"])) == (200, True)


def test_a_study_is_saved_as_a_version_and_two_who_change_it_lose_nothing(owner: Visitor) -> None:
    new = "study: two\ntitle: Two\nbar: 80\npersona: {name: Penny, greeting: Hi}\n"
    assert asks(owner, "save", study=None, version=0, source=new)[1]["version"] == 1
    status, told = asks(owner, "save", study=None, version=0, source=new)
    assert (status, told["problems"][0]["field"]) == (200, "study")

    theirs = new.replace("bar: 80", "bar: 90").replace("Penny", "Max")
    assert asks(owner, "save", study="two", version=1, source=theirs)[1]["version"] == 2
    mine = new.replace("title: Two", "title: Mine").replace("Penny", "Moritz")
    status, told = asks(owner, "save", study="two", version=1, source=mine)
    assert status == 409
    assert (told["version"], told["by"], told["source"]) == (2, "Owner", theirs)
    assert (told["taken"], told["differ"]) == (["bar"], ["persona.name"])
    assert (told["fields"]["title"], told["fields"]["bar"], told["fields"]["persona"]["name"]) == ("Mine", 90, "Moritz")
    _, both = asks(owner, "look", fields=told["fields"], source=told["source"])
    assert asks(owner, "save", study="two", version=2, source=both["source"])[1]["version"] == 3

    assert asks(owner, "save", study="two", version="nonsense", source=mine)[0] == 404
    status, told = asks(owner, "save", study="two", version=3, source=new.replace("study: two", "study: three"))
    assert (status, told["problems"][0]["field"]) == (200, "study")
    status, page = owner.get("/studio/study/two/versions?old=1&new=3")
    assert status == 200
    assert "<mark>Mine</mark>" in page
    assert "being worked out" not in page, "nothing was answered under either"
    assert owner.get("/studio/study/two/versions?old=1&new=9")[0] == 404


def test_a_list_that_two_changed_is_told_whole_and_a_third_who_saves_between_is_told_too(
    server: Server, owner: Visitor
) -> None:
    seat = server.seat(server.invite_person(owner.cookies["seat"], "Second", "owner"))
    second = Visitor(server.url, {"seat": seat})
    base = "study: lists\ntitle: Lists\nlabels:\n  - {name: intent, kind: text}\nbar: 80\n"
    assert asks(owner, "save", study=None, version=0, source=base)[1]["version"] == 1
    label = "  - {{name: {}, kind: text}}\nbar: {}\n".format
    assert asks(second, "save", study="lists", version=1, source=base.replace("bar: 80\n", label("mood", 90)))[0] == 200
    status, told = asks(owner, "save", study="lists", version=1, source=base.replace("bar: 80\n", label("tone", 80)))
    assert status == 409
    assert (told["by"], told["taken"], told["differ"]) == ("Second", ["bar"], ["labels"])
    assert [each["name"] for each in told["fields"]["labels"]] == ["intent", "tone"]
    assert [each["name"] for each in told["theirs"]["labels"]] == ["intent", "mood"]
    assert told["fields"]["bar"] == 90

    chosen = base.replace("bar: 80\n", "  - {name: mood, kind: text}\n" + label("tone", 90))
    between = base.replace("bar: 80\n", label("mood", 95))
    assert asks(second, "save", study="lists", version=2, source=between)[1]["version"] == 3
    status, told = asks(owner, "save", study="lists", version=2, source=chosen)
    assert (status, told["version"], told["taken"], told["differ"]) == (409, 3, ["bar"], [])
    _, both = asks(owner, "look", fields=told["fields"], source=told["source"])
    _, kept = asks(owner, "save", study="lists", version=3, source=both["source"])
    assert kept["version"] == 4
    found = read_study(kept["source"])
    assert ([each.name for each in found.labels], found.bar) == (["intent", "mood", "tone"], 95)


@pytest.mark.alone
def test_who_chats_does_not_wait_while_a_large_study_is_written_saved_and_entered(
    server: Server, owner: Visitor
) -> None:
    canned = "".join(f'  - {{key: k{at}, text: "Say {at}: {"word " * 50}"}}\n' for at in range(250))
    source = f"study: large\ntitle: Large\ncanned:\n{canned}"
    fields = fields_of(read_study(source))

    def work() -> None:
        assert asks(owner, "look", fields={**fields, "title": "Larger"}, source=source)[0] == 200
        assert asks(owner, "save", study=None, version=0, source=source)[0] == 200
        for _ in range(3):
            assert owner.get("/studio/study/large/links")[0] == 200

    with server.participant("somebody-who-chats") as chat:
        working = threading.Thread(target=work)
        working.start()
        took = []
        while working.is_alive():
            began = time.monotonic()
            assert chat.call("send", {"id": f"m{len(took)}", "text": "hi"})["ok"]
            took.append(time.monotonic() - began)
            time.sleep(0.02)
    assert max(took) < 0.2


def test_documents_come_with_a_study_and_go_with_its_file(server: Server, owner: Visitor) -> None:
    given = {"cards.md": "# Cards\n"}
    assert asks(owner, "save", study="help", version=1, source=STUDY, documents=given)[1]["version"] == 2
    request = urllib.request.Request(f"{server.url}/studio/study/help/file", headers={"Cookie": f"seat={server.owner}"})  # type: ignore[attr-defined]
    with urllib.request.urlopen(request, timeout=10) as answer, zipfile.ZipFile(io.BytesIO(answer.read())) as file:
        assert {name: file.read(name).decode() for name in file.namelist()} == {"study.yaml": STUDY, **given}
    status, page = owner.get("/studio/studies/new?like=help")
    assert status == 200
    assert "help-2" in page
    assert "# Cards" in page


def test_a_study_is_put_away_and_taken_up_again(server: Server, owner: Visitor) -> None:
    asks(owner, "save", study=None, version=0, source="study: old\ntitle: Old\n")
    db = connect_to_read(server.sessions)
    link = f"/c/{invite_code(db, 'old')}"
    db.close()
    guest = Visitor(server.url, {})
    assert guest.get(link)[0] == 200
    owner.post("/studio/study/old/archive", {"archived": "yes"})
    status, page = Visitor(server.url, {}).get(link)
    assert status == 410
    assert "closed" in page
    owner.post("/studio/study/old/archive", {"archived": "no"})
    assert Visitor(server.url, {}).get(link)[0] == 200


def test_where_all_are_put_away_the_page_does_not_say_that_there_was_none(at_once: Server) -> None:
    owner = Visitor(at_once.url, {"seat": at_once.seat()})
    owner.post("/studio/study/at-once/archive", {"archived": "yes"})
    _, page = owner.get("/studio/studies")
    assert "There is none yet" not in page
    assert "All are archived" in page


def test_who_did_what_is_told_the_newest_first(owner: Visitor) -> None:
    asks(owner, "save", study=None, version=0, source="study: told\ntitle: Told\n")
    owner.post("/studio/study/told/doors", {"closed": "yes"})
    _, page = owner.get("/studio/trail?study=told")
    steps = re.findall(r"</th><td>(.*?)</td><td>(.*?)</td>", closed_up(page))
    assert steps[0] == ("Owner", "closed the doors")
    assert set(steps[1:]) == {("Owner", "saved version 1"), ("Owner", "made a link")}
    assert "Nothing yet." in owner.get("/studio/trail?upto=2020")[1]
