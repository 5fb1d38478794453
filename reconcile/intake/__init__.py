"""What came back: the inbox, mails and zips, the tables of a form found again."""
