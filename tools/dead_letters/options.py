"""Options that the commands on dead letters have in common."""

from typing import Annotated

import typer

SubscriptionOption = Annotated[
    str | None,
    typer.Option(
        "--subscription", help="One of the dead-letter topic; else churn-dead-letters-watch."
    ),
]
ReasonOption = Annotated[
    str | None,
    typer.Option("--reason", help="Only those with this text in their error class or reason."),
]
CustomerOption = Annotated[
    int | None,
    typer.Option("--customer", help="Only those of this customer, where their data can be read."),
]
QuietOption = Annotated[
    float,
    typer.Option("--quiet", min=0.1, help="Seconds without a dead letter after which that is all."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Report as JSON.")]
