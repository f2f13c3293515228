"""`semaforo up --empty`: a server of one's own, without the demo course."""

from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest

from tests.journeys.conftest import local_stack, semaforo

pytestmark = pytest.mark.asyncio(loop_scope="module")
PASSWORD = "tres perros tristes"  # noqa: S105 - of a user this test makes
FORM = {
    "name": "Ada Byron",
    "email": "ada@example.org",
    "new_password": PASSWORD,
    "repeated_password": PASSWORD,
}


async def test_an_empty_server_is_opened_by_the_printed_link_and_stays_without_a_demo(
    tmp_path: Path,
):
    data = tmp_path / "data"
    async with local_stack(data, options=["--empty"]) as up:
        first = up.access["setup"]
        assert up.access.keys() == {"url", "setup"}
        assert first in up.output
    async with local_stack(data, options=["--empty"]) as up, httpx2.AsyncClient() as client:
        again = up.access["setup"]
        assert urlsplit(again).path == urlsplit(first).path
        headers = {"Sec-Fetch-Site": "same-origin"}
        assert (await client.post(again, data=FORM, headers=headers)).status_code == 303
        assert (await client.get(f"{up.url}/account")).status_code == 200

    async with local_stack(data) as up:  # without the option
        assert up.access == {"url": up.url}
        assert "/setup/" not in up.output


async def test_a_folder_with_the_demo_is_not_an_empty_server(tmp_path: Path):
    data = tmp_path / "data"
    async with local_stack(data) as up:
        assert up.access["setup"] in up.output
        assert "--empty" in up.output

    code, _, errors = await semaforo("up", "--empty", "--port", "0", "--data-dir", str(data))

    assert code == 1
    assert "holds the demo course" in errors
