"""What people do with accounts: sign in, look after their own, invite, deactivate, form teams."""
