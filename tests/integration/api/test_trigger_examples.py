"""The examples of triggers do what they say: each is parsed, and its request sent to the server."""

import re
import shlex
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import urlsplit

import httpx2 as httpx
import orjson
import yaml

from tests.integration.api.conftest import Site
from tests.integration.api.pulling import make, started, stranger

EXAMPLES = Path(__file__).parents[3] / "examples" / "triggers"


class FormReader(HTMLParser):
    """The first form of a page: where it goes, and its fields."""

    def __init__(self) -> None:
        super().__init__()
        self.form: dict[str, str | None] = {}
        self.fields: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "form":
            self.form = found
        if tag == "input":
            self.fields.append(found["name"] or "")


def shell_words(script: str, variables: Mapping[str, str]) -> list[str]:
    """A command's words with its variables filled in, as a shell would hand them over."""
    one_line = script.replace("\\\n", " ").replace("\n", " ")
    return [Template(word).safe_substitute(variables) for word in shlex.split(one_line)]


def curl(words: list[str], stdin: str = "") -> dict[str, Any]:
    """What a curl command sends."""
    headers: dict[str, str] = {}
    content, at = "", words.index("curl") + 1
    takes_value = {"--max-time", "--retry"}
    url = ""
    while at < len(words):
        word = words[at]
        if word.startswith("--") and word in {"--header", "--data", "--data-urlencode"}:
            at += 1
            if word == "--header":
                name, _, value = words[at].partition(": ")
                headers[name] = value
            elif word == "--data":
                content = stdin if words[at] == "@-" else words[at]
            else:
                name, _, value = words[at].partition("=")
                content = str(httpx.QueryParams({name: value}))
                headers["Content-Type"] = "application/x-www-form-urlencoded"
        elif word in takes_value:
            at += 1
        elif not word.startswith("-"):
            url = word
        at += 1
    return {"url": url, "headers": headers, "content": content}


async def replay(site: Site, sent: dict[str, Any]) -> None:
    """Send it twice: accepted, and the second time the same execution."""
    async with stranger(site) as client:
        first = await client.post(**sent)
        again = await client.post(**sent)
    assert first.status_code == 202, first.text
    assert again.json() == first.json()
    assert first.json()["warnings"] == []
    assert len(await started(site)) == 1


async def test_the_form_starts_its_workflow(site: Site) -> None:
    made = await make(site)
    reader = FormReader()
    reader.feed((EXAMPLES / "form.html").read_text())
    assert reader.form["method"] == "post"
    path = urlsplit(reader.form["action"] or "").path
    assert re.fullmatch(r"/workflow/whk_\w+/trigger", path)
    async with stranger(site) as client:
        reply = await client.post(
            path.replace("whk_your_trigger", made["webhookId"]),
            data=dict.fromkeys(reader.fields, "a lighthouse"),
            headers={"Accept": "text/html"},
        )
    assert (reply.status_code, reply.headers["content-type"][:9]) == (202, "text/html")
    assert (await started(site))[0]["trigger_data"] == {"prompt": "a lighthouse"}


async def test_the_github_job_starts_its_workflow_once(site: Site) -> None:
    made = await make(site, signed=True)
    document = yaml.safe_load((EXAMPLES / "github-actions.yml").read_text())
    (step,) = document["jobs"]["pictures"]["steps"]
    assert set(step["env"]) == {"PIXELMILL_TRIGGER", "PIXELMILL_SECRET", "RELEASE", "ONCE"}
    variables = {
        "PIXELMILL_TRIGGER": made["url"],
        "PIXELMILL_SECRET": made["secret"],
        "RELEASE": "v1.2",
        "ONCE": "4711",
    }
    words = shell_words(step["run"], variables)
    prompt = words[words.index("prompt") + 1]
    await replay(site, curl(words, stdin=orjson.dumps({"prompt": prompt}).decode()))
    assert (await started(site))[0]["trigger_data"] == {"prompt": "A poster for release v1.2"}


async def test_the_gitlab_job_starts_its_workflow_once(site: Site) -> None:
    made = await make(site, signed=True)
    document = yaml.safe_load((EXAMPLES / "gitlab-ci.yml").read_text())
    (command,) = document["pictures"]["script"]
    variables = {
        "PIXELMILL_TRIGGER": made["url"],
        "PIXELMILL_SECRET": made["secret"],
        "CI_COMMIT_TAG": "v1.2",
        "CI_PIPELINE_ID": "4711",
    }
    await replay(site, curl(shell_words(command, variables)))
    assert (await started(site))[0]["trigger_data"] == {"prompt": "A poster for version v1.2"}
