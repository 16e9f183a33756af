"""Everything a person may be allowed to do, each in one line. A permission not listed here does not exist."""

PERMISSIONS: dict[str, str] = {
    # the record
    "household:read": "See households and what was done for them",
    "household:find": "Look for a household by name, phone or code",
    "household:enroll": "Enroll a household and keep its record",
    "household:correct": "Correct, end or void what was recorded",
    "household:erase": "Erase a person's data",
    "household:hand_over": "Give a caseload to a colleague",
    "note:read": "Read notes on a household; sensitive ones only as their writer or in the writer's team",
    "note:write": "Write notes on a household, change and strike out one's own",
    "message:read": "See what was written to a household and what it wrote, and whether it arrived",
    "message:send": "Write to a household by text message or e-mail, where it agreed to that",
    "delivery:record": "Record devices, lines and training with their evidence",
    # surveys
    "survey:manage": "Write surveys, open them to households, close them",
    "survey:read": "See what came of surveys, with how many answered",
    "survey:ask": "Ask households what a survey asks, and write down what they say",
    "event_day:work": "Prepare an event day without network, and send what was done there",
    # internet
    "offer:read": "See offers of internet companies, and which fit a household",
    "offer:verify": "Say that an offer is still as it is written down",
    "offer:manage": "Write offers down, give them new terms, close them",
    "line:check": "Ask households whether their line is still on, and note what they say",
    "sample:draw": "Draw a random sample of the lines to ask about",
    "radar:read": "See who pays more for internet from when, and what bridging it costs",
    "program_end:manage": "Enter the end of a program, and take it back",
    # classes
    "class:read": "See classes, who is in them and who came",
    "class:work": "Plan classes, give seats in them, and note who came",
    # devices
    "device:read": "See donated devices, where each has been and how it was wiped",
    "device:work": "Take devices in, wipe, test, grade and move them",
    "device:request": "Ask for a device for a household, and hold one back for it",
    "donor:read": "See lots: what a donor gave or promised, and what came of it",
    "donor:link": "Make a link by which a donor sees what became of what they gave",
    "donor:erase": "Erase what is kept about a donor",
    "workshop:manage": "Say whether an organization takes donated devices, and where donors find it",
    "balance:read": "See what came in by weight and where it is, and what reuse avoided",
    "repair:work": "Answer households whose device does not work",
    "sanitization:validate": "Decide whether a wiped medium gets its certificate",
    # appointments
    "slot:read": "See the slots for appointments and how many places are taken",
    "slot:offer": "Offer slots for appointments and close them",
    "slot:book": "Book a place in a slot, and give it back",
    "appointment:plan": "Plan appointments with households, and say how they went",
    # what is to be done
    "task:work": "Do what is on the list, and put it back",
    "application:work": "Prepare applications for a lower price, and write down how they go",
    # requests for help
    "request:answer": "Open and answer requests for help",
    "intake:manage": "Say which requests for help an organization takes",
    # complaints, and telling people of the program
    "grievance:read": "See complaints, appeals and corrections: states, days and outcomes",
    "grievance:work": "Read what was written in them, and answer",
    "grievance:note": "Write one down for somebody who calls or comes",
    "outreach:read": "See outreach events and how many people they reached",
    "outreach:work": "Write outreach events down, change and strike them out",
    "referral:read": "See which households are referred from one organization to another, and how that goes",
    "referral:work": "Refer households to another organization, and answer what others refer",
    # files
    "import:run": "Enroll households from a file, and undo it",
    # city money
    "voucher:read": "See city vouchers, and the budgets and payments behind them",
    "voucher:give": "Give a city voucher to a household's line, and stop it",
    "budget:manage": "Set money aside for vouchers, and change how much",
    "payment:make": "Make a month's payment batch, and take it back",
    "payment:approve": "Approve a payment batch that somebody else made, and note what was really paid",
    "answer_file:run": "Ask internet companies about lines, take their answers in, and undo that",
    # proof
    "evidence:verify": "Confirm or question evidence",
    "evidence:answer": "Answer a question about evidence",
    "match:decide": "Say whether two records are one household",
    # figures
    "progress:read": "See progress toward the goals",
    "city_day:read": "See what waits for the city's people, of each kind how much",
    "figures:publish": "Publish the figures of months that are over (by command or schedule)",
    "certificate:read": "Open a household's count certificate",
    "audit:read": "See voids, questions, links, settings and the audit trail, and draw samples",
    # program
    "partner:manage": "Create partners and grants",
    "grant:read": "See grants, targets and verified results",
    "settings:read": "See the program settings",
    "settings:apply": "Load the program settings (by command only)",
    "rules:preview": "See which eligibility rules are due, and what another rulebook would change",
    # people
    "people:invite": "Invite people and say what they may do",
    "people:read": "See who can do what",
    "team:manage": "Form teams in one's own organization",
    "session:self": "Sign in with a second factor, sign out",
    "account:self": "Look after one's own account",
    "operations:read": "See health, jobs and invariants",
}
