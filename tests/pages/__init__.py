"""The finished website as readers meet it: in a browser, by keyboard, on a phone, on paper, without scripts.

The pages are those of ``_book/`` (built when missing); ``BOOK_DIR`` names another folder. Tests that need the
browser are skipped by name where Chromium is missing; those on the files alone always run.
"""
