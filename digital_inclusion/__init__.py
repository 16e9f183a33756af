"""The map of the house. No code lives here, so nobody imports from the lobby.

People's work (an enrollment, a device handed over, a line connected, a class attended) is recorded once, as a
service delivery with evidence; pure rules turn deliveries into milestones; every change of a milestone is posted
to an append-only ledger; every household count anyone sees is a sum over that ledger.

Floors, top to bottom; imports go down only, rooms on one floor never import each other:

    app · cli · worker
    residents | api | exchange
    reporting
    casework | claims
    devices | connectivity | skills
    matching | agenda
    progress
    households | accounts
    funding
    partners
    eligibility
    foundation

Inside a room: routes, forms, schemas, actions, queries, models, rules, jobs, cli. See docs/architecture.md.
"""
