import socket
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from services.chassis.outgoing import NotAnAddress, Post, host_of, is_public
from tests.directory.receiving import a_receiver


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.1.2.3", "10.0.0.1", "172.16.0.1", "192.168.1.1", "0.0.0.0",
        "100.64.0.1", "169.254.169.254", "168.63.129.16", "192.0.0.192", "198.18.0.1",
        "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "::127.0.0.1",
        "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b:1::808:808",
        "2002:7f00:1::", "2001:0:1::1", "fd00:ec2::254", "fe80::1", "fe80::1%1", "ff02::1",
        "2001:db8::1",
    ],
)  # fmt: skip
def test_an_address_inside_is_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "::ffff:8.8.8.8", "2606:4700::1111"])
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "", "hr.example.org", "http://hr.example.org/", "ftp://hr.example.org/",
        "file:///etc/passwd", "https:///hooks", "https://user@hr.example.org/",
        "https://user:word@hr.example.org/",
        "https://hr.example.org/#part", "https://hr.example.org:port/", "https://hr.example.org/ a",
        "https://hr.example.org/\r\nHost: other", "https://é.example.org/", "https://[::1/",
    ],
)  # fmt: skip
def test_what_is_no_plain_https_address_is_refused(url: str) -> None:
    with pytest.raises(NotAnAddress):
        host_of(url)


@pytest.mark.anyio
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]"])
async def test_nothing_is_sent_to_this_machine_however_its_address_is_spelled(host: str) -> None:
    async with a_receiver() as receiver, Post() as post:
        answer = await post.send(f"https://{host}:{receiver.port}/", {}, b"{}")

    assert answer.outcome == "not_public"
    assert receiver.bodies == []


@pytest.mark.anyio
async def test_plain_http_is_for_this_machine_alone_and_only_where_it_is_allowed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with a_receiver() as receiver, Post() as strict, Post(loopback=True) as lenient:
        refused = await strict.send(receiver.url, {}, b'{"position": 1}')
        taken = await lenient.send(receiver.url, {}, b'{"position": 1}')
        leads_to(monkeypatch, "93.184.215.14")
        elsewhere = await lenient.send("http://hr.example.org/", {}, b"{}")

    assert (refused.outcome, taken.outcome) == ("not_public", "204")
    assert elsewhere.outcome == "not_public"


@pytest.mark.anyio
async def test_a_name_that_leads_inside_and_outside_at_once_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    leads_to(monkeypatch, "93.184.215.14", "10.0.0.1")

    async with Post() as post:
        answer = await post.send("https://hr.example.org/", {}, b"{}")

    assert answer.outcome == "not_public"


@pytest.mark.anyio
async def test_the_address_that_was_looked_at_is_the_one_that_is_sent_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = leads_to(monkeypatch, "127.0.0.1")

    async with a_receiver() as receiver, Post(loopback=True) as post:
        url = f"http://hr.example.org:{receiver.port}/hr"
        answer = await post.send(url, {}, b'{"position": 1}')

    assert answer.outcome == "204"
    assert asked == ["hr.example.org"]  # once: a second answer could lead elsewhere
    assert receiver.headers[0]["host"] == f"hr.example.org:{receiver.port}"


@pytest.mark.anyio
async def test_no_redirect_is_followed() -> None:
    async with a_receiver() as receiver, Post(loopback=True) as post:
        receiver.answers = lambda: (302, "Location: http://169.254.169.254/\r\n")
        answer = await post.send(receiver.url, {}, b'{"position": 1}')

    assert answer.outcome == "302"
    assert len(receiver.bodies) == 1


@pytest.mark.anyio
async def test_a_receiver_whose_certificate_nobody_vouches_for_is_not_trusted(
    tmp_path: Path,
) -> None:
    async with a_receiver(vouched_by_itself(tmp_path)) as receiver, Post(loopback=True) as post:
        answer = await post.send(f"https://127.0.0.1:{receiver.port}/", {}, b"{}")

    assert answer.outcome == "not_secure"
    assert receiver.bodies == []


def vouched_by_itself(folder: Path) -> ssl.SSLContext:
    key, today = generate_private_key(SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1)
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .sign(key, SHA256())
    )
    both = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "both.pem").write_bytes(both + certificate.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "both.pem")
    return context


def leads_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """What a name server outside answers; returns what it is asked."""
    asked: list[str] = []
    family = socket.AF_INET, socket.SOCK_STREAM, 6, ""

    def answer(host: str, port: int, *_: object, **__: object) -> list[object]:
        if host.endswith("example.org"):
            asked.append(host)
            return [(*family, (address, port)) for address in addresses]
        return [(*family, (host, port))]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return asked
