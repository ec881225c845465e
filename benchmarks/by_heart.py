"""What whoever writes rules by hand has to write down: the bank holidays of England, and what people type where nothing is to be said."""

BANK_HOLIDAYS = """
2012-01-02 2012-04-06 2012-04-09 2012-05-07 2012-06-04 2012-06-05 2012-08-27 2012-12-25 2012-12-26 2013-01-01 2013-03-29 2013-04-01
2013-05-06 2013-05-27 2013-08-26 2013-12-25 2013-12-26 2014-01-01 2014-04-18 2014-04-21 2014-05-05 2014-05-26 2014-08-25 2014-12-25
2014-12-26 2015-01-01 2015-04-03 2015-04-06 2015-05-04 2015-05-25
"""
#: What stands where nothing has been said.
PLACEHOLDERS = ["", "-", "?", "n/a", "na", "nil", "none", "tba", "tbc", "to be confirmed", "unknown", "not known", "not recorded"]
