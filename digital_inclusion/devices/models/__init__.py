"""Tables of devices: units, their tests, data media and sanitizations, parts; donors; requests and reservations."""

from .checks import DeviceCheck
from .donors import Donor, DonorLink, DonorLot, Pledge, Workshop
from .media import DataMedium, Sanitization
from .parts import DevicePart
from .requests import DeviceRequest, Reservation
from .units import Device, DeviceMove, Donation

__all__ = [
    "DataMedium", "Device", "DeviceCheck", "DeviceMove", "DevicePart", "DeviceRequest", "Donation", "Donor",
    "DonorLink", "DonorLot", "Pledge", "Reservation", "Sanitization", "Workshop",
]  # fmt: skip
