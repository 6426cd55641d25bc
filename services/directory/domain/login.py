"""Who somebody is when they log in: a stream begins only once, so a login has one owner."""

from __future__ import annotations

from typing import Self
from uuid import UUID

from contracts.envelope import Fact, StaffRef
from contracts.staff import LoginLinked, LoginUnlinked
from services.chassis.domain import Aggregate, Refusal


class LinkedToAnother(Refusal):
    """This login is somebody else's already. Unlink it there first."""

    french = "Cette connexion est déjà celle d’une autre personne. Déliez-la d’abord."


class Login(Aggregate):
    """One name at one provider of logins."""

    begun_by = (LoginLinked,)

    staff: StaffRef | None = None
    provider: str = ""

    @classmethod
    def link(cls, id: UUID, linked: LoginLinked) -> Self:
        return cls.begin(id, linked)

    def link_again(self, linked: LoginLinked) -> None:
        if self.staff is None:
            self.record(linked)
        elif self.staff != linked.staff:
            raise LinkedToAnother

    def unlink(self) -> None:
        if self.staff:
            self.record(LoginUnlinked(staff=self.staff, provider=self.provider))

    def evolve(self, fact: Fact) -> None:
        match fact:
            case LoginLinked(staff=staff, provider=provider):
                self.staff, self.provider = staff, provider
            case LoginUnlinked():
                self.staff = None
