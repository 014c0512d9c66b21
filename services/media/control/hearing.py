"""What media is told over the bus: of appointments by `booking`, of connections by SFU nodes."""

from __future__ import annotations

from services.chassis.bus import Delivery, on
from services.contracts import booking_events as booking
from services.contracts import rights, sfu
from services.media.control.usecases import fleet, lifecycle, news
from services.media.control.usecases.media import Media as UseCases


class Hearing:
    """The events that media follows; a part of its service."""

    app: UseCases

    # --- news of appointments -------------------------------------------------------

    @on(booking.AppointmentBooked)
    def appointment_booked(self, event: booking.AppointmentBooked) -> None:
        lifecycle.book(self.app, event)

    @on(booking.AppointmentMoved)
    def appointment_moved(self, event: booking.AppointmentMoved) -> None:
        lifecycle.move(self.app, event)

    @on(booking.AppointmentCancelled)
    def appointment_cancelled(self, event: booking.AppointmentCancelled) -> None:
        lifecycle.cancel(self.app, event)

    @on(booking.HoldLapsed)
    def hold_lapsed(self, event: booking.HoldLapsed) -> None:
        lifecycle.lapse(self.app, event)

    @on(rights.AppointmentErased)
    def appointment_erased(self, event: rights.AppointmentErased) -> None:
        lifecycle.erase(self.app, event)

    # --- news of SFU nodes ------------------------------------------------------------

    @on(sfu.NodeAnnounced, delivery=Delivery.TRANSIENT)
    def node_announced(self, event: sfu.NodeAnnounced) -> None:
        fleet.hear_node(self.app, event)

    @on(sfu.ParticipantConnected)
    def participant_connected(self, event: sfu.ParticipantConnected) -> None:
        news.hear_connected(self.app, event)

    @on(sfu.ParticipantDisconnected)
    def participant_disconnected(self, event: sfu.ParticipantDisconnected) -> None:
        news.hear_disconnected(self.app, event)

    @on(sfu.ScreenChanged)
    def screen_changed(self, event: sfu.ScreenChanged) -> None:
        news.hear_screen(self.app, event)

    @on(sfu.DownlinkChanged)
    def downlink_changed(self, event: sfu.DownlinkChanged) -> None:
        news.hear_downlink(self.app, event)

    @on(sfu.SendingChanged)
    def sending_changed(self, event: sfu.SendingChanged) -> None:
        news.hear_sending(self.app, event)

    @on(sfu.SpeakerChanged)
    def speaker_changed(self, event: sfu.SpeakerChanged) -> None:
        news.hear_speaker(self.app, event)

    @on(sfu.PictureUnseen)
    def picture_unseen(self, event: sfu.PictureUnseen) -> None:
        news.hear_unseen(self.app, event)
