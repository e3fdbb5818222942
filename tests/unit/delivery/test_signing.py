"""Signatures against the specification's own vector."""

from standardwebhooks import Webhook

from pixelmill.delivery.signing import new_secret, signature, signature_holds

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
AT = 1_614_265_330
BODY = '{"test": 2432232314}'
RIGHT = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_specifications_vector_is_met():
    assert signature([SECRET], ID, AT, BODY) == RIGHT


def test_two_secrets_give_two_signatures_and_either_holds():
    other = new_secret()
    both = signature([other, SECRET], ID, AT, BODY)
    assert both.split(" ")[1] == RIGHT
    for secret in (other, SECRET):
        assert signature_holds(secret, ID, str(AT), BODY, both, now_s=AT)


def test_five_minutes_either_way_are_the_limit():
    for now, holds in ((AT + 300, True), (AT + 301, False), (AT - 300, True), (AT - 301, False)):
        assert signature_holds(SECRET, ID, str(AT), BODY, RIGHT, now_s=now) is holds


def test_nothing_malformed_holds():
    for given in ("", "v1", "v1,", "v2," + RIGHT[3:], RIGHT + "x", "\udcff", "a b c"):
        assert not signature_holds(SECRET, ID, str(AT), BODY, given, now_s=AT)
    for stamp in ("", "soon", "-1", "\u0661", str(AT) + ".5"):
        assert not signature_holds(SECRET, ID, stamp, BODY, RIGHT, now_s=AT)


def test_secrets_have_256_bits_and_differ():
    assert new_secret() != new_secret()
    assert len(Webhook(new_secret())._whsecret) == 32
