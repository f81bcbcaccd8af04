"""Our daphne: bodies with an end, forms that freeze nobody, unknown addresses, slow headers."""

import socket

import httpx

MIB = 1024 * 1024


def test_a_body_over_the_limit_is_refused_before_it_is_taken(platform):
    with socket.create_connection(("127.0.0.1", platform.port), 10) as line:
        line.sendall(b"POST /nothing/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2000000000\r\n\r\n")
        assert line.recv(100).startswith(b"HTTP/1.1 413 ")


def test_a_chunked_body_over_the_limit_is_refused_too(platform):
    with socket.create_connection(("127.0.0.1", platform.port), 10) as line:
        line.sendall(b"POST /nothing/ HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n")
        said = b""
        try:
            for _ in range(40):
                line.sendall(b"100000\r\n" + b"x" * MIB + b"\r\n")
            said = line.recv(100)
        except OSError:
            said = said or line.recv(100)
        assert said.startswith(b"HTTP/1.1 413 ")


def test_a_page_takes_eight_mebibytes_and_says_so_of_more(platform):
    answer = httpx.post(f"{platform.url}/api/v1/nothing", content=b"x" * 8 * MIB, timeout=30)
    assert answer.status_code == 404
    answer = httpx.post(f"{platform.url}/nothing/", content=b"x" * (9 * MIB + 1), timeout=30)
    assert answer.status_code == 413


def test_forms_are_left_to_django(platform):
    """Twisted would parse them with the e-mail parser on the event loop, and freeze everybody; a form it cannot parse it
    answers itself, without a page. So a page in answer to such a form shows that it never looked."""
    form = {"Content-Type": "multipart/form-data"}  # names no boundary
    answer = httpx.post(f"{platform.url}/nothing/", content=b"--x\r\n" * 1000, headers=form)
    assert answer.status_code == 404 and "没有这一页" in answer.text


def test_pages_and_files_come_with_their_headers(platform):
    script = httpx.get(f"{platform.url}/static/config/clock.js")
    assert script.status_code == 200 and "javascript" in script.headers["content-type"]
    assert httpx.get(f"{platform.url}/static/../manage.py").status_code == 404
    page = httpx.get(f"{platform.url}/nothing/")
    assert page.status_code == 404 and page.headers["x-content-type-options"] == "nosniff"


async def test_a_server_without_our_limit_still_meets_it_at_the_door():
    """uvicorn passes any body on; the edge in config.routing answers 413 without handing it to Django."""
    from config.asgi import application

    transport = httpx.ASGITransport(app=application)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as line:
        answer = await line.post("/nothing/", content=b"x" * (9 * MIB + 1))
        assert answer.status_code == 413
        assert "提交的内容太大" in answer.text
