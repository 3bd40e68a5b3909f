"""The channel that writes into a folder."""

from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from notifiers.files.options import FileOptions
from notifiers.files.pages import FileNotifier
from notifiers.looks.render import render
from presswatch.digests.delivery import Delivery
from presswatch.digests.model import PartOf
from presswatch.errors import DeliveryError

NAME = "2026-11-25-0800-morning-6f1c0a52d7e94b0f9a3be1c4d2f87a10"


def notifier(folder: Path) -> FileNotifier:
    """The channel as configured for the folder."""
    return FileNotifier.open(FileOptions(path=folder))


def test_a_digest_becomes_a_page_and_a_mail(tmp_path: Path, delivery: Delivery) -> None:
    """Both are named after time, subscription and identity, in a folder that is made for them."""
    folder = tmp_path / "out" / "digests"
    said = notifier(folder).send(delivery)
    assert sorted(path.name for path in folder.iterdir()) == [f"{NAME}.eml", f"{NAME}.html"]
    assert (folder / f"{NAME}.html").read_text(encoding="utf-8") == render(delivery.digest).html
    mail = message_from_bytes((folder / f"{NAME}.eml").read_bytes(), policy=default)
    assert mail["From"] == "Presswatch <presswatch@localhost>"
    assert mail["Message-ID"] == f"<{delivery.identity}@localhost>"
    assert str(folder / f"{NAME}.html") in said


def test_sending_again_writes_the_same_files(tmp_path: Path, delivery: Delivery) -> None:
    """A repetition adds nothing and changes nothing."""
    notifier(tmp_path).send(delivery)
    first = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    notifier(tmp_path).send(delivery)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == first


def test_a_name_cannot_lead_out_of_the_folder(tmp_path: Path, delivery: Delivery) -> None:
    """Only letters, digits, hyphens and underscores of what the name is made of reach the disk."""
    notifier(tmp_path / "out").send(
        replace(delivery, subscription="../../etc/x\0y" * 40, identity="/a/../é b")
    )
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert all(set(path.stem) <= set("-abcetxy0123456789") for path in (tmp_path / "out").iterdir())


def test_a_folder_that_cannot_be_used_is_not_final(tmp_path: Path, delivery: Delivery) -> None:
    """What is in the way can be moved: the digest stays owed."""
    (tmp_path / "taken").write_text("a file, not a folder")
    with pytest.raises(DeliveryError, match="taken") as caught:
        notifier(tmp_path / "taken").send(delivery)
    assert not caught.value.permanent


def test_a_write_that_fails_leaves_what_was_there(
    tmp_path: Path, delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk neither truncates the earlier file nor leaves half a one."""
    notifier(tmp_path).send(delivery)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(DeliveryError, match="No space left"):
        notifier(tmp_path).send(delivery)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_the_parts_of_a_digest_stand_in_their_order(tmp_path: Path, delivery: Delivery) -> None:
    """By their names, whatever their identities are."""
    for number, identity in ((1, "f" * 32), (2, "0" * 32)):
        part = replace(delivery.digest, part=PartOf(number, 12, 700))
        notifier(tmp_path).send(replace(delivery, digest=part, identity=identity))
    assert [path.name[:39] for path in sorted(tmp_path.glob("*.html"))] == [
        "2026-11-25-0800-morning-part-01-of-12-f",
        "2026-11-25-0800-morning-part-02-of-12-0",
    ]
