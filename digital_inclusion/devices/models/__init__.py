"""Tables of devices: units, their tests, data media and sanitizations, their parts, donors."""

from .checks import DeviceCheck
from .donors import Donor, DonorLink, DonorLot, Pledge, Workshop
from .media import DataMedium, Sanitization
from .parts import DevicePart
from .units import Device, DeviceMove, Donation

__all__ = [
    "DataMedium", "Device", "DeviceCheck", "DeviceMove", "DevicePart", "Donation", "Donor", "DonorLink", "DonorLot",
    "Pledge", "Sanitization", "Workshop",
]  # fmt: skip
