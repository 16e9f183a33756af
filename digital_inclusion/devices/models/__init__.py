"""Tables of devices: units, their tests, data media and sanitizations, their parts."""

from .checks import DeviceCheck
from .media import DataMedium, Sanitization
from .parts import DevicePart
from .units import Device, DeviceMove, Donation

__all__ = ["DataMedium", "Device", "DeviceCheck", "DeviceMove", "DevicePart", "Donation", "Sanitization"]
