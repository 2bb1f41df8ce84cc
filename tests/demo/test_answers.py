"""Whom the demonstration knows is answered as the page says, at the door, by the client that the page offers."""

import json

import pytest

from kuaiji.common import clock
from kuaiji.demo.rules import KNOWN, PLACES, question_of
from kuaiji.demo.services.keys import demo_key
from kuaiji.demo.services.people import make_known_people
from kuaiji.examapi.protocol.requests import SINGLE
from kuaiji.examapi.proving import BOOK
from kuaiji.examapi.verification import verify
from people.exam_client import client

AUTHORITY = "kuaiji.example"


@pytest.mark.django_db
def test_everybody_known_is_answered_with_the_codes_of_the_list(settings: object, tmp_path: object) -> None:
    settings.HOME = tmp_path  # type: ignore[attr-defined]
    place, key = PLACES["440000"], demo_key(kept="")
    assert key
    make_known_people(place=place)
    BOOK.forget()
    signer = {"keyid": key.keyid, "alg": key.algorithm, "secret": key.secret}
    wrong = {}
    for known in KNOWN:
        told = dict(question_of(place, known, day=clock.today()))
        exam = {name: told.pop(name) for name in ("level", "year", "division")}
        body = json.dumps({**told, "exam": exam}, ensure_ascii=False).encode()
        headers = client.sign(signer, "POST", AUTHORITY, SINGLE, body)
        sent = {name.lower(): value for name, value in headers.items()}
        sent |= {"host": AUTHORITY, "content-length": str(len(body))}
        answer = verify("POST", SINGLE, sent, lambda body=body: body)  # type: ignore[misc]
        said = json.loads(answer.body)
        assert answer.status == 200, said
        client.prove(signer, "POST", AUTHORITY, SINGLE, headers, dict(answer.headers), answer.body)
        with pytest.raises(client.NotProven):
            client.prove(signer, "POST", AUTHORITY, SINGLE, headers, dict(answer.headers), answer.body + b" ")
        codes = {each["condition"]: each["code"] for each in said.get("verdicts", [])} or {"": said["code"]}
        if not known.codes.items() <= codes.items():
            wrong[known.name] = codes
    assert wrong == {}
