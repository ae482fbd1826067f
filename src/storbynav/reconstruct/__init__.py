"""The synthetic survey: printed facts in, respondents out (docs/reconstruction.md)."""
