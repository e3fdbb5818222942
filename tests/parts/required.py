"""A missing real part: skipped loudly, or red where the machine promised it."""

import os
from typing import NoReturn

import pytest


def is_required(part: str) -> bool:
    """Whether PIXELMILL_TEST_REQUIRE names ``part``, e.g. "postgres,s3"."""
    named = os.environ.get("PIXELMILL_TEST_REQUIRE", "")
    return part in {name.strip() for name in named.split(",")}


def missing(part: str, why: str, install: str) -> NoReturn:
    """Skip the test with the line that installs ``part``; fail it if the part is required."""
    message = f"{part} is missing: {why} Install it: {install}"
    if is_required(part):
        pytest.fail(f"{message} (PIXELMILL_TEST_REQUIRE names it)", pytrace=False)
    pytest.skip(message)
