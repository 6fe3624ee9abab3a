"""Single sign-on: who the provider stands for and the owner invited gets in, and nobody and nothing else."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import threading
import time
import urllib.parse
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.conftest import AT_ONCE, served
from tests.served import Server, Visitor
from wizard.settings import BadSetting, Settings
from wizard.web.oidc import Provider

KEY, ANOTHER_KEY = (RSAKey.generate_key(2048, {"kid": "one"}) for _ in range(2))
CLIENT, SECRET = "curtain", "the-client's-secret"


class Identity(ThreadingHTTPServer):
    """An identity provider on loopback. `says` changes what its ID tokens say, `key` what they are signed with."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.issuer = f"http://127.0.0.1:{self.server_port}"
        self.codes: dict[str, dict[str, str]] = {}
        self.be("ada@example.org")

    def be(self, email: str | None, sub: str = "42", **says: Any) -> None:
        """From now on whoever comes is this person."""
        self.says: dict[str, Any] = {"sub": sub, "email": email, "email_verified": True, **says}
        self.key, self.elsewhere, self.swapped = KEY, {}, {}


class Answering(BaseHTTPRequestHandler):
    server: Identity

    def do_GET(self) -> None:
        at = urllib.parse.urlsplit(self.path)
        asked = dict(urllib.parse.parse_qsl(at.query))
        here = self.server
        if at.path == "/.well-known/openid-configuration":
            ends = {name: f"{here.issuer}/{name}" for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")}
            self._say({"issuer": here.issuer, **ends, "userinfo_endpoint": f"{here.issuer}/me"})
        elif at.path == "/jwks_uri":
            self._say({"keys": [KEY.as_dict(private=False)]})
        elif at.path == "/me":
            self._say({"sub": here.says["sub"], **here.elsewhere})
        else:
            assert asked["code_challenge_method"] == "S256"
            here.codes["a-code"] = asked
            back = {"code": "a-code", "state": asked["state"], **here.swapped}
            self.send_response(303)
            self.send_header("Location", f"{asked['redirect_uri']}?{urllib.parse.urlencode(back)}")
            self.end_headers()

    def do_POST(self) -> None:
        here = self.server
        given = dict(urllib.parse.parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        asked = here.codes.pop(given["code"], None)
        digest = hashlib.sha256(given["code_verifier"].encode()).digest()
        by = base64.b64decode(self.headers["Authorization"].removeprefix("Basic ")).decode()
        right = asked and base64.urlsafe_b64encode(digest).decode().rstrip("=") == asked["code_challenge"]
        if not asked or not right or urllib.parse.unquote(by) != f"{CLIENT}:{SECRET}":
            self._say({"error": "invalid_grant"}, 400)
            return
        now = int(time.time())
        claims = {"iss": here.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"], **here.says}
        token = jwt.encode({"alg": "RS256", "kid": "one"}, {k: v for k, v in claims.items() if v is not None}, here.key)
        self._say({"access_token": "an-access-token", "token_type": "Bearer", "id_token": token})

    def _say(self, told: dict[str, Any], status: int = 200) -> None:
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def identity() -> Iterator[Identity]:
    with Identity() as provider:
        threading.Thread(target=provider.serve_forever, daemon=True).start()
        yield provider
        provider.shutdown()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, identity: Identity) -> Iterator[Server]:
    running = served(tmp_path_factory.mktemp("sign-on"), AT_ONCE)
    for name, value in {"ISSUER": identity.issuer, "CLIENT_ID": CLIENT, "CLIENT_SECRET": SECRET}.items():
        running.environ[f"CURTAIN_OIDC_{name}"] = value
    with running as server:
        yield server


@pytest.fixture(scope="module")
def owner(server: Server) -> Visitor:
    owner = Visitor(server.url, {"seat": server.seat()})
    invite(owner, "Ada", "ada@example.org")
    return owner


@pytest.fixture
def link(server: Server, owner: Visitor, identity: Identity) -> str:
    """Where colleagues begin, as the People page has it."""
    identity.be("ada@example.org")
    found = re.search(r"/studio/sso/\w+", owner.get("/studio/people")[1])
    assert found
    assert found[0] in "".join(server.output)
    return found[0]


def invite(owner: Visitor, name: str, known_as: str) -> str:
    return owner.post("/studio/people", {"name": name, "seat": "analyst", "known_as": known_as})[1]


def signed_in(server: Server, link: str) -> Visitor | None:
    """Whoever comes by the link now, if they get in."""
    visitor = Visitor(server.url)
    status, page = visitor.get(link)
    if status == 200:
        assert "seat" in visitor.cookies
        return visitor
    assert (status, page) == Visitor(server.url).get("/nonsense")
    assert "seat" not in visitor.cookies
    return None


def test_who_was_invited_gets_in_and_is_the_same_from_then_on(server: Server, link: str, identity: Identity) -> None:
    ada = signed_in(server, link)
    assert ada
    assert ">Ada<" in ada.get("/studio/data")[1]
    identity.be("ada.married@example.org")
    again = signed_in(server, link)
    assert again
    assert ">Ada<" in again.get("/studio/data")[1]
    identity.be("ada@example.org", sub="somebody who got her address")
    assert signed_in(server, link) is None


@pytest.mark.parametrize(
    "says",
    [
        {"iss": "http://127.0.0.1:1"},
        {"aud": "somebody-else"},
        {"aud": [CLIENT, "another"], "azp": "another"},
        {"nonce": "another"},
        {"nonce": None},
        {"exp": timedelta(minutes=-2)},
        {"exp": None},
        {"iat": timedelta(minutes=10)},
    ],
    ids=lambda says: "-".join(f"{name} {value}"[:24] for name, value in says.items()),
)
def test_a_word_that_is_not_the_providers_for_us_and_now_lets_nobody_in(
    server: Server, link: str, identity: Identity, says: dict[str, Any]
) -> None:
    identity.says |= {name: moment(value) if isinstance(value, timedelta) else value for name, value in says.items()}
    assert signed_in(server, link) is None
    identity.be("ada@example.org")
    assert signed_in(server, link)


def moment(from_now: timedelta) -> int:
    return int(time.time() + from_now.total_seconds())


def test_what_somebody_else_signed_lets_nobody_in(server: Server, link: str, identity: Identity) -> None:
    identity.key = ANOTHER_KEY
    assert signed_in(server, link) is None


def test_a_clock_may_be_a_little_off(server: Server, link: str, identity: Identity) -> None:
    identity.says |= {"iat": int(time.time()) + 30}
    assert signed_in(server, link)
    identity.says |= {"iat": int(time.time()) - 400, "exp": int(time.time()) - 30}
    assert signed_in(server, link)


def test_a_way_back_is_good_once_and_in_the_browser_that_began(server: Server, link: str, identity: Identity) -> None:
    identity.swapped = {"state": "another"}
    assert signed_in(server, link) is None
    identity.swapped = {"code": ""}
    assert signed_in(server, link) is None
    identity.be("ada@example.org")
    visitor = Visitor(server.url)
    assert visitor.get(link)[0] == 200
    state = identity.codes.get("a-code")
    assert state is None, "the code was used"
    for where in (f"{link}?state=x&code=a-code", f"{link}?state=&code=", f"{link}?state=x"):
        assert Visitor(server.url, {"arriving": "x"}).get(where)[0] == 404


@pytest.mark.parametrize(
    ("email", "sub", "verified"),
    [
        ("eve@example.org", "66", True),
        ("bob@example.org", "77", False),
        ("bob@example.org", "77", "true"),
        (None, "9", True),
    ],
)
def test_who_was_not_invited_or_whose_address_nobody_checked_stays_out(
    server: Server, owner: Visitor, link: str, identity: Identity, email: str | None, sub: str, verified: object
) -> None:
    invite(owner, "Bob", "bob@example.org")
    identity.be(email, sub, email_verified=verified)
    assert signed_in(server, link) is None


def test_somebody_can_be_invited_by_the_id_that_the_provider_gives_them(
    server: Server, owner: Visitor, link: str, identity: Identity
) -> None:
    invite(owner, "Sub", "Id-7F")
    identity.be(None, "Id-7F")
    assert signed_in(server, link)


def test_an_address_may_stand_in_the_user_info_alone(
    server: Server, owner: Visitor, link: str, identity: Identity
) -> None:
    invite(owner, "Cy", "Cy@Example.org")
    identity.be(None, "123")
    identity.elsewhere = {"email": "cy@example.org", "email_verified": True}
    assert signed_in(server, link)
    assert "Somebody else of the team signs in so." in invite(owner, "Double", "cy@example.org")


def test_whose_seat_is_taken_back_does_not_come_back_by_signing_on(
    server: Server, owner: Visitor, link: str, identity: Identity
) -> None:
    invite(owner, "Gone", "gone@example.org")
    identity.be("gone@example.org", "g")
    visitor = signed_in(server, link)
    assert visitor
    out = re.search(r"<strong>Gone</strong>.*?(/studio/people/\w+/out)", owner.get("/studio/people")[1], re.DOTALL)
    assert out
    assert owner.post(out[1], {})[0] == 200
    assert visitor.get("/studio")[0] == 404
    assert signed_in(server, link) is None


def test_without_a_provider_there_is_nothing_and_a_wrong_word_is_nothing(tmp_path: Path, server: Server) -> None:
    nothing = Visitor(server.url).get("/nonsense")
    assert Visitor(server.url).get("/studio/sso/nonsense") == nothing
    with served(tmp_path, AT_ONCE) as without:
        assert Visitor(without.url).get("/studio/sso/nonsense")[0] == 404
        owner = Visitor(without.url, {"seat": without.seat()})
        assert "sso" not in owner.get("/studio/people")[1]


def test_a_provider_that_is_gone_is_told_to_who_knows_the_link(tmp_path: Path) -> None:
    running = served(tmp_path, AT_ONCE)
    running.environ |= {"CURTAIN_OIDC_ISSUER": "http://127.0.0.1:9", "CURTAIN_OIDC_CLIENT_ID": "x"}
    with running as server:
        [link] = re.findall(r"/studio/sso/\w+", "".join(server.output))
        status, page = Visitor(server.url).get(link)
        assert status == 502
        assert "can’t be signed in right now" in page


@pytest.mark.parametrize("issuer", ["http://identity.example", "identity.example", "ftp://identity.example"])
def test_a_provider_must_be_reached_safely(issuer: str) -> None:
    with pytest.raises(BadSetting, match="OIDC_ISSUER"):
        Provider(Settings(oidc_issuer=issuer, oidc_client_id="x"))
    with pytest.raises(BadSetting, match="OIDC_CLIENT_ID"):
        Provider(Settings(oidc_issuer="https://identity.example"))
