"""Which addresses are taken for pages that anybody can open."""

import pytest
from django.core.exceptions import ValidationError

from clusters.addresses import validate_public_address
from clusters.forms import PublicAddressField


@pytest.mark.parametrize(
    "url",
    [
        "https://www.chinadaily.com.cn/a/202007/20/WS5f1.html",
        "http://qingdao.gov.cn:8080/页面?a=1#b",
        "https://例子.中国/新闻",
        "https://8.8.8.8/",
        "https://[2001:4860:4860::8888]/",
        "https://news.example.org./1",
    ],
)
def test_a_public_page_is_taken(url: str) -> None:
    validate_public_address(url)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)//https://www.example.org/",
        "java\tscript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "ftp://ftp.example.org/a",
        "//www.example.org/",
        "http://",
        "",
        "https://www.example.org/ a b",
        "https://www.example.org/\r\nX: y",
        "https://\u202egro.elpmaxe.www/",
        "https://www.example.org/a\u200bb",
        "https://www.example.org:99999/",
        "https://www.example.org:0/",
    ],
)
def test_what_is_no_web_page_is_refused_with_an_example(url: str) -> None:
    with pytest.raises(ValidationError, match=r"such as https://www\.example\.org"):
        validate_public_address(url)


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST",
        "localhost.",
        "a.localhost",
        "127.0.0.1",
        "127.0.0.1:8000",
        "10.0.0.1",
        "172.16.5.4",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 an address, nothing listens
        "[::1]",
        "[fe80::1]",
        "[fc00::1]",
        "[::ffff:127.0.0.1]",
        "printer.local",
        "files.lan",
        "wiki.corp",
        "intranet.internal",
    ],
)
def test_an_internal_address_is_refused_by_its_name(host: str) -> None:
    with pytest.raises(ValidationError, match=r"(?i)not a public address|such as https"):
        validate_public_address(f"http://{host}/a")


@pytest.mark.parametrize(
    "host", ["127.1", "0x7f.0.0.1", "2130706433", "①②⑦.⓪.⓪.①", "127。0。0。1", "１０.0.0.1"]
)
def test_other_ways_to_write_a_number_do_not_help(host: str) -> None:
    with pytest.raises(ValidationError):
        validate_public_address(f"http://{host}/")


@pytest.mark.parametrize("who", ["user:pass@", "user@", ":@", "www.example.org@"])
def test_a_name_and_password_are_refused(who: str) -> None:
    with pytest.raises(ValidationError, match=r"Leave name and password out|such as https"):
        validate_public_address(f"https://{who}www.example.org/")


def test_a_form_takes_https_for_granted_and_says_one_thing_at_a_time() -> None:
    field = PublicAddressField()
    assert field.clean("www.example.org/1") == "https://www.example.org/1"
    for wrong in ("javascript:alert(1)", "localhost", "10.0.0.1"):
        with pytest.raises(ValidationError) as refused:
            field.clean(wrong)
        assert len(refused.value.messages) == 1, wrong
