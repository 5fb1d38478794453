"""Mails out and in: who gets what, drafts, SMTP, IMAP, the log of what was sent."""
