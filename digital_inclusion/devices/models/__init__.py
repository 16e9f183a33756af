"""Tables of devices: units, their data media and sanitizations, their parts."""

from .media import DataMedium, Sanitization
from .parts import DevicePart
from .units import Device, DeviceMove, Donation

__all__ = ["DataMedium", "Device", "DeviceMove", "DevicePart", "Donation", "Sanitization"]
