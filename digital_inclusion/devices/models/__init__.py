"""Tables of devices: units, their data media and sanitizations, their parts; requests and reservations."""

from .media import DataMedium, Sanitization
from .parts import DevicePart
from .requests import DeviceRequest, Reservation
from .units import Device, DeviceMove, Donation

__all__ = [
    "DataMedium", "Device", "DeviceMove", "DevicePart", "DeviceRequest", "Donation", "Reservation", "Sanitization",
]  # fmt: skip
