"""The preview's server against requests no browser of the author's would send, through raw sockets."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kvarto import preview
from kvarto.progress import Quiet

SECRET = "HEMMELIG"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, int]]:
    """A folder with two pages, a picture, and links that lead out of it; and the port it is served on."""
    root = tmp_path_factory.mktemp("bok")
    (root / "hemmelig.html").write_text(f"<body>{SECRET}</body>")
    (root / "ute").mkdir()
    (root / "ute/index.html").write_text(SECRET)
    folder = root / ".kvarto/preview"
    (folder / "kap").mkdir(parents=True)
    (folder / "index.html").write_text("<body>Forord</body>")
    (folder / "kap/index.html").write_text("<body>Kapittel</body>")
    (folder / "bilde æ.svg").write_text("<svg/>")
    (folder / "lenke.html").symlink_to(root / "hemmelig.html")
    (folder / "mappe").symlink_to(root / "ute")
    (folder / "innside").mkdir()
    (folder / "innside/index.html").symlink_to(root / "hemmelig.html")
    (folder / "god.html").symlink_to(folder / "kap/index.html")
    (folder / "runde").symlink_to(folder / "runde")
    os.mkfifo(folder / "kø")
    builder, server = preview.start(root, ("html",), 0, Quiet(), lambda _: None)
    yield root, server.server_address[1]
    builder.stop()
    server.shutdown()
    server.server_close()


def ask(port: int, request: bytes) -> tuple[int, bytes]:
    """The status and all bytes of the answer to exactly these bytes; status 0: none, or one of HTTP/0.9."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/") else 0, answer


def get(port: int, target: str, *headers: str, host: str | None = "localhost") -> tuple[int, bytes]:
    lines = [f"GET {target} HTTP/1.1", *([] if host is None else [f"Host: {host}"]), *headers]
    return ask(port, "\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1"))


@pytest.mark.parametrize(
    "target",
    ["/", "/index.html", "/kap/", "/kap", "/god.html", "/bilde%20%C3%A6.svg", "/?x=/../y", "/kap/../"],
)
def test_the_book_is_served(served: tuple[Path, int], target: str) -> None:
    status, answer = get(served[1], target)
    assert status == 200
    assert b"X-Content-Type-Options: nosniff" in answer and b"Cross-Origin-Resource-Policy" in answer


@pytest.mark.parametrize(
    "target",
    [
        "/../../hemmelig.html",
        "/kap/../../../hemmelig.html",
        "/%2e%2e/%2e%2e/hemmelig.html",
        "/..%2f..%2fhemmelig.html",
        "/%2e%2e%2f%2e%2e%2fhemmelig.html",
        "/..\\..\\hemmelig.html",
        "//../../hemmelig.html",
        "/./.././../hemmelig.html",
        "../../hemmelig.html",
        "{root}/hemmelig.html",
        "/{root}/hemmelig.html",
        "/%2f{root}/hemmelig.html",
        "//etc/passwd",
        "/etc/passwd",
        "/lenke.html",
        "/mappe/",
        "/mappe/index.html",
        "/innside/",
        "/innside/index.html",
        "/runde",
        "/k%C3%B8",
        "/%00",
        "/kap%00.html",
        "/" + "a" * 5000,
        "/" + "a/" * 3000,
        "/%ff%fe",
        "/borte.html",
    ],
)
def test_nothing_outside_the_folder_is_served(served: tuple[Path, int], target: str) -> None:
    root, port = served
    status, answer = get(port, target.replace("{root}", str(root)))
    assert status in (400, 403, 404), answer
    assert SECRET.encode() not in answer and b"root:" not in answer


@pytest.mark.parametrize(
    "host",
    ["localhost", "localhost:{port}", "127.0.0.1", "127.0.0.1:{port}", "[::1]", "[::1]:{port}", "LOCALHOST"],
)
def test_this_machine_is_answered(served: tuple[Path, int], host: str) -> None:
    assert get(served[1], "/", host=host.replace("{port}", str(served[1])))[0] == 200


@pytest.mark.parametrize(
    "host",
    [
        None,
        "",
        "evil.example",
        "evil.example:{port}",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "localhost@evil.example",
        "evil.example#localhost",
        "0.0.0.0",
        "[::1",
        "[::ffff:1.2.3.4]",
    ],
)
@pytest.mark.parametrize("target", ["/", preview.EVENTS, preview.SCRIPT])
def test_other_names_for_this_address_are_refused(
    served: tuple[Path, int], host: str | None, target: str
) -> None:
    status, answer = get(
        served[1], target, host=None if host is None else host.replace("{port}", str(served[1]))
    )
    assert status in (400, 403) and b"Forord" not in answer


def test_a_second_host_or_one_in_the_target_does_not_help(served: tuple[Path, int]) -> None:
    assert get(served[1], "/", "Host: evil.example")[0] == 403
    assert get(served[1], "http://evil.example/")[0] == 403
    assert get(served[1], "http://localhost/")[0] == 200
    assert get(served[1], "http://[/")[0] in (400, 403)


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost.evil.example"])
def test_a_page_of_another_site_is_refused(served: tuple[Path, int], origin: str) -> None:
    assert get(served[1], "/search.json", f"Origin: {origin}")[0] == 403
    assert get(served[1], "/", "Origin: http://localhost:4848")[0] == 200


@pytest.mark.parametrize(
    "request_",
    [
        b"\r\n\r\n",
        b"GET\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/9.9\r\nHost: localhost\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc",
        b"DELETE /index.html HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 500 + b"\r\n",
        b"GET /" + b"a" * 70000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ],
)
def test_what_is_no_request_is_refused_and_the_server_goes_on(
    served: tuple[Path, int], request_: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    status, answer = ask(served[1], request_)
    assert status >= 400 or (status == 0 and (not answer or b"Error code" in answer))
    assert get(served[1], "/")[0] == 200
    assert "Traceback" not in capfd.readouterr().err


def test_head_answers_without_a_body_also_for_the_events(served: tuple[Path, int]) -> None:
    for target in ("/", preview.EVENTS):
        _, answer = ask(served[1], f"HEAD {target} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        assert answer.startswith(b"HTTP/1.1 200") and answer.endswith(b"\r\n\r\n")


def test_only_the_loopback_address_listens(served: tuple[Path, int]) -> None:
    others = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    for address in others - {"127.0.0.1"}:
        if address.startswith("127."):
            continue
        with pytest.raises(OSError):
            socket.create_connection((address, served[1]), timeout=3).close()
    listening = Path("/proc/net/tcp")
    if listening.is_file():
        rows = [row.split()[1] for row in listening.read_text().splitlines()[1:] if row.split()[3] == "0A"]
        ours = [row.split(":")[0] for row in rows if int(row.split(":")[1], 16) == served[1]]
        assert ours == ["0100007F"]


def test_many_at_once(served: tuple[Path, int]) -> None:
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(get(served[1], "/")[0])) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [200] * 40
