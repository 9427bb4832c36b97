"""Lets three people work on the public record, so that pictures show pages that are in use.

Only for the throw-away site of screenshots.py: what is recorded here is invented.
"""

import os
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import django
from django.core.files.uploadedfile import SimpleUploadedFile

LONG = (
    "Page 3 of the contract names another amount than the report does; ask the investor which of "
    "both is meant, and add the page with the signature and the date."
)
PDF = (
    b"%PDF-1.4\n1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj\n"
    b"2 0 obj <</Type /Pages /Kids [3 0 R] /Count 1>> endobj\n"
    b"3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842]>> endobj\n"
    b"trailer <</Root 1 0 R>>\n%%EOF\n"
)
FEN_PER_BN = 10**11


def work() -> None:
    """Record, return, correct, verify and withdraw; each ends in the function that pages use."""
    # Models are there only once Django is set up.
    from accounts.models import User
    from enterprises.expectations import expect
    from enterprises.models import Project
    from ledger.correcting import correct
    from ledger.documents import keep
    from ledger.models import Verification
    from ledger.money import Money
    from ledger.posting import post
    from ledger.rates import record_rate
    from ledger.verdicts import say
    from ledger.withdrawal import withdraw

    admin = User.objects.get(username="admin")
    recorder = User.objects.create_superuser("wang", first_name="Lin", last_name="Wang")
    verifier = User.objects.create_superuser("li", first_name="Na", last_name="Li")
    works = list(Project.objects.filter(standing="active", stage="construction").order_by("pk")[:5])
    expect(project=works[0], stage="production", expected_on=date(2025, 6, 30), recorded_by=admin)
    expect(
        project=works[0],
        stage="production",
        expected_on=date(2027, 3, 31),
        recorded_by=admin,
        reason="The equipment comes later",
    )
    entries = []
    for place, project in enumerate(works[:4]):
        contract = keep(
            SimpleUploadedFile(f"合同-{project.pk}.pdf", PDF + str(place).encode()),
            recorded_by=admin,
            title="" if place % 2 else "Signed contract",
            issuer="Qingdao bureau of commerce",
            dated_on=date(2024, 3, 1),
        )
        entry = post(
            project=project,
            measure="contracted",
            effective_on=date(2024, 3, 1),
            money=Money((place + 2) * FEN_PER_BN // 2),
            recorded_by=recorder if place == 3 else admin,
            evidence=contract,
            note=LONG if place == 0 else "",
            allow_double=True,
        )
        entries.append(entry)
    say(
        entry=entries[0],
        verdict=Verification.Verdict.RETURNED,
        recorded_by=verifier,
        note=LONG,
    )
    say(entry=entries[1], verdict=Verification.Verdict.VERIFIED, recorded_by=verifier, note="")
    correct(
        entry=entries[2],
        measure="contracted",
        effective_on=date(2024, 3, 1),
        money=Money(3 * FEN_PER_BN),
        recorded_by=admin,
        reason="The annex was left out",
        evidence=entries[2].evidence,
        allow_double=True,
    )
    withdraw(
        project=works[4],
        withdrawn_on=date(2025, 3, 1),
        recorded_by=admin,
        reason="The investor stopped",
    )
    record_rate(
        currency="USD",
        on=date(2022, 2, 1),
        rate=Decimal("6.361012"),
        source="ECB euro reference rates, cross rate by EUR",
        recorded_by=admin,
    )


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    os.environ["DJANGO_SETTINGS_MODULE"] = "parktracker.settings"
    django.setup()
    work()
