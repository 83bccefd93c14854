"""What a screen may know: immutable values, made by :class:`terminal.desk.Desk`, shown by :mod:`ui` as they are.

Personal values here are already masked; the plain ones leave only through :meth:`DeskPort.unmask` while a key is held.
"""

from __future__ import annotations

from terminal.views.common import CentreView, Fact, FaultView, HealthLine, ReaderView, Stage
from terminal.views.desk import DeskPort, DeskView, JourneyData, JourneyView
from terminal.views.forms import ConfirmView, DoubtfulView, FormField, FormView, PinChangeView, ResultView, SecretView
from terminal.views.holder import CardStatusView, HolderView, PinView, ServiceTile
from terminal.views.programs import ProgramView
from terminal.views.queue import DayEndView, OperatorView, QueueBadge, QueueLine, QueueView
from terminal.views.subsidies import CategoryTotal, PaymentLine, SubsidyView, Total, YearTotal

__all__ = [
    "CardStatusView",
    "CategoryTotal",
    "CentreView",
    "ConfirmView",
    "DayEndView",
    "DeskPort",
    "DeskView",
    "DoubtfulView",
    "Fact",
    "FaultView",
    "FormField",
    "FormView",
    "HealthLine",
    "HolderView",
    "JourneyData",
    "JourneyView",
    "OperatorView",
    "PaymentLine",
    "PinChangeView",
    "PinView",
    "ProgramView",
    "QueueBadge",
    "QueueLine",
    "QueueView",
    "ReaderView",
    "ResultView",
    "SecretView",
    "ServiceTile",
    "Stage",
    "SubsidyView",
    "Total",
    "YearTotal",
]
