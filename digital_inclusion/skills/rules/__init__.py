"""Business rules of classes and attendance. Pure."""
