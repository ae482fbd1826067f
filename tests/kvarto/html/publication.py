"""A book that is a publication, for tests of what the site says of it."""

from __future__ import annotations

from tests.kvarto.book import HEAD

PUBLICATION = """publication:
  edition: "0.2"
  kind: Gjenfortelling
  language: nb-NO
  publisher: Prøvelaget
  contact: post@eksempel.no
  url: https://eksempel.no/bok_1
  description: En prøve på en bok.
  keywords: [prøve, bok]
  statement: Laget for prøvenes skyld. Ingenting er sant.
  summary: Et sammendrag.
  original:
    title: "Kår & vilkår: 100 % sant"
    authors: [{given: Kari, family: Nordmann}, {given: Ola, family: Østby}]
    authors-text: Kari Nordmann og Ola Østby
    institute: Prøveinstituttet
    institute-short: PI
    series: "1999:1"
    year: "1999"
    client: Prøvedepartementet
  licence:
    text: CC BY 4.0
    text-name: Creative Commons Navngivelse
    text-url: https://creativecommons.org/licenses/by/4.0/
    code: MIT
    fonts: OFL
"""
CONFIG = HEAD.replace("author: Kari Nordmann", "author: Prøvelaget") + PUBLICATION
NOWHERE = CONFIG.replace("  url: https://eksempel.no/bok_1\n", "").replace("post@eksempel.no", "null")
