"""Signed answers: the standard's own vector, and that nothing of an answer or a question can change."""

from __future__ import annotations

import base64
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_cache.suite import INTL
from terminal.centre import signing
from terminal.centre.signing import Question, Reply, SignatureInvalidError, SignatureMissingError

# RFC 9421 Appendix B.1.4 and B.2.6: a message signed with Ed25519, which gives one signature and no other.
RFC_PRIVATE = base64.b64decode("n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU=", altchars=b"-_")
RFC_PUBLIC = base64.b64decode("JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs=", altchars=b"-_")
RFC_COMPONENTS = [
    ('"date"', "Tue, 20 Apr 2021 02:07:55 GMT"),
    ('"@method"', "POST"),
    ('"@path"', "/foo"),
    ('"@authority"', "example.com"),
    ('"content-type"', "application/json"),
    ('"content-length"', "18"),
]
RFC_PARAMETERS = (
    '("date" "@method" "@path" "@authority" "content-type" "content-length")'
    ';created=1618884473;keyid="test-key-ed25519"'
)
RFC_SIGNATURE = "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw=="


def test_the_vector_of_the_standard_verifies() -> None:
    base = signing.signature_base(RFC_COMPONENTS, RFC_PARAMETERS)
    assert INTL.public_key(RFC_PRIVATE) == RFC_PUBLIC
    assert base64.b64encode(INTL.sign(RFC_PRIVATE, base)).decode("ascii") == RFC_SIGNATURE


def test_the_digest_vector_of_the_standard() -> None:
    # RFC 9530 Appendix D
    body = b'{"hello": "world"}\n'
    assert signing.content_digest(body) == "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:"


PRIVATE = INTL.new_signing_key()
KEYS = {"k1": INTL.public_key(PRIVATE)}
QUESTION = Question("GET", "/v1/status?year=2025", "0" * 32)


def _signed(question: Question = QUESTION, status: int = 200, body: bytes = b"{}") -> Reply:
    plain = Reply(status, {"content-type": "application/json"}, body)
    fields = signing.sign(PRIVATE, "k1", question, plain, created=1_700_000_000)
    return Reply(status, {**plain.headers, **{name.lower(): value for name, value in fields.items()}}, body)


@given(
    st.sampled_from(["GET", "POST"]),
    st.from_regex(r"/[a-z0-9/%-]{0,40}(\?[a-z=&0-9]{0,20})?", fullmatch=True),
    st.from_regex(r"[0-9a-f]{32}", fullmatch=True),
    st.integers(100, 599),
    st.binary(max_size=300),
)
def test_what_was_signed_verifies(method: str, target: str, request_id: str, status: int, body: bytes) -> None:
    question = Question(method, target, request_id)
    assert signing.verify(KEYS, question, _signed(question, status, body)) == 1_700_000_000


CHANGED_QUESTIONS = [
    Question("POST", QUESTION.target, QUESTION.request_id),
    Question("GET", "/v1/other?year=2025", QUESTION.request_id),
    Question("GET", "/v1/status?year=2024", QUESTION.request_id),
    Question("GET", "/v1/status", QUESTION.request_id),
    Question("GET", QUESTION.target, "1" * 32),
    Question("GET", QUESTION.target, None),
]


@pytest.mark.parametrize("question", CHANGED_QUESTIONS)
def test_the_answer_to_another_question_does_not_verify(question: Question) -> None:
    with pytest.raises(SignatureInvalidError):
        signing.verify(KEYS, question, _signed())


def _changed(reply: Reply, **headers: str) -> Reply:
    return Reply(
        reply.status, {**reply.headers, **{name.replace("_", "-"): v for name, v in headers.items()}}, reply.body
    )


def test_a_changed_answer_does_not_verify() -> None:
    good = _signed()
    changed = [
        Reply(201, good.headers, good.body),
        Reply(good.status, good.headers, b"[]"),
        _changed(good, content_type="text/html"),
        _changed(good, content_digest=signing.content_digest(b"[]")),
        _changed(good, signature_input=good.headers["signature-input"].replace("k1", "k2")),
        _changed(good, signature_input=good.headers["signature-input"].replace("1700000000", "1700000001")),
        _changed(good, signature_input=good.headers["signature-input"].replace('"@status" ', "")),
        _changed(good, signature_input=good.headers["signature-input"].replace("ed25519", "hmac-sha256")),
    ]
    for reply in changed:
        with pytest.raises(SignatureInvalidError):
            signing.verify(KEYS, QUESTION, reply)


def _signed_over(covered: Sequence[str]) -> Reply:
    """A whole answer, signed with the right key over ``covered`` alone."""
    full = _signed()
    known = {
        '"@status"': "200",
        '"content-type"': full.headers["content-type"],
        '"content-digest"': full.headers["content-digest"],
        '"@method";req': "GET",
        '"@path";req': "/v1/status",
        '"@query";req': "?year=2025",
        '"x-request-id";req': "0" * 32,
    }
    parameters = f'({" ".join(covered)});created=1700000000;keyid="k1";alg="ed25519"'
    signature = INTL.sign(PRIVATE, signing.signature_base([(item, known[item]) for item in covered], parameters))
    encoded = base64.b64encode(signature).decode("ascii")
    return _changed(full, signature_input=f"centre={parameters}", signature=f"centre=:{encoded}:")


@pytest.mark.parametrize("absent", signing.COVERED)
def test_a_signature_that_leaves_one_component_out_is_believed_by_nobody(absent: str) -> None:
    whole = _signed_over(signing.COVERED)
    assert signing.verify(KEYS, QUESTION, whole) == 1_700_000_000
    with pytest.raises(SignatureInvalidError, match="not covered"):
        signing.verify(KEYS, QUESTION, _signed_over([item for item in signing.COVERED if item != absent]))


def test_the_components_that_must_be_covered() -> None:
    assert set(signing.COVERED) == {
        '"@status"',
        '"content-type"',
        '"content-digest"',
        '"@method";req',
        '"@path";req',
        '"@query";req',
        '"x-request-id";req',
    }


def test_a_key_that_is_not_pinned_proves_nothing() -> None:
    with pytest.raises(SignatureInvalidError):
        signing.verify({"k1": INTL.public_key(INTL.new_signing_key())}, QUESTION, _signed())


def test_an_unsigned_answer_is_told_from_a_forged_one() -> None:
    with pytest.raises(SignatureMissingError):
        signing.verify(KEYS, QUESTION, Reply(200, {"content-type": "text/html"}, b"<html>"))
    good = _signed()
    half = {name: value for name, value in good.headers.items() if name != "signature"}
    with pytest.raises(SignatureInvalidError):
        signing.verify(KEYS, QUESTION, Reply(200, half, good.body))


@given(st.text(max_size=200), st.text(max_size=200))
def test_hostile_fields_are_refused_and_nothing_else(first: str, second: str) -> None:
    good = _signed()
    for reply in (
        _changed(good, signature_input=first, signature=second),
        _changed(good, signature_input=good.headers["signature-input"] + first),
        _changed(good, signature=good.headers["signature"] + second),
    ):
        if reply.headers == good.headers:
            continue
        with pytest.raises(SignatureInvalidError):
            signing.verify(KEYS, QUESTION, reply)
