"""Organizations."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from ..foundation.database import Base


class PartnerKind(StrEnum):
    """What an organization is in the program."""

    GRANTEE = "grantee"
    REFURBISHER = "refurbisher"
    CITY = "city"
    FISCAL_AGENT = "fiscal_agent"


class Partner(Base):
    """An organization that works in the program. The tenant."""

    __tablename__ = "partners"
    __table_args__ = (CheckConstraint("kind IN ('grantee', 'refurbisher', 'city', 'fiscal_agent')", name="kind_known"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)  # short, typed on the command line: DEMO
    name: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]

    @property
    def is_city_wide(self) -> bool:
        """Return whether its people may see every partner: the city and its fiscal agent."""
        return self.kind in {PartnerKind.CITY, PartnerKind.FISCAL_AGENT}
