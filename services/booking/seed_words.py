"""What the seed's subjects, topics and kinds are called; the back office may change it."""

from __future__ import annotations

Words = dict[str, str]


def _in(lb: str, fr: str, de: str, en: str) -> Words:
    return {"lb": lb, "fr": fr, "de": de, "en": en}


INFORMATION = _in(
    lb="Informatioun – Dokumenter",
    fr="Information – documents",
    de="Information – Dokumente",
    en="Information – documents",
)
INFORMATION_HINT = _in(
    lb="Versécherung vu Familljememberen, Leeschtungen, Mutterschaft, Aarbechtsonfäegkeet, Geldleeschtungen",
    fr="Assurance des membres de la famille, prestations, maternité, incapacité de travail, "
    "prestations en espèces",
    de="Versicherung von Familienmitgliedern, Leistungen, Mutterschaft, Arbeitsunfähigkeit, Geldleistungen",
    en="Insurance of family members, benefits, maternity, incapacity for work, cash benefits",
)
CARE = _in(
    lb="Fleegeversécherung",
    fr="Assurance dépendance",
    de="Pflegeversicherung",
    en="Long-term care insurance",
)
CARE_HINT = _in(
    lb="Froen iwwer d’Fleeg doheem oder an enger Institutioun",
    fr="Questions sur les soins à domicile ou en établissement",
    de="Fragen zur Pflege zu Hause oder in einer Einrichtung",
    en="Questions about care at home or in an institution",
)
BILLS = _in(
    lb="Remboursement vun Dokteschrechnungen",
    fr="Remboursement de factures médicales",
    de="Erstattung von Arztrechnungen",
    en="Reimbursement of medical bills",
)
BILLS_HINT = _in(
    lb="Ni per Video behandelt",
    fr="Jamais traité par vidéo",
    de="Nie per Video behandelt",
    en="Never handled by video",
)
TOPICS: dict[str, Words] = {
    "family-members": _in(
        lb="Versécherung vu Familljememberen",
        fr="Assurance des membres de la famille",
        de="Versicherung von Familienmitgliedern",
        en="Insurance of family members",
    ),
    "benefits-reimbursed": _in(
        lb="Leeschtungen, déi rembourséiert ginn",
        fr="Prestations remboursées",
        de="Erstattete Leistungen",
        en="Benefits that are reimbursed",
    ),
    "maternity": _in(lb="Mutterschaft", fr="Maternité", de="Mutterschaft", en="Maternity"),
    "incapacity-for-work": _in(
        lb="Aarbechtsonfäegkeet",
        fr="Incapacité de travail",
        de="Arbeitsunfähigkeit",
        en="Incapacity for work",
    ),
    "cash-benefits": _in(
        lb="Geldleeschtungen",
        fr="Prestations en espèces",
        de="Geldleistungen",
        en="Cash benefits",
    ),
}
"""In the order of the pages."""

VIDEO = _in(lb="Videoconsultatioun", fr="Consultation vidéo", de="Videosprechstunde", en="Video consultation")
VIDEO_DEMO = _in(
    lb="Demonstratioun: Videoconsultatioun zu all Auerzäit",
    fr="Démonstration : consultation vidéo à toute heure",
    de="Demonstration: Videosprechstunde zu jeder Stunde",
    en="Demonstration: video consultation at any hour",
)
