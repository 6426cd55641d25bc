from services.vault.commitments import SALT, commitment, new_salt

# Computed once, by hand, from the definition: what this proves must be provable for ever.
SALT_OF_LONG_AGO = bytes(range(16))
COMMITMENT_OF_LONG_AGO = "55b07675068c38ce5a2fba07def166b132eb6b408885d298c7b06a5dec02dbe9"


def test_a_commitment_is_what_it_has_always_been() -> None:
    said = commitment(SALT_OF_LONG_AGO, "given_name", "Zoé")

    assert said == COMMITMENT_OF_LONG_AGO


def test_moving_a_letter_from_field_to_value_gives_another_commitment() -> None:
    salt = new_salt()

    assert commitment(salt, "name", "sake") != commitment(salt, "names", "ake")


def test_the_same_value_under_another_salt_gives_another_commitment() -> None:
    one, other = new_salt(), new_salt()

    assert len(one) == SALT >= 16
    assert commitment(one, "name", "Zoé") != commitment(other, "name", "Zoé")
