"""Reads credits as a person types them."""

import typer


def read_credits(text: str, option: str) -> int:
    """Millicredits of a number such as ``12`` or ``0.5``. Raises BadParameter."""
    from pixelmill.domain.credits import to_millicredits

    try:
        amount = to_millicredits(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=option) from error
    if amount < 0:
        raise typer.BadParameter("credits are zero or more", param_hint=option)
    return amount
