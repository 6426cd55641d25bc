import hmac

from services.chassis.digests import keyed


def test_a_keyed_digest_is_of_the_words_in_their_order_and_under_their_key() -> None:
    made = keyed("key", "code", b"123456")

    assert made == keyed(b"key", b"code", "123456")
    assert made == hmac.digest(b"key", b"code\n123456", "sha256")
    others = [("another", "code", "123456"), ("key", "123456", "code"), ("key", "code123456")]
    assert made not in {keyed(*one) for one in others}
