"""Single sign-on through OpenID Connect: what is said to an identity provider, and what its answer is worth.

Authlib and joserfc do the protocol, and are loaded when somebody first signs in so. All of it waits for the network:
call it on a native thread.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

from wizard.settings import BadSetting, Settings
from wizard.web.security import LOOPBACK

WAIT_SECONDS = 10
LEEWAY_SECONDS = 60
"""So far the provider's clock may be off."""
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""Signatures of a key pair: with a shared secret, the client could sign for the provider."""
DISCOVERY = "/.well-known/openid-configuration"


class NotSignedIn(Exception):
    """The provider's answer isn't worth a seat, or there is none; the message is for whoever runs this."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in that was begun: where the browser goes, and what its way back is held against."""

    address: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Known:
    """Who somebody is to the provider: `sub`, which never changes, and an e-mail address that it has checked."""

    issuer: str
    sub: str
    email: str | None

    @property
    def subject(self) -> str:
        """Names this person among all providers' people, for ever."""
        return f"{self.issuer} {self.sub}"


class Provider:
    """An identity provider that the settings name."""

    def __init__(self, settings: Settings) -> None:
        """
        Raises:
            BadSetting: it can't be reached safely, or what it knows us by isn't given.
        """
        self.issuer = settings.oidc_issuer.rstrip("/")
        self._client, self._secret = settings.oidc_client_id, settings.oidc_client_secret
        parts = urlsplit(self.issuer)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
            raise BadSetting(f"CURTAIN_OIDC_ISSUER: it must begin with https:// (it is {self.issuer!r})")
        if not self._client:
            raise BadSetting("CURTAIN_OIDC_CLIENT_ID: it is needed with CURTAIN_OIDC_ISSUER")

    @property
    def name(self) -> str:
        """What people know it by."""
        return urlsplit(self.issuer).hostname or self.issuer

    def begin(self, back: str) -> Begun:
        """A sign-in that comes back to that address.

        Raises:
            NotSignedIn: the provider can't be reached.
        """
        from authlib.common.security import generate_token

        with self._session(back) as session:
            told = self._discover(session)
            nonce, verifier = generate_token(32), generate_token(64)
            address, state = session.create_authorization_url(
                told["authorization_endpoint"], nonce=nonce, code_verifier=verifier
            )
        return Begun(address, state, nonce, verifier)

    def finish(self, begun: Begun, code: str, back: str) -> Known:
        """Who came back with this code.

        Raises:
            NotSignedIn: the provider doesn't stand for it, or its word is for somebody else, or too old.
        """
        with self._session(back) as session:
            told = self._discover(session)
            ways = told.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
            if self._secret and "client_secret_basic" not in ways:
                session.token_endpoint_auth_method = "client_secret_post"
            try:
                token = session.fetch_token(
                    told["token_endpoint"], code=code, code_verifier=begun.verifier, timeout=WAIT_SECONDS
                )
                claims = self._claims(session, told, token, begun.nonce)
                if not claims.get("email") and told.get("userinfo_endpoint"):
                    more = _json(session.get(told["userinfo_endpoint"], timeout=WAIT_SECONDS))
                    claims = {**more, **claims} if more.get("sub") == claims["sub"] else claims
            except NotSignedIn:
                raise
            except Exception as error:  # the libraries' own, of many kinds: whatever it is, nobody is signed in
                raise NotSignedIn(f"{type(error).__name__}: {error}") from None
        email = claims.get("email") if claims.get("email_verified") is True else None
        return Known(told["issuer"], str(claims["sub"]), email.lower() if isinstance(email, str) else None)

    def _claims(self, session: Any, told: dict[str, Any], token: dict[str, Any], nonce: str) -> dict[str, Any]:
        """What the ID token says, once it is known to be the provider's, for us, of this sign-in, and of now."""
        from authlib.oidc.core import CodeIDToken
        from joserfc import jwt
        from joserfc.jwk import KeySet

        keys = KeySet.import_key_set(
            cast(Any, _json(session.get(told["jwks_uri"], withhold_token=True, timeout=WAIT_SECONDS)))
        )
        found = jwt.decode(token["id_token"], keys, algorithms=ALGORITHMS)
        claims = CodeIDToken(
            found.claims,
            found.header,
            {"iss": {"essential": True, "value": told["issuer"]}, "aud": {"essential": True, "value": self._client}},
            {"nonce": nonce, "client_id": self._client, "access_token": token.get("access_token")},
        )
        claims.validate(leeway=LEEWAY_SECONDS)
        return dict(claims)

    def _session(self, back: str) -> Any:
        from authlib.integrations.requests_client import OAuth2Session

        return OAuth2Session(
            self._client,
            self._secret or None,
            scope="openid email",
            redirect_uri=back,
            code_challenge_method="S256",
            token_endpoint_auth_method="client_secret_basic" if self._secret else "none",
        )

    def _discover(self, session: Any) -> dict[str, Any]:
        """What the provider says of itself."""
        try:
            told = _json(session.get(self.issuer + DISCOVERY, withhold_token=True, timeout=WAIT_SECONDS))
        except NotSignedIn:
            raise
        except Exception as error:  # see `finish`
            raise NotSignedIn(f"the provider can't be reached ({type(error).__name__})") from None
        if str(told.get("issuer", "")).rstrip("/") != self.issuer:
            raise NotSignedIn("the provider says that it is another one")
        return told


def _json(answer: Any) -> dict[str, Any]:
    try:
        answer.raise_for_status()
        told = answer.json()
    except Exception as error:
        raise NotSignedIn(f"the provider's answer can't be used ({type(error).__name__})") from None
    if not isinstance(told, dict):
        raise NotSignedIn("the provider's answer can't be used (no object)")
    return told
