* Encoding: UTF-8.
* =====================================================================================================.
* Tabellene og testene i Vedlegg 1 og 2 til AFI r2016:02, kjørt på undersøkelsen i denne utgaven.
* =====================================================================================================.
* Slik bruker du filen: åpne den i SPSS (eller PSPP), sett arbeidsmappen til mappen der survey.sav ligger,
*   for eksempel med kommandoen CD, og kjør alt.
* Svarene i survey.sav er syntetiske når manifest.yml ved siden av sier det: de gjenskaper de trykte tallene,
*   men ingen av dem er gitt av en respondent. Den som har den ekte filen, kan bytte ut filnavnet.
* Koding: 1 = helt enig til 5 = helt uenig. Andel enige er kodene 1 og 2. Manglende svar er utelatt parvis
*   i korrelasjoner, og listevis i regresjonene.
* Tallene sammenlignes automatisk med rapportens egne i tests/backtests/test_pspp.py.
* =====================================================================================================.

GET FILE='survey.sav'.

* -----------------------------------------------------------------------------------------------------.
* Nye variabler.
* -----------------------------------------------------------------------------------------------------.

* Tabell 3 bruker 0 = ikke sosionom og 1 = sosionom, Tabell 5 bruker 1 = annen og 2 = sosionom.
RECODE bg_sosionom (1=1) (2=0) INTO sosionom_01.
RECODE bg_sosionom (1=2) (2=1) INTO sosionom_12.
VARIABLE LABELS sosionom_01 'Sosionom (0 = nei, 1 = ja)' sosionom_12 'Sosionom (1 = annen, 2 = sosionom)'.
VALUE LABELS sosionom_01 0 'ikke sosionom' 1 'sosionom' / sosionom_12 1 'annen' 2 'sosionom'.

* 100 for dem som er helt eller delvis enige (kodene 1 og 2), 0 for de andre: gjennomsnittet er andelen i prosent.
* For bel_ og res_ er det dem som svarer «i stor grad» eller «i noen grad».
RECODE
    sa_kompetanse sa_prioriterer sa_oversikt sa_fagutvikling sa_ip led_folger led_arbeidssituasjon
    led_fagutvikling port_styrker_sosialt port_faa_vanskelig_samarbeid port_svekker_arbeidsmaal
    port_fusjon_svekker_fokus int_tett_sammen int_kommunal_paa_statlig int_statlig_paa_kommunal
    int_felles_maalforstaaelse int_maal_samme_retning int_bedrer_kvalitet int_enighet_brukere
    int_enighet_fordeling int_unodvendige_moter bel_sykefravaer bel_arbeidsbelastning bel_turnover
    bel_lav_kvalitet bel_daarlig_tilbud res_veiledning_oppfolging maal_prioritere maal_forteller
    maal_forstaa maal_samsvar maal_konkurranse maal_telling maal_fanger_ikke stat_dominerer
    stat_lite_tilpasset stat_maale_stotte stat_involverer_lite stat_standardisering
    (1 THRU 2=100) (3 THRU 5=0) INTO
    e_sa_kompetanse e_sa_prioriterer e_sa_oversikt e_sa_fagutvikling e_sa_ip e_led_folger
    e_led_arbeidssituasjon e_led_fagutvikling e_port_styrker_sosialt e_port_faa_vanskelig_samarbeid
    e_port_svekker_arbeidsmaal e_port_fusjon_svekker_fokus e_int_tett_sammen
    e_int_kommunal_paa_statlig e_int_statlig_paa_kommunal e_int_felles_maalforstaaelse
    e_int_maal_samme_retning e_int_bedrer_kvalitet e_int_enighet_brukere e_int_enighet_fordeling
    e_int_unodvendige_moter e_bel_sykefravaer e_bel_arbeidsbelastning e_bel_turnover
    e_bel_lav_kvalitet e_bel_daarlig_tilbud e_res_veiledning_oppfolging e_maal_prioritere
    e_maal_forteller e_maal_forstaa e_maal_samsvar e_maal_konkurranse e_maal_telling
    e_maal_fanger_ikke e_stat_dominerer e_stat_lite_tilpasset e_stat_maale_stotte
    e_stat_involverer_lite e_stat_standardisering.
EXECUTE.

* -----------------------------------------------------------------------------------------------------.
* Utvalget (Vedlegg 1, kapittel 3; Figur 2, 3, 4, 5, 6, 9, 17 og 22).
* -----------------------------------------------------------------------------------------------------.

* Andelene av alle 997 står i kolonnen Percent, andelene av dem som svarte, i Valid Percent.
FREQUENCIES /VARIABLES=bg_kjonn bg_arbeidsgiver bg_sosialhelse_utdanning bg_sosionom bg_annen_sosialfaglig
    bg_erfaring_tidligere_etat bg_erfaring_sosialkontor bg_rolle bg_jobber_vanskeligstilte int_deltar_team
    int_team_sammensetning ko_minimum ko_ledermodell ko_aarsverk_klasse city /STATISTICS=NONE.

* Prosent enige i alle påstander. N er antall svar.
DESCRIPTIVES /VARIABLES=
    e_sa_kompetanse e_sa_prioriterer e_sa_oversikt e_sa_fagutvikling e_sa_ip e_led_folger
    e_led_arbeidssituasjon e_led_fagutvikling e_port_styrker_sosialt e_port_faa_vanskelig_samarbeid
    e_port_svekker_arbeidsmaal e_port_fusjon_svekker_fokus e_int_tett_sammen
    e_int_kommunal_paa_statlig e_int_statlig_paa_kommunal e_int_felles_maalforstaaelse
    e_int_maal_samme_retning e_int_bedrer_kvalitet e_int_enighet_brukere e_int_enighet_fordeling
    e_int_unodvendige_moter e_bel_sykefravaer e_bel_arbeidsbelastning e_bel_turnover
    e_bel_lav_kvalitet e_bel_daarlig_tilbud e_res_veiledning_oppfolging e_maal_prioritere
    e_maal_forteller e_maal_forstaa e_maal_samsvar e_maal_konkurranse e_maal_telling
    e_maal_fanger_ikke e_stat_dominerer e_stat_lite_tilpasset e_stat_maale_stotte
    e_stat_involverer_lite e_stat_standardisering /STATISTICS=MEAN.

* Overlapp mellom de tre slagene kompetanse.
CROSSTABS /TABLES=bg_sosionom BY bg_erfaring_sosialkontor /CELLS=COUNT ROW /STATISTICS=CHISQ PHI.
CROSSTABS /TABLES=bg_sosionom BY bg_jobber_vanskeligstilte /CELLS=COUNT ROW /STATISTICS=CHISQ PHI.
CROSSTABS /TABLES=bg_erfaring_sosialkontor BY bg_jobber_vanskeligstilte /CELLS=COUNT ROW /STATISTICS=CHISQ PHI.

* Figur 17: hvem ansatte er i team med.
CROSSTABS /TABLES=int_team_sammensetning BY bg_arbeidsgiver /CELLS=COUNT COLUMN.

* -----------------------------------------------------------------------------------------------------.
* Tabell 2: kompetanse og sosialt arbeid.
* -----------------------------------------------------------------------------------------------------.

CORRELATIONS /VARIABLES=
    bg_sosionom bg_erfaring_sosialkontor bg_jobber_vanskeligstilte led_folger led_arbeidssituasjon
    led_fagutvikling sa_kompetanse sa_prioriterer sa_oversikt sa_fagutvikling sa_ip
    /PRINT=TWOTAIL SIG /MISSING=PAIRWISE.

* -----------------------------------------------------------------------------------------------------.
* Tabell 3: åtte regresjoner. Standardisert koeffisient er kolonnen Beta; stjerne betyr p < ,05.
* Kristiansand faller ut fordi lederen der ikke svarte.
* -----------------------------------------------------------------------------------------------------.

REGRESSION /VARIABLES=led_folger ko_ledermodell ko_aarsverk_klasse ko_antall_tjenester sosionom_01 ko_leder_sosionom
    /STATISTICS=COEFF R ANOVA /DEPENDENT=led_folger /METHOD=ENTER.
REGRESSION /VARIABLES=led_arbeidssituasjon ko_ledermodell ko_aarsverk_klasse ko_antall_tjenester sosionom_01 ko_leder_sosionom
    /STATISTICS=COEFF R ANOVA /DEPENDENT=led_arbeidssituasjon /METHOD=ENTER.
REGRESSION /VARIABLES=led_fagutvikling ko_ledermodell ko_aarsverk_klasse ko_antall_tjenester sosionom_01 ko_leder_sosionom
    /STATISTICS=COEFF R ANOVA /DEPENDENT=led_fagutvikling /METHOD=ENTER.
REGRESSION /VARIABLES=sa_kompetanse ko_ledermodell ko_aarsverk_klasse ko_antall_tjenester sosionom_01 ko_leder_sosionom
    /STATISTICS=COEFF R ANOVA /DEPENDENT=sa_kompetanse /METHOD=ENTER.
REGRESSION /VARIABLES=sa_prioriterer ko_ledermodell ko_aarsverk_klasse ko_antall_tjenester sosionom_01 ko_leder_sosionom
    /STATISTICS=COEFF R ANOVA /DEPENDENT=sa_prioriterer /METHOD=ENTER.
REGRESSION /VARIABLES=sa_oversikt ko_ledermodell ko_aarsverk_klasse ko_antall_tjenester sosionom_01 ko_leder_sosionom
    /STATISTICS=COEFF R ANOVA /DEPENDENT=sa_oversikt /METHOD=ENTER.
REGRESSION /VARIABLES=sa_fagutvikling ko_ledermodell ko_aarsverk_klasse ko_antall_tjenester sosionom_01 ko_leder_sosionom
    /STATISTICS=COEFF R ANOVA /DEPENDENT=sa_fagutvikling /METHOD=ENTER.
REGRESSION /VARIABLES=sa_ip ko_ledermodell ko_aarsverk_klasse ko_antall_tjenester sosionom_01 ko_leder_sosionom
    /STATISTICS=COEFF R ANOVA /DEPENDENT=sa_ip /METHOD=ENTER.

* -----------------------------------------------------------------------------------------------------.
* Tabell 4: integrasjon, med gjennomsnitt og standardavvik.
* int_tverrfaglige_team ble besvart av ledere, int_deltar_team av de andre: den cellen lar seg ikke regne ut.
* -----------------------------------------------------------------------------------------------------.

CORRELATIONS /VARIABLES=
    bg_sosionom bg_arbeidsgiver ko_ledermodell ko_aarsverk_klasse ko_minimum int_tverrfaglige_team
    int_deltar_team int_tett_sammen int_kommunal_paa_statlig int_statlig_paa_kommunal
    int_felles_maalforstaaelse int_maal_samme_retning
    /PRINT=TWOTAIL SIG /MISSING=PAIRWISE.
DESCRIPTIVES /VARIABLES=
    bg_sosionom bg_arbeidsgiver ko_ledermodell ko_aarsverk_klasse ko_minimum int_tverrfaglige_team
    int_deltar_team int_tett_sammen int_kommunal_paa_statlig int_statlig_paa_kommunal
    int_felles_maalforstaaelse int_maal_samme_retning
    /STATISTICS=MEAN STDDEV.

* -----------------------------------------------------------------------------------------------------.
* Tabell 5: målstyring.
* -----------------------------------------------------------------------------------------------------.

CORRELATIONS /VARIABLES=
    ko_ledermodell bg_arbeidsgiver sosionom_12 maal_prioritere maal_forteller maal_forstaa
    maal_samsvar maal_konkurranse maal_telling maal_fanger_ikke stat_dominerer stat_lite_tilpasset
    stat_maale_stotte stat_involverer_lite stat_standardisering
    /PRINT=TWOTAIL SIG /MISSING=PAIRWISE.

* -----------------------------------------------------------------------------------------------------.
* Figurene: prosent enige i hver gruppe, og en test av forskjellen på den opprinnelige skalaen.
* T-testens linje «Equal variances not assumed» er den som rapportens kode bruker (Welch).
* Negativ forskjell betyr at den første gruppen er mest enig.
* -----------------------------------------------------------------------------------------------------.

* Figur 7: sosialt arbeid etter kontorstørrelse.
MEANS TABLES=
    e_sa_kompetanse e_sa_prioriterer e_sa_oversikt e_sa_fagutvikling e_sa_ip
    BY ko_aarsverk_klasse /CELLS=MEAN COUNT.
T-TEST GROUPS=ko_aarsverk_klasse(2,3) /MISSING=ANALYSIS /VARIABLES=
    sa_kompetanse sa_prioriterer sa_oversikt sa_fagutvikling sa_ip.

* Figur 8: ledelse etter kontorstørrelse (kommunalt ansatte).
TEMPORARY.
SELECT IF (bg_arbeidsgiver = 2).
MEANS TABLES=
    e_led_folger e_led_arbeidssituasjon e_led_fagutvikling
    BY ko_aarsverk_klasse /CELLS=MEAN COUNT.
TEMPORARY.
SELECT IF (bg_arbeidsgiver = 2).
T-TEST GROUPS=ko_aarsverk_klasse(2,3) /MISSING=ANALYSIS /VARIABLES=
    led_folger led_arbeidssituasjon led_fagutvikling.

* Figur 10: oppgaveportefølje etter arbeidsgiver.
MEANS TABLES=
    e_port_styrker_sosialt e_port_faa_vanskelig_samarbeid e_port_svekker_arbeidsmaal
    e_port_fusjon_svekker_fokus
    BY bg_arbeidsgiver /CELLS=MEAN COUNT.
T-TEST GROUPS=bg_arbeidsgiver(1,2) /MISSING=ANALYSIS /VARIABLES=
    port_styrker_sosialt port_faa_vanskelig_samarbeid port_svekker_arbeidsmaal
    port_fusjon_svekker_fokus.

* Figur 11: sosialt arbeid etter porteføljegruppe.
MEANS TABLES=
    e_sa_kompetanse e_sa_prioriterer e_sa_oversikt e_sa_fagutvikling e_sa_ip
    BY ko_portefoljegruppe /CELLS=MEAN COUNT.
ONEWAY
    sa_kompetanse sa_prioriterer sa_oversikt sa_fagutvikling sa_ip
    BY ko_portefoljegruppe /STATISTICS=DESCRIPTIVES.

* Figur 12: ledelse etter porteføljegruppe (kommunalt ansatte).
TEMPORARY.
SELECT IF (bg_arbeidsgiver = 2).
MEANS TABLES=
    e_led_folger e_led_arbeidssituasjon e_led_fagutvikling
    BY ko_portefoljegruppe /CELLS=MEAN COUNT.
TEMPORARY.
SELECT IF (bg_arbeidsgiver = 2).
ONEWAY
    led_folger led_arbeidssituasjon led_fagutvikling
    BY ko_portefoljegruppe /STATISTICS=DESCRIPTIVES.

* Figur 13: sosialt arbeid etter ledermodell.
MEANS TABLES=
    e_sa_kompetanse e_sa_prioriterer e_sa_oversikt e_sa_fagutvikling e_sa_ip
    BY ko_ledermodell /CELLS=MEAN COUNT.
T-TEST GROUPS=ko_ledermodell(1,2) /MISSING=ANALYSIS /VARIABLES=
    sa_kompetanse sa_prioriterer sa_oversikt sa_fagutvikling sa_ip.

* Figur 14: ledelse etter ledermodell (kommunalt ansatte).
TEMPORARY.
SELECT IF (bg_arbeidsgiver = 2).
MEANS TABLES=
    e_led_folger e_led_arbeidssituasjon e_led_fagutvikling
    BY ko_ledermodell /CELLS=MEAN COUNT.
TEMPORARY.
SELECT IF (bg_arbeidsgiver = 2).
T-TEST GROUPS=ko_ledermodell(1,2) /MISSING=ANALYSIS /VARIABLES=
    led_folger led_arbeidssituasjon led_fagutvikling.

* Figur 15: sosialt arbeid etter lederens utdanning.
MEANS TABLES=
    e_sa_kompetanse e_sa_prioriterer e_sa_oversikt e_sa_fagutvikling e_sa_ip
    BY ko_leder_sosionom /CELLS=MEAN COUNT.
T-TEST GROUPS=ko_leder_sosionom(0,1) /MISSING=ANALYSIS /VARIABLES=
    sa_kompetanse sa_prioriterer sa_oversikt sa_fagutvikling sa_ip.

* Figur 16: ledelse etter lederens utdanning (kommunalt ansatte).
TEMPORARY.
SELECT IF (bg_arbeidsgiver = 2).
MEANS TABLES=
    e_led_folger e_led_arbeidssituasjon e_led_fagutvikling
    BY ko_leder_sosionom /CELLS=MEAN COUNT.
TEMPORARY.
SELECT IF (bg_arbeidsgiver = 2).
T-TEST GROUPS=ko_leder_sosionom(0,1) /MISSING=ANALYSIS /VARIABLES=
    led_folger led_arbeidssituasjon led_fagutvikling.

* Figur 18: arbeid på den andre sidens oppgaver etter arbeidsgiver.
MEANS TABLES=
    e_int_kommunal_paa_statlig e_int_statlig_paa_kommunal
    BY bg_arbeidsgiver /CELLS=MEAN COUNT.
T-TEST GROUPS=bg_arbeidsgiver(1,2) /MISSING=ANALYSIS /VARIABLES=
    int_kommunal_paa_statlig int_statlig_paa_kommunal.

* Figur 19: samarbeid etter ledermodell.
MEANS TABLES=
    e_int_tett_sammen e_int_bedrer_kvalitet e_int_enighet_brukere e_int_felles_maalforstaaelse
    e_int_maal_samme_retning
    BY ko_ledermodell /CELLS=MEAN COUNT.
T-TEST GROUPS=ko_ledermodell(1,2) /MISSING=ANALYSIS /VARIABLES=
    int_tett_sammen int_bedrer_kvalitet int_enighet_brukere int_felles_maalforstaaelse
    int_maal_samme_retning.

* Figur 20: belastninger etter ledermodell.
MEANS TABLES=
    e_bel_sykefravaer e_bel_arbeidsbelastning e_bel_turnover e_bel_lav_kvalitet
    e_bel_daarlig_tilbud
    BY ko_ledermodell /CELLS=MEAN COUNT.
T-TEST GROUPS=ko_ledermodell(1,2) /MISSING=ANALYSIS /VARIABLES=
    bel_sykefravaer bel_arbeidsbelastning bel_turnover bel_lav_kvalitet bel_daarlig_tilbud.

* Figur 21: ressurser etter ledermodell blant sosionomer.
TEMPORARY.
SELECT IF (bg_sosionom = 1).
MEANS TABLES=
    e_res_veiledning_oppfolging
    BY ko_ledermodell /CELLS=MEAN COUNT.
TEMPORARY.
SELECT IF (bg_sosionom = 1).
T-TEST GROUPS=ko_ledermodell(1,2) /MISSING=ANALYSIS /VARIABLES=
    res_veiledning_oppfolging.

* Figur 21: ressurser etter ledermodell blant andre.
TEMPORARY.
SELECT IF (bg_sosionom = 2).
MEANS TABLES=
    e_res_veiledning_oppfolging
    BY ko_ledermodell /CELLS=MEAN COUNT.
TEMPORARY.
SELECT IF (bg_sosionom = 2).
T-TEST GROUPS=ko_ledermodell(1,2) /MISSING=ANALYSIS /VARIABLES=
    res_veiledning_oppfolging.

* Figur 22: målstyring etter ledermodell.
MEANS TABLES=
    e_maal_prioritere e_maal_forteller e_maal_forstaa e_maal_samsvar e_maal_konkurranse
    e_maal_telling e_maal_fanger_ikke
    BY ko_ledermodell /CELLS=MEAN COUNT.
T-TEST GROUPS=ko_ledermodell(1,2) /MISSING=ANALYSIS /VARIABLES=
    maal_prioritere maal_forteller maal_forstaa maal_samsvar maal_konkurranse maal_telling
    maal_fanger_ikke.

* Figur 22: målstyring etter arbeidsgiver.
MEANS TABLES=
    e_maal_prioritere e_maal_forteller e_maal_forstaa e_maal_samsvar e_maal_konkurranse
    e_maal_telling e_maal_fanger_ikke
    BY bg_arbeidsgiver /CELLS=MEAN COUNT.
T-TEST GROUPS=bg_arbeidsgiver(1,2) /MISSING=ANALYSIS /VARIABLES=
    maal_prioritere maal_forteller maal_forstaa maal_samsvar maal_konkurranse maal_telling
    maal_fanger_ikke.

* Figur 23: statlig styring etter ledermodell.
MEANS TABLES=
    e_stat_dominerer e_stat_lite_tilpasset e_stat_maale_stotte e_stat_involverer_lite
    e_stat_standardisering
    BY ko_ledermodell /CELLS=MEAN COUNT.
T-TEST GROUPS=ko_ledermodell(1,2) /MISSING=ANALYSIS /VARIABLES=
    stat_dominerer stat_lite_tilpasset stat_maale_stotte stat_involverer_lite stat_standardisering.

* Figur 24: statlig styring etter arbeidsgiver.
MEANS TABLES=
    e_stat_dominerer e_stat_lite_tilpasset e_stat_maale_stotte e_stat_involverer_lite
    e_stat_standardisering
    BY bg_arbeidsgiver /CELLS=MEAN COUNT.
T-TEST GROUPS=bg_arbeidsgiver(1,2) /MISSING=ANALYSIS /VARIABLES=
    stat_dominerer stat_lite_tilpasset stat_maale_stotte stat_involverer_lite stat_standardisering.

* -----------------------------------------------------------------------------------------------------.
* Vedlegg 2: de sju kontorene i casestudien (Tabell 2, Figur 1 og 2, og andelen enige).
* -----------------------------------------------------------------------------------------------------.

TEMPORARY.
SELECT IF ANY(office, 'fana', 'ytrebygda', 'hundvaag-storhaug', 'lerkendal', 'sagene', 'ostensjo', 'kristiansand').
CROSSTABS /TABLES=office BY bg_erfaring_tidligere_etat /CELLS=COUNT ROW.
TEMPORARY.
SELECT IF ANY(office, 'fana', 'ytrebygda', 'hundvaag-storhaug', 'lerkendal', 'sagene', 'ostensjo', 'kristiansand').
CROSSTABS /TABLES=office BY bg_sosionom /CELLS=COUNT ROW.
TEMPORARY.
SELECT IF ANY(office, 'fana', 'ytrebygda', 'hundvaag-storhaug', 'lerkendal', 'sagene', 'ostensjo', 'kristiansand').
CROSSTABS /TABLES=office BY bg_arbeidsgiver /CELLS=COUNT ROW.

TEMPORARY.
SELECT IF ANY(office, 'fana', 'ytrebygda', 'hundvaag-storhaug', 'lerkendal', 'sagene', 'ostensjo', 'kristiansand').
MEANS TABLES=
    e_led_folger e_led_arbeidssituasjon e_led_fagutvikling e_int_tett_sammen
    e_int_kommunal_paa_statlig e_int_statlig_paa_kommunal e_int_felles_maalforstaaelse
    e_int_maal_samme_retning e_int_bedrer_kvalitet e_int_enighet_brukere e_int_enighet_fordeling
    e_int_unodvendige_moter e_sa_kompetanse e_sa_prioriterer e_sa_oversikt e_sa_fagutvikling
    e_sa_ip e_bel_sykefravaer e_bel_arbeidsbelastning e_bel_turnover e_bel_lav_kvalitet
    e_bel_daarlig_tilbud
    BY office /CELLS=MEAN COUNT.
