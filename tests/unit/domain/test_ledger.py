"""The consent ledger: what follows from it is the consent that messages are held against."""

from __future__ import annotations

import pytest
from anlass.domain.consent import TRACKING, Consent, Grant
from anlass.domain.ledger import Act, Statement, state_of, stated, statement_id
from anlass.domain.person import Person
from anlass.domain.profile import Attributes
from anlass.domain.withdrawing import withdrawal
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import DAY, NOON, a_state

ANNA = "anna@shop.example"


def line(act: Act, topic: str = "news", day: int = 0, **fields: str) -> Statement:
    by = fields.pop("by", "person")
    id_ = statement_id(act, topic, str(day), by)
    return Statement(id_, "u:anna", "email", ANNA, topic, act, NOON + day * DAY, by, "test", **fields)  # type: ignore[arg-type]


def allowed(*ledger: Statement, topic: str = "news") -> bool:
    return state_of("u:anna", "email", ledger).allows(ANNA, topic)


def test_a_confirmation_allows_its_topic_and_no_other() -> None:
    assert allowed(line("confirmed"))
    assert not allowed(line("confirmed"), topic="offers")


def test_a_no_to_all_ends_every_topic_and_a_later_confirmation_opens_its_own_again() -> None:
    ledger = [line("confirmed"), line("confirmed", "offers"), line("withdrawn", "*", 1)]
    assert not allowed(*ledger)
    again = [*ledger, line("confirmed", "news", 2)]
    assert allowed(*again)
    assert not allowed(*again, topic="offers")
    assert not allowed(*again, line("withdrawn", "*", 3))


def test_the_shop_opens_nothing_that_the_person_closed() -> None:
    closed = [line("confirmed"), line("withdrawn", "*", 1)]
    assert not allowed(*closed, line("granted", "*", 2, by="shop"))
    assert not allowed(*closed, line("granted", "news", 2, by="shop"))


class TestExistingCustomers:
    """§ 7 (3) UWG: an address from a sale, own similar goods, told so, and no objection."""

    SALE = line("existing-customer", by="shop")

    def test_may_be_written_to_on_the_topic_of_the_sale(self) -> None:
        consent = state_of("u:anna", "email", [self.SALE])
        assert consent.basis(ANNA, "news") == "existing-customer"
        assert consent.basis(ANNA, "offers") is None

    @pytest.mark.parametrize("day", [-1, 0, 1])
    @pytest.mark.parametrize(
        "no", [line("withdrawn"), line("objected"), line("withdrawn", by="shop"), line("objected", "*")]
    )
    def test_not_if_they_ever_objected_whenever_the_sale_was(self, no: Statement, day: int) -> None:
        assert not allowed(no, line("existing-customer", day=day, by="shop"))

    def test_who_consented_stays_one_who_consented(self) -> None:
        for ledger in (
            [line("confirmed"), line("existing-customer", day=1, by="shop")],
            [line("granted", by="shop"), line("existing-customer", day=1, by="shop")],
            [self.SALE, line("confirmed")],
        ):
            assert state_of("u:anna", "email", ledger).basis(ANNA, "news") == "consent"

    def test_consent_to_one_thing_is_none_to_be_watched(self) -> None:
        consent = state_of("u:anna", "email", [line("confirmed", "*")])
        assert consent.allows(ANNA, "news")
        assert not consent.tracks(ANNA)


def test_being_watched_is_a_purpose_of_its_own() -> None:
    watched = [line("granted", "*", purpose="tracking")]
    consent = state_of("u:anna", "email", watched)
    assert consent.tracks(ANNA)
    assert not consent.allows(ANNA, "news")
    assert not state_of("u:anna", "email", [*watched, line("withdrawn", "*", 1)]).tracks(ANNA)


def test_a_plain_word_is_written_down_as_it_was_said() -> None:
    said = stated(
        Grant(f" {ANNA.upper()} ", TRACKING, "granted", NOON, "person", "preference centre"), "u:anna", "email"
    )
    assert (said.address, said.topic, said.purpose, said.act) == (ANNA, "*", "tracking", "granted")


ACTS: tuple[Act, ...] = ("granted", "confirmed", "withdrawn", "objected", "existing-customer")


@given(
    st.lists(
        st.builds(
            lambda act, topic, day, by: line(act, topic, day, by=by),
            st.sampled_from(ACTS),
            st.sampled_from(("news", "offers", "*")),
            st.integers(0, 9),
            st.sampled_from(("shop", "person")),
        ),
        max_size=8,
        unique_by=lambda s: (s.at, s.by),
    ),
    st.randoms(),
)
def test_the_order_in_which_the_ledger_is_read_does_not_matter(ledger: list[Statement], chance: object) -> None:
    shuffled = list(ledger)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert state_of("u:anna", "email", shuffled) == state_of("u:anna", "email", ledger)


class TestWithdrawals:
    def anna(self, *ledger: Statement, email: str = ANNA) -> Person:
        consent = state_of("u:anna", "email", ledger)
        return Person(a_state(), Attributes("u:anna", traits={"email": email}), {"email": consent})

    def test_hold_for_every_address_that_the_person_had(self) -> None:
        said = withdrawal(self.anna(line("confirmed"), email="new@shop.example"), "email", ["*"], NOON + DAY, "link")
        assert said is not None
        assert said.addresses == (ANNA, "new@shop.example")
        assert not any(said.consent.reaches(address) for address in said.addresses)

    def test_are_said_once(self) -> None:
        assert withdrawal(self.anna(line("withdrawn", "*")), "email", ["*"], NOON + DAY, "link") is None

    def test_are_said_again_by_who_has_come_back(self) -> None:
        back = self.anna(line("withdrawn", "*"), line("confirmed", "news", 1))
        assert withdrawal(back, "email", ["*"], NOON + 2 * DAY, "link") is not None

    def test_against_what_a_sale_allowed_are_objections(self) -> None:
        said = withdrawal(self.anna(line("existing-customer", by="shop")), "email", ["news"], NOON + DAY, "link")
        assert said is not None
        assert [s.act for s in said.statements] == ["objected"]

    def test_are_what_the_ledger_says(self) -> None:
        before = [line("confirmed"), line("confirmed", "offers")]
        said = withdrawal(self.anna(*before), "email", ["*"], NOON + DAY, "link", ip="192.0.2.7")
        assert said is not None
        assert state_of("u:anna", "email", [*before, *said.statements]).grants == said.consent.grants
        assert {s.ip for s in said.statements} == {"192.0.2.7"}

    def test_of_somebody_of_whom_nothing_is_known_change_nothing(self) -> None:
        nobody = Person(a_state(), None, {"email": Consent("u:anna", "email")})
        assert withdrawal(nobody, "email", ["*"], NOON, "link") is None
