"""The summary as one self-contained web page, for the phone and the wall."""
