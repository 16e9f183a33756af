"""Tables of devices: units, their data media and sanitizations, their parts, recycling, what follows in the home."""

from .aftercare import FollowUp, RepairRequest
from .media import DataMedium, Sanitization
from .parts import DevicePart
from .recycling import RecyclingBatch, RecyclingUnit
from .units import Device, DeviceMove, Donation

__all__ = [
    "DataMedium",
    "Device",
    "DeviceMove",
    "DevicePart",
    "Donation",
    "FollowUp",
    "RecyclingBatch",
    "RecyclingUnit",
    "RepairRequest",
    "Sanitization",
]
