"""Tests mirror src; tests/pages reads the finished website, tests/parity the golden cases."""
