"""A statcheck for the report: do the printed statistics agree with each other, whatever the data?

>>> from storbynav.statcheck.run import statcheck
>>> statcheck()[0].discrepancies
('D023',)
"""
