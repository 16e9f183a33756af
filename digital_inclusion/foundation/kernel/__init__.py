"""Clock, ids, dates, money, errors: pure, imports nothing of ours."""
