"""People: who can do what, and since when they have not signed in."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ...foundation.access.roles import ROLES, sees_every_partner
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Invalid
from ...foundation.mail import can_send, is_printed, link_to
from ...foundation.web.gate import current_actor, requires
from ...partners.queries import list_all_partners, list_partners
from ..actions import links, people
from ..forms import InvitationForm, PeopleFilter, RoleForm
from ..queries import people as asking
from ..rules import grantable_roles, roles_fitting
from . import bp
from .session import keep_once, take_once
from .sign_in import Page

_LINK = "new_link"


@bp.get("/people")
@requires("people:read")
def list_people() -> str:
    """List people with their roles, last sign-in and status; above them, who is invited."""
    actor = current_actor()
    form = PeopleFilter(request.args)
    form.partner.choices = [("", _("All organizations"))] + [(str(p.id), p.name) for p in list_partners(by=actor)]
    form.role.choices = [("", _("All roles"))] + [(r.code, _(r.label)) for r in ROLES.values() if r.assignable]
    partner_id = request.args.get("partner", type=int)
    role = request.args.get("role") or None
    found = asking.list_people(
        by=actor, partner_id=partner_id, role=role, after=request.args.get("after", type=int), limit=asking.PAGE + 1
    )
    return render_template(
        "accounts/list_people.html",
        people=found[: asking.PAGE],
        next_key=found[asking.PAGE - 1].id if len(found) > asking.PAGE else None,
        total=asking.count_people(by=actor, partner_id=partner_id, role=role),
        invitations=asking.list_waiting_invitations(by=actor),
        roles=ROLES,
        now=clock.now(),
        filter=form,
        filtered=bool(partner_id or role),
        several=sees_every_partner(actor.roles),
        new_link=take_once(_LINK),
    )


@bp.route("/people/invite", methods=["GET", "POST"])
@requires("people:invite")
def invite() -> Page:
    """Invite somebody; where no mail is sent, the link is shown to hand over."""
    form = _invitation_form()
    if not form.validate_on_submit():
        return _invite_page(form)
    ends_on = form.ends_on.data
    try:
        invitation, token = links.invite(
            email=form.email.data,
            name=form.name.data,
            partner_id=form.partner.data,
            role=form.role.data,
            role_ends_at=clock.end_of_day(ends_on) if ends_on else None,
            by=current_actor(),
        )
    except Invalid as error:
        form.take(error)
        return _invite_page(form)
    _tell_about_mail(invitation.name, token)
    return redirect(url_for("accounts.list_people"), code=303)


def _invitation_form() -> InvitationForm:
    actor = current_actor()
    form = InvitationForm()
    if sees_every_partner(actor.roles):
        partners, roles = list_all_partners(), [role for role in ROLES.values() if role.assignable]
    else:
        partners = list_partners(by=actor)
        roles = grantable_roles(actor, partner_id=actor.partner_id or 0, city_wide=False)
    form.partner.choices = [(partner.id, partner.name) for partner in partners]
    form.role.choices = [("", _("Choose a role"))] + [(role.code, _(role.label)) for role in roles]
    return form


def _invite_page(form: InvitationForm) -> Page:
    shown = [ROLES[code] for code, _label in form.role.choices if code]
    page = render_template("accounts/invite.html", form=form, roles=shown)
    return page, 400 if request.method == "POST" else 200


def _tell_about_mail(name: str, token: str) -> None:
    if can_send():
        flash(_("%(name)s is invited. The message is on its way.", name=name), "success")
        if is_printed():
            flash(_("No mail server is set up: the message appears in the terminal of this program."), "info")
        return
    keep_once(_LINK, link_to("accounts.join", token=token))
    flash(_("%(name)s is invited.", name=name), "success")


@bp.post("/people/invitations/<int:invitation_id>/link")
@requires("people:invite")
def make_invitation_link(invitation_id: int) -> Response:
    """Make a fresh link to hand over; the one before stops working."""
    token = links.make_invitation_link(invitation_id, by=current_actor())
    keep_once(_LINK, link_to("accounts.join", token=token))
    return redirect(url_for("accounts.list_people"), code=303)


@bp.post("/people/invitations/<int:invitation_id>/withdraw")
@requires("people:invite")
def withdraw_invitation(invitation_id: int) -> Response:
    """Make the link worthless."""
    links.withdraw_invitation(invitation_id, by=current_actor())
    flash(_("The invitation is withdrawn. Its link no longer works."), "success")
    return redirect(url_for("accounts.list_people"), code=303)


@bp.get("/people/<int:user_id>")
@requires("people:read")
def person(user_id: int) -> Page:
    """Show one person: roles, teams, sign-ins."""
    return _person_page(user_id, _role_form(user_id))


def _role_form(user_id: int) -> RoleForm:
    somebody = asking.get_person(user_id, by=current_actor())
    form = RoleForm()
    held = {row.role for row in somebody.roles if row.ends_at is None or row.ends_at > clock.now()}
    fitting = roles_fitting(city_wide=somebody.partner.is_city_wide)
    form.role.choices = [("", _("Choose a role"))] + [(r.code, _(r.label)) for r in fitting if r.code not in held]
    return form


def _person_page(user_id: int, form: RoleForm) -> Page:
    actor = current_actor()
    page = render_template(
        "accounts/person.html",
        person=asking.get_person(user_id, by=actor),
        teams=asking.list_teams_of(user_id),
        roles=ROLES,
        form=form,
        now=clock.now(),
        own=user_id == actor.user_id,
        by_hand=not can_send() or is_printed(),
        new_link=take_once(_LINK),
    )
    return page, 400 if request.method == "POST" else 200


@bp.post("/people/<int:user_id>/roles")
@requires("people:invite")
def give_role(user_id: int) -> Page:
    """Give a role from now on."""
    form = _role_form(user_id)
    if not form.validate_on_submit():
        return _person_page(user_id, form)
    ends_on = form.ends_on.data
    try:
        people.give_role(
            user_id, role=form.role.data, ends_at=clock.end_of_day(ends_on) if ends_on else None, by=current_actor()
        )
    except Invalid as error:
        form.take(error)
        return _person_page(user_id, form)
    return _back_to(user_id, _("The role is given."))


@bp.post("/people/<int:user_id>/roles/<int:assignment_id>/end")
@requires("people:invite")
def end_role(user_id: int, assignment_id: int) -> Response:
    """End a role now."""
    people.end_role(user_id, assignment_id=assignment_id, by=current_actor())
    return _back_to(user_id, _("The role has ended."))


@bp.post("/people/<int:user_id>/deactivate")
@requires("people:invite")
def deactivate(user_id: int) -> Response:
    """Close the account and sign the person out everywhere."""
    people.deactivate(user_id, by=current_actor())
    return _back_to(user_id, _("The account is deactivated. The person is signed out everywhere."))


@bp.post("/people/<int:user_id>/reactivate")
@requires("people:invite")
def reactivate(user_id: int) -> Response:
    """Open the account again."""
    people.reactivate(user_id, by=current_actor())
    return _back_to(user_id, _("The account is active again."))


@bp.post("/people/<int:user_id>/sessions/end")
@requires("people:invite")
def end_persons_sessions(user_id: int) -> Response:
    """Sign the person out everywhere."""
    people.end_persons_sessions(user_id, by=current_actor())
    return _back_to(user_id, _("The person is signed out everywhere."))


@bp.post("/people/<int:user_id>/second-factor/remove")
@requires("people:invite")
def remove_persons_second_factor(user_id: int) -> Response:
    """Help a person who lost phone and codes."""
    people.remove_persons_second_factor(user_id, by=current_actor())
    return _back_to(user_id, _("The second factor is removed. The person sets up a new one at the next sign-in."))


@bp.post("/people/<int:user_id>/password-link")
@requires("people:invite")
def make_password_link(user_id: int) -> Response:
    """Make a link to hand over, with which the person sets a new password."""
    token = links.hand_over_reset_link(user_id, by=current_actor())
    keep_once(_LINK, link_to("accounts.reset", token=token))
    return redirect(url_for("accounts.person", user_id=user_id), code=303)


def _back_to(user_id: int, sentence: str) -> Response:
    flash(sentence, "success")
    return redirect(url_for("accounts.person", user_id=user_id), code=303)
