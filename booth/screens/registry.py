"""Which screen draws which view: every view has one."""

from collections.abc import Mapping
from typing import Any

from booth import views
from booth.screens import choosing, keypads, officers, reports, takeover, voting
from booth.screens.screen import Screen

SCREENS: Mapping[type, type[Screen[Any]]] = {
    views.NotProvisioned: officers.NotProvisionedScreen,
    views.CardWanted: officers.CardWantedScreen,
    views.PinWanted: keypads.PinWantedScreen,
    views.PinWait: keypads.PinWaitScreen,
    views.PinRefused: keypads.PinRefusedScreen,
    views.OpenChecks: reports.OpenChecksScreen,
    views.Working: officers.WorkingScreen,
    views.PaperTrouble: officers.PaperTroubleScreen,
    views.SignZeroReport: officers.SignZeroReportScreen,
    views.TakeoverReady: takeover.TakeoverReadyScreen,
    views.SignTakeover: takeover.SignTakeoverScreen,
    views.Paused: officers.PausedScreen,
    views.CloseAsk: officers.CloseAskScreen,
    views.Attendance: keypads.AttendanceScreen,
    views.ShowCounts: reports.ShowCountsScreen,
    views.Closed: reports.ClosedScreen,
    views.Replaced: takeover.ReplacedScreen,
    views.Quarantined: reports.QuarantinedScreen,
    views.WaitingForCard: officers.WaitingForCardScreen,
    views.TakeCard: officers.TakeCardScreen,
    views.Choosing: choosing.ChoosingScreen,
    views.Confirming: voting.ConfirmingScreen,
    views.Printing: voting.PrintingScreen,
    views.ReadSlip: voting.ReadSlipScreen,
    views.StillThere: voting.StillThereScreen,
    views.IntoBox: voting.IntoBoxScreen,
    views.IntoEnvelope: voting.IntoEnvelopeScreen,
    views.PrintTrouble: voting.PrintTroubleScreen,
    views.LeftBeforeAsk: officers.LeftBeforeAskScreen,
    views.ResolveAsk: officers.ResolveAskScreen,
    views.TestAsk: officers.TestAskScreen,
    views.Notice: officers.NoticeScreen,
}
