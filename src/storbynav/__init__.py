"""The survey behind AFI r2016:02: codebook, answers, statistics, tables, figures, findings."""
