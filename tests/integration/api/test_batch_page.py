"""The page in a real browser: signed in by the link, filled while it runs, one image large."""

import shutil
from typing import Any

import pytest

from tests.integration.api.conftest import PICTURES, Site, served
from tests.parts.required import missing

pytestmark = [pytest.mark.browser, pytest.mark.slow]
CHROMIUM = shutil.which("chromium")


async def test_a_batch_fills_the_sheet_while_it_runs(working_site: Site) -> None:
    if CHROMIUM is None:
        missing("browser", "no chromium on this machine.", "apt-get install chromium")
    from playwright.async_api import async_playwright

    async with served(working_site) as client, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = await browser.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        cookie: Any = {"name": "pixelmill", "value": working_site.sign_in.cookie()}
        await page.context.add_cookies([{**cookie, "url": str(client.base_url)}])
        prompts = ["<b>amber</b> vase", "forest candle", "sage bowl"]
        reply = await client.post("/api/v1/executions", json={**PICTURES, "prompts": prompts})
        await page.goto(f"{client.base_url}/batches/{reply.json()['executionId']}")
        await page.wait_for_selector("h1:has-text('3 images done in')", timeout=30_000)
        await page.wait_for_function("document.querySelectorAll('.cell.done img').length === 3")
        # What a user wrote is text, never markup.
        assert await page.inner_text(".cell .caption >> nth=0") == "<b>amber</b> vase"
        await page.click(".cell >> nth=1")
        await page.wait_for_selector("dialog[open] .timeline tbody tr")
        assert "forest candle" in await page.inner_text("dialog .inputs")
        assert await page.get_attribute("dialog a[download]", "href")
        await page.keyboard.press("ArrowRight")
        await page.wait_for_function("location.hash === '#0003'")
        await page.keyboard.press("Escape")
        await page.goto(f"{client.base_url}/")
        await page.wait_for_selector("a.row")
        await browser.close()
    assert faults == []
