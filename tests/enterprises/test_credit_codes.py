"""Unified Social Credit Codes: form, check sign, and the codes in force that fail it."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from enterprises import credit_codes
from enterprises.models import Enterprise
from tests.data_entry import errors_of, page, send
from tests.make import make_enterprise

VALID = ["91350100M000100Y43", "91110000600037341L"]
WRONG_SIGN = "91350100M000100Y44"
body = st.builds(
    "".join,
    st.tuples(
        st.text(credit_codes.ALPHABET, min_size=2, max_size=2),
        st.text("0123456789", min_size=6, max_size=6),
        st.text(credit_codes.ALPHABET, min_size=9, max_size=9),
    ),
)


@pytest.mark.parametrize("code", VALID)
def test_published_codes_are_valid(code: str) -> None:
    assert credit_codes.is_well_formed(code)
    assert credit_codes.check_sign(code) == code[-1]
    Enterprise(name_en="Valid", credit_code=code).clean()


@pytest.mark.parametrize("prefix", ["N1", "Y1", "91", "12"])
def test_letters_may_stand_in_front(prefix: str) -> None:
    first = f"{prefix}370200MA3C4D5E6"
    code = first + credit_codes.check_sign(first + "0")
    Enterprise(name_en="Valid", credit_code=code).clean()


@given(body, st.integers(0, 16), st.sampled_from(credit_codes.ALPHABET))
def test_one_wrong_sign_is_always_noticed(body: str, place: int, sign: str) -> None:
    right = credit_codes.check_sign(body + "0")
    changed = body[:place] + sign + body[place + 1 :]
    assert (credit_codes.check_sign(changed + "0") == right) is (changed == body)


@pytest.mark.parametrize(
    "code",
    [
        "91350100M000100Y4",
        "91350100M000100Y433",
        "91350100M000100I43",
        "9135O100M000100Y43",
        "913501٠0M000100Y43",
        "'; DROP TABLE x",
    ],
)
def test_what_has_another_form_is_refused_with_or_without_a_reason(code: str) -> None:
    for reason in ("", "It stands so on the licence"):
        with pytest.raises(ValidationError) as refused:
            Enterprise(name_en="Bad", credit_code=code, credit_code_reason=reason).clean()
        assert list(refused.value.message_dict) == ["credit_code"]


def test_a_wrong_check_sign_stands_with_a_reason_only() -> None:
    with pytest.raises(ValidationError, match="should be 3"):
        Enterprise(name_en="Odd", credit_code=WRONG_SIGN).clean()
    Enterprise(name_en="Odd", credit_code=WRONG_SIGN, credit_code_reason="On the licence").clean()


@pytest.mark.django_db
class TestInDataEntry:
    """The same at the field of the data entry page."""

    add = "enterprises_enterprise_add"

    @pytest.mark.parametrize(
        "typed",
        [
            *VALID,
            "91350100m000100y43",
            "9135 0100 M000 100Y 43",
            "91350100-M000100Y4-3",
            "９１350100M000100Y43",
        ],
    )
    def test_a_code_is_taken_as_it_is_copied(self, recorder_client: Client, typed: str) -> None:
        response = send(recorder_client, page(self.add), name_en="One", credit_code=typed)
        assert response.status_code == 302
        assert Enterprise.objects.get().credit_code in VALID

    def test_a_wrong_check_sign_asks_for_the_reason(self, recorder_client: Client) -> None:
        response = send(recorder_client, page(self.add), name_en="Odd", credit_code=WRONG_SIGN)
        assert "should be 3" in str(errors_of(response)["credit_code"])
        response = send(
            recorder_client,
            page(self.add),
            name_en="Odd",
            credit_code=WRONG_SIGN,
            credit_code_reason="On the licence just so",
        )
        assert response.status_code == 302

    def test_a_malformed_code_is_refused(self, recorder_client: Client) -> None:
        response = send(recorder_client, page(self.add), name_en="Bad", credit_code="12345")
        assert "is not a credit code" in str(errors_of(response)["credit_code"])

    def test_a_code_stands_once(self, recorder_client: Client) -> None:
        make_enterprise(credit_code=VALID[0])
        response = send(
            recorder_client, page(self.add), name_en="Two", credit_code=VALID[0].lower()
        )
        assert "recorded already" in str(errors_of(response)["credit_code"])
        assert Enterprise.objects.count() == 1

    def test_many_enterprises_have_no_code_yet(self, recorder_client: Client) -> None:
        for name in ("One", "Two"):
            assert send(recorder_client, page(self.add), name_en=name).status_code == 302
        assert Enterprise.objects.count() == 2
