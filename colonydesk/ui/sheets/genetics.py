"""Lines and what makes them up: alleles, sequences, the rules of zygosity, and what animals are."""

from __future__ import annotations

from colonydesk.ui.forms.items import Item, ListColumn, Sheet
from colonydesk.ui.sheets.common import OF_SUBJECT, animal, more

SHEETS: dict[str, Sheet] = {
    "line": Sheet(
        "line",
        "Lines",
        "line",
        (
            Item("nickname", "Called"),
            Item("name", "Full name"),
            Item("is_active", "In use"),
            Item("alleles", "Alleles"),
            Item("sequences", "Sequences", shown=True),
            Item("description", "Description"),
            Item("target_phenotype", "Target phenotype"),
            Item("species_id", "Species"),
            Item("strain_id", "Strain"),
            Item("lab_id", "Lab"),
            Item("source_id", "Source", heading="Origin"),
            Item("source_identifier", "Source's number"),
            Item("source_url", "Source's page"),
            Item("expression_data_url", "Expression data"),
            Item("growth_curve_id", "Growth curve", heading="Keeping"),
            Item("wean_days", "Weaned at"),
            Item("subject_autoname_index", "Last animal", heading="Numbers given so far"),
            Item("breeding_pair_autoname_index", "Last pair"),
            Item("litter_autoname_index", "Last litter"),
            *more(name=False),
        ),
        (
            ListColumn("nickname", "Called", width=150),
            ListColumn("alleles", "Alleles", width=180),
            ListColumn("strain_id", "Strain", width=110),
            ListColumn("source_id", "Source", width=110),
            ListColumn("is_active", "In use", width=60),
        ),
        hangs_on=frozenset({"sequence"}),
    ),
    "allele": Sheet(
        "allele",
        "Alleles",
        "allele",
        (
            Item("nickname", "Called"),
            Item("name", "Full name"),
            Item("sequences", "Sequences"),
            *more(name=False),
        ),
        (
            ListColumn("nickname", "Called", width=160),
            ListColumn("name", "Full name", width=200),
            ListColumn("sequences", "Sequences", width=200),
        ),
    ),
    "sequence": Sheet(
        "sequence",
        "Sequences",
        "sequence",
        (
            Item("name", "Name"),
            Item("description", "Description"),
            Item("base_pairs", "Base pairs", lines=4),
            *more(name=False),
        ),
        (
            ListColumn("name", "Name", width=180),
            ListColumn("description", "Description", width=220),
            ListColumn("base_pairs", "Base pairs", width=180),
        ),
    ),
    "zygosity_rule": Sheet(
        "zygosity_rule",
        "Zygosity rules",
        "zygosity rule",
        (
            Item("line_id", "Line"),
            Item("allele_id", "Allele"),
            Item("sequence0_id", "Sequence", heading="Where the tests found"),
            Item("sequence0_result", "is"),
            Item("sequence1_id", "and sequence"),
            Item("sequence1_result", "is"),
            Item("zygosity", "Zygosity", heading="The animal is"),
            Item("position", "Order"),
            *more(),
        ),
        (
            ListColumn("line_id", "Line", width=120),
            ListColumn("allele_id", "Allele", width=110),
            ListColumn("sequence0_id", "Sequence", width=100),
            ListColumn("sequence0_result", "is", width=70),
            ListColumn("sequence1_id", "and", width=100),
            ListColumn("sequence1_result", "is", width=70),
            ListColumn("zygosity", "Zygosity", width=100),
        ),
    ),
    "genotype_test": Sheet(
        "genotype_test",
        "Genotype tests",
        "genotype test",
        (animal(), Item("sequence_id", "Sequence"), Item("test_result", "Result"), *more()),
        (
            ListColumn("subject_id", "Animal", width=130),
            ListColumn("subject_id.line_id", "Line", width=130),
            ListColumn("sequence_id", "Sequence", width=150),
            ListColumn("test_result", "Result", width=90),
        ),
        zone=OF_SUBJECT,
    ),
    "zygosity": Sheet(
        "zygosity",
        "Zygosities",
        "zygosity",
        (
            animal(),
            Item("allele_id", "Allele"),
            Item("zygosity", "Zygosity"),
            Item("origin", "Known", shown=True),
            *more(),
        ),
        (
            ListColumn("subject_id", "Animal", width=130),
            ListColumn("subject_id.line_id", "Line", width=130),
            ListColumn("allele_id", "Allele", width=130),
            ListColumn("zygosity", "Zygosity", width=110),
            ListColumn("origin", "Known", width=90),
        ),
        zone=OF_SUBJECT,
    ),
}
