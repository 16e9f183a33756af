"""Tables of devices: units, tests, media, parts; donors; requests and reservations; recycling; what follows at home."""

from .aftercare import FollowUp, RepairRequest
from .checks import DeviceCheck
from .donors import Donor, DonorLink, DonorLot, Pledge, Workshop
from .media import DataMedium, Sanitization
from .parts import DevicePart
from .recycling import RecyclingBatch, RecyclingUnit
from .requests import DeviceRequest, Reservation
from .units import Device, DeviceMove, Donation

__all__ = [
    "DataMedium", "Device", "DeviceCheck", "DeviceMove", "DevicePart", "DeviceRequest", "Donation", "Donor",
    "DonorLink", "DonorLot", "FollowUp", "Pledge", "RecyclingBatch", "RecyclingUnit", "RepairRequest", "Reservation",
    "Sanitization", "Workshop",
]  # fmt: skip
