"""What residents are told: settings that are open, what they typed, what they may qualify for."""
